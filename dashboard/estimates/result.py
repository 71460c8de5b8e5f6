"""Estimates of every area of a snapshot, with their digest."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd

from dashboard.column_bytes import number_bytes, text_bytes
from models.ranking.canonical import round_significant

if TYPE_CHECKING:
    from dashboard.estimates.settings import EstimateSettings

NUMBERS: Final = (
    "prob", "modelled_prob", "logit", "cost_usd", "cost_low_usd", "cost_high_usd", "from_nts_usd", "from_ts_usd", "from_clearance_usd",
    "visit_usd", "result", "is_floored", "is_unlike",
)  # fmt: skip
TEXTS: Final = ("area_id", "action", "why_no_prob", "why_no_cost")
RELEASED: Final = "released"
NO_MODEL: Final = "no_model"
NO_SIZE: Final = "no_size"
NO_PROB: Final = "no_prob"
NO_COSTS: Final = "no_costs"
_EXACT: Final = ("logit",)


@dataclass(frozen=True, eq=False)
class Estimates:
    """What is estimated of n areas, row by row of the snapshot. It directs survey; it never releases land.

    Attributes
    ----------
    settings : EstimateSettings
    areas : DataFrame, n rows
        ``area_id``; ``prob``: P(explosive ordnance present), 0..1, and ``modelled_prob``: the same without the rule for confirmed
        areas; ``logit``: log-odds of ``prob``; ``is_floored``, ``is_unlike``: 1 or 0; ``action``: first step of the cheapest lawful
        path (nts, ts, clearance), with its expected ``cost_usd`` to the end and the range ``cost_low_usd``..``cost_high_usd``;
        ``from_nts_usd``, ``from_ts_usd``, ``from_clearance_usd``: expected cost if the path began so; ``visit_usd``: price of NTS;
        ``result``: 1 found, 0 nothing found, by release products. NaN and "" are unknown; ``why_no_prob`` and ``why_no_cost``
        say why by a code.
    contributions : DataFrame, n x k
        What each feature adds to the log-odds, last the rule; with ``base_logit`` they sum to ``logit``. No column without a model.
    features : DataFrame, n x j
        As known before each area's own day.
    facts : mapping
        ``reason_prob`` and ``reason_cost``: why a whole column is empty, None where it is not; ``base_logit``; ``n_results``,
        ``n_found``, ``n_places``; ``detected``; ``learned_to``; ``training_sha256``; ``has_signal``; ``left_out``.
    """

    settings: EstimateSettings
    areas: pd.DataFrame
    contributions: pd.DataFrame
    features: pd.DataFrame
    facts: Mapping[str, Any]

    @property
    def version(self) -> str:
        """Identity of what they follow from."""
        return self.settings.version

    @cached_property
    def sha256(self) -> str:
        """Digest of what is estimated, 64 hexadecimal digits."""
        return content_digest(self.areas, self.contributions, self.features)

    @property
    def has_model(self) -> bool:
        """Whether a likelihood was learned."""
        return self.facts["reason_prob"] is None

    @property
    def has_costs(self) -> bool:
        """Whether costs are estimated."""
        return self.facts["reason_cost"] is None


def canonical_areas(areas: pd.DataFrame) -> pd.DataFrame:
    """Columns in their order; numbers rounded to 9 significant digits, log-odds to 1e-12; unknown texts empty."""
    columns: dict[str, Any] = {name: areas[name].fillna("").astype("str") for name in TEXTS}
    for name in NUMBERS:
        cells = areas[name].to_numpy(dtype=np.float64)
        columns[name] = np.round(cells, 12) + 0.0 if name in _EXACT else round_significant(cells)
    return pd.DataFrame(columns).reset_index(drop=True)


def canonical_parts(parts: pd.DataFrame) -> pd.DataFrame:
    """Parts of log-odds rounded to 1e-12."""
    return pd.DataFrame(np.round(parts.to_numpy(dtype=np.float64), 12) + 0.0, columns=parts.columns)


def content_digest(*frames: pd.DataFrame) -> str:
    """SHA-256 over names and cells of tables, column by column: numbers as little-endian doubles, texts by length and UTF-8."""
    digest = hashlib.sha256()
    for frame in frames:
        digest.update(np.array(frame.shape, dtype="<u8").tobytes())
        for name in frame.columns:
            digest.update(str(name).encode() + b"\0")
            for part in text_bytes(frame[name]) if name in TEXTS else (number_bytes(frame[name]),):
                digest.update(part)
    return digest.hexdigest()
