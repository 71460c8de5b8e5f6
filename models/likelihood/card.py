"""Lines of a model card: one figure each, with its interval, its unit and what it is compared with."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.likelihood.metrics import METRICS, Measured, compare, measure

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True)
class CardLine:
    """One figure.

    Attributes
    ----------
    model, validation : str
        What was judged, and on which areas.
    n : int
        Areas that the figure rests on.
    metric : str
        See :mod:`models.likelihood.metrics`.
    value, low, high : float
        The figure with its 95 % interval over places; with a baseline, how much better the model is (above 0: better).
    baseline : str or None
        What it is compared with on the same areas; None for the model's own figure.
    """

    model: str
    validation: str
    n: int
    metric: str
    value: float
    low: float
    high: float
    baseline: str | None = None

    @property
    def is_better(self) -> bool:
        """Whether the paired interval lies above 0; False for a line without a baseline."""
        return self.baseline is not None and self.low > 0

    @property
    def is_outdone(self) -> bool:
        """Whether the paired interval lies below 0: the baseline is better; False for a line without a baseline."""
        return self.baseline is not None and self.high < 0


def card_lines(
    probs: Mapping[str, Floats], is_present: Flags, place: NDArray[np.object_], validation: str, *,
    metrics: Sequence[str] = METRICS, seed: int = 0,
) -> list[CardLine]:  # fmt: skip
    """Figures of every model, and paired differences of the first to each of the others.

    Parameters
    ----------
    probs : mapping model -> array, n, 0..1
        The model first, then its baselines, all judged on the same areas.
    is_present : array of bool, n
    place : array of text, n
        Areas are drawn by place for the intervals.
    validation : str
        On which areas.
    metrics : sequence of str
    seed : int

    Returns
    -------
    list of CardLine
        A metric that no place allows is left out.
    """
    first = next(iter(probs))
    lines = []
    for metric in metrics:
        for name, prob in probs.items():
            lines.append(_line(name, validation, metric, measure(metric, is_present, prob, place, seed=seed)))
        for name, prob in probs.items():
            if name != first:
                lines.append(_line(first, validation, metric, compare(metric, is_present, probs[first], prob, place, seed=seed), name))
    return [line for line in lines if line.n]


def _line(model: str, validation: str, metric: str, found: Measured, baseline: str | None = None) -> CardLine:
    return CardLine(model, validation, found.n, metric, found.value, found.low, found.high, baseline)
