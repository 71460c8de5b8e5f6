"""Value functions: a measured value becomes 0..1 between fixed bounds.

Every function is clipped to 0..1, turns unknown (NaN) into unknown, and falls where ``low > high``. With
``t = (x - low) / (high - low)`` held within 0..1:

=============  ==================================================================================
linear         ``t``
log            ``ln(1 + |x - low| / scale) / ln(1 + |high - low| / scale)``, x held within the bounds
exponential    ``(1 - exp(-rate t)) / (1 - exp(-rate))``
logistic       ``(L(t) - L(0)) / (L(1) - L(0))``, ``L(t) = 1 / (1 + exp(-steepness (t - t_mid)))``
piecewise      straight lines between points, flat beyond the first and the last
categorical    the value listed for a code; a code that is not listed is unknown
=============  ==================================================================================

References
----------
Keeney, R. L. & Raiffa, H. (1976). Decisions with Multiple Objectives, ch. 3-4.
Belton, V. & Stewart, T. (2002). Multiple Criteria Decision Analysis, ch. 5. doi:10.1007/978-1-4615-1495-4
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from geodata.schema.criteria import Categorical, Exponential, Linear, Log, Logistic, Piecewise
from models.ranking.elementary import exponential, natural_log

Floats = NDArray[np.float64]
AnyValueFunction = Linear | Log | Exponential | Logistic | Piecewise | Categorical


def evaluate(function: AnyValueFunction, x: Floats) -> Floats:
    """Values of measurements.

    Parameters
    ----------
    function : value function of a criterion
    x : array of float, n
        In the unit of the criterion's indicator; NaN is unknown.

    Returns
    -------
    array of float, n, within 0..1
        NaN where ``x`` is NaN, and where a categorical function does not list the code.
    """
    x = np.asarray(x, dtype=np.float64)
    if isinstance(function, Piecewise):
        return _piecewise(function, x)
    if isinstance(function, Categorical):
        return _categorical(function, x)
    if isinstance(function, Log):
        value = _log(function, x)
    else:
        value = _bend(function, position(x, function.low, function.high))
    return np.clip(value, 0.0, 1.0)


def position(x: Floats, low: float, high: float) -> Floats:
    """Where measurements lie between two bounds: 0 at low, 1 at high, held within; NaN stays NaN."""
    held = np.clip(x, min(low, high), max(low, high))
    result: Floats = (held - low) / (high - low) + 0.0  # no negative zero
    return result


def invert(function: AnyValueFunction, value: float) -> float | None:
    """The measurement that has a value, by bisection between the bounds.

    Parameters
    ----------
    function : value function of a criterion
    value : float, 0..1

    Returns
    -------
    float or None
        Within 2e-15 of the range between the bounds. None where no measurement has the value, where many far apart have it
        (a piecewise function that turns), and for categorical functions, whose codes have no order.
    """
    if isinstance(function, Categorical) or not 0 <= value <= 1:
        return None
    start, end = _ends(function)
    at_start, at_end = (float(v) for v in evaluate(function, np.array([start, end])))
    if isinstance(function, Piecewise) and not _is_monotone(function):
        return None
    if not min(at_start, at_end) <= value <= max(at_start, at_end):
        return None
    if at_start > at_end:
        start, end = end, start
    for _ in range(60):
        middle = start + (end - start) / 2
        if float(evaluate(function, np.array([middle]))[0]) < value:
            start = middle
        else:
            end = middle
    return end


def _log(function: Log, x: Floats) -> Floats:
    width = abs(function.high - function.low)
    travelled = position(x, function.low, function.high) * width
    top = natural_log(np.array([1.0 + width / function.scale]))
    result: Floats = natural_log(1.0 + travelled / function.scale) / top if top[0] > 0 else travelled / width
    return result


def _bend(function: Linear | Exponential | Logistic, t: Floats) -> Floats:
    if isinstance(function, Exponential):
        bent: Floats = (1.0 - exponential(-function.rate * t)) / (1.0 - exponential(np.array([-function.rate])))
        return bent
    if isinstance(function, Logistic):
        middle = position(np.array([function.midpoint]), function.low, function.high)
        ends = _s_curve(function.steepness, np.array([0.0, 1.0]) - middle)
        curved: Floats = (_s_curve(function.steepness, t - middle) - ends[0]) / (ends[1] - ends[0])
        return curved
    return t


def _s_curve(steepness: float, distance: Floats) -> Floats:
    result: Floats = 1.0 / (1.0 + exponential(-steepness * distance))
    return result


def _piecewise(function: Piecewise, x: Floats) -> Floats:
    points = np.array(function.points, dtype=np.float64)
    result: Floats = np.interp(x, points[:, 0], points[:, 1])
    return result


def _categorical(function: Categorical, x: Floats) -> Floats:
    codes = np.array(sorted(function.values), dtype=np.float64)
    values = np.array([function.values[code] for code in sorted(function.values)], dtype=np.float64)
    place = np.clip(np.searchsorted(codes, x), 0, len(codes) - 1)
    result: Floats = np.where(codes[place] == x, values[place], np.nan)
    return result


def _ends(function: Linear | Log | Exponential | Logistic | Piecewise) -> tuple[float, float]:
    if isinstance(function, Piecewise):
        return function.points[0][0], function.points[-1][0]
    return function.low, function.high


def _is_monotone(function: Piecewise) -> bool:
    steps = np.diff([value for _, value in function.points])
    return bool((steps >= 0).all() or (steps <= 0).all())
