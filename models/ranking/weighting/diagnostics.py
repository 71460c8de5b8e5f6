"""Weights that data alone would give: diagnostics, **not for adoption**.

They reward criteria that spread areas apart and differ from the others, whatever these criteria mean: a criterion that
everybody holds for decisive gets nothing where all areas are alike in it. They serve to see which criteria tell areas apart.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from models.errors import ModelsError

Floats = NDArray[np.float64]


def entropy_weights(values: Floats) -> Floats:
    """Weights by lack of entropy: ``w_k`` in proportion to ``1 + sum_i p ln p / ln n``, p the shares of a column.

    Parameters
    ----------
    values : array of float, n x k, >= 0
        NaN unknown: each column is judged by its own known rows.

    Returns
    -------
    array of float, k
        They sum to 1; 0 for a criterion that is constant, all 0 or known in fewer than two areas; all NaN where every one is.

    References
    ----------
    Zeleny, M. (1982). Multiple Criteria Decision Making, ch. 7.
    """
    if (values[~np.isnan(values)] < 0).any():
        raise ModelsError("Entropy needs values of 0 or more; a negative one was found.", "Pass values within 0..1.")
    return _shares(np.array([_divergence(column[~np.isnan(column)]) for column in values.T]))


def critic_weights(values: Floats) -> Floats:
    """Weights by spread and conflict: ``w_k`` in proportion to ``s_k sum_j (1 - r_kj)``.

    Parameters
    ----------
    values : array of float, n x k
        NaN unknown. Columns are stretched to 0..1; s is their standard deviation, r their Pearson correlation over the rows
        that both know (0 where fewer than two do, or one of them is constant there).

    Returns
    -------
    array of float, k
        They sum to 1; 0 for a constant criterion; all NaN where every one is.

    References
    ----------
    Diakoulaki, D., Mavrotas, G. & Papayannakis, L. (1995). Determining objective weights in multiple criteria problems: the
    CRITIC method. Computers & Operations Research 22(7), 763-770. doi:10.1016/0305-0548(94)00059-H
    """
    columns = [_stretched(column) for column in values.T]
    spread = np.array([_deviation(column[~np.isnan(column)]) for column in columns])
    conflict = [sum(1.0 - _correlation(one, other) for other in columns if other is not one) for one in columns]
    return _shares(spread * np.array(conflict, dtype=np.float64))


def _divergence(column: Floats) -> float:
    total = column.sum()
    if len(column) < 2 or total <= 0 or (column == column[0]).all():
        return 0.0
    shares = column[column > 0] / total
    return float(1.0 + (shares * np.log(shares)).sum() / np.log(len(column)))


def _stretched(column: Floats) -> Floats:
    known = column[~np.isnan(column)]
    width = float(known.max() - known.min()) if len(known) else 0.0
    return (column - known.min()) / width if width > 0 else np.where(np.isnan(column), np.nan, 0.0)


def _deviation(column: Floats) -> float:
    return float(column.std(ddof=1)) if len(column) > 1 else 0.0


def _correlation(one: Floats, other: Floats) -> float:
    both = ~np.isnan(one) & ~np.isnan(other)
    first, second = one[both], other[both]
    if len(first) < 2 or (first == first[0]).all() or (second == second[0]).all():
        return 0.0
    return float(np.corrcoef(first, second)[0, 1])


def _shares(numbers: Floats) -> Floats:
    total = numbers.sum()
    shares: Floats = numbers / total if total > 0 else np.full(len(numbers), np.nan)
    return shares
