"""The example programme as it is shipped: one configuration, honest bounds, stakeholders who differ."""

from __future__ import annotations

from itertools import combinations
from pathlib import Path

import numpy as np
import pytest

from dashboard.programme import Programme
from geodata.schema.criteria import Categorical, Piecewise

ROOT = Path(__file__).parents[2]
TOP = 50


def test_the_repositorys_configuration_is_the_one_that_is_installed() -> None:
    assert (ROOT / "config.yaml").read_bytes() == (ROOT / "geodata" / "example" / "config.yaml").read_bytes()


def test_it_says_everywhere_that_it_is_fictional(example_programme: Programme) -> None:
    config = example_programme.config
    assert config.programme.fictional
    assert all("FICTIONAL" in layer.source for layer in config.layers)


def test_every_human_text_is_in_every_language_offered(example_programme: Programme) -> None:
    config = example_programme.config
    texts = {
        f"{section}[{item.id}].{name}": getattr(item, name)
        for section in ("indicators", "criteria", "profiles", "classes", "scenarios")
        for item in getattr(config, section)
        for name in ("label", "help", "reason", "rationale")
        if getattr(item, name, None) is not None
    }
    short = {place: sorted(set(config.programme.languages) - set(text)) for place, text in texts.items()}
    assert {place: missing for place, missing in short.items() if missing} == {}


@pytest.mark.slow
def test_fixed_bounds_are_not_the_datas_own(full_example: Programme) -> None:
    """Bounds that equal the least and the greatest value of the data would move scores whenever an area is added."""
    values = full_example.snapshot().values
    own = []
    for criterion in full_example.config.criteria:
        shape = criterion.value
        if isinstance(shape, Categorical):
            continue
        ends = (shape.points[0][0], shape.points[-1][0]) if isinstance(shape, Piecewise) else (shape.low, shape.high)
        known = values[criterion.indicator].dropna()
        if np.isclose(sorted(ends), [known.min(), known.max()]).all():
            own.append(criterion.id)
    assert own == []
    assert all(len(criterion.bounds_reason) > 20 for criterion in full_example.config.criteria)


@pytest.mark.slow
@pytest.mark.parametrize("scenario", ["score_only", "national_plan"])
def test_stakeholders_share_less_than_four_fifths_of_their_top_fifty(full_example: Programme, scenario: str) -> None:
    snapshot = full_example.snapshot()
    tops = {}
    for profile in full_example.config.profiles:
        ranking = full_example.rank(scenario, profile=profile.id, snapshot=snapshot)
        tops[profile.id] = set(ranking.order[:TOP].tolist())
    shared = {(one, other): len(tops[one] & tops[other]) / TOP for one, other in combinations(tops, 2)}
    assert len(tops) >= 3
    assert max(shared.values()) < 0.8, shared


@pytest.mark.slow
def test_most_criteria_tell_areas_apart(full_example: Programme) -> None:
    """A criterion whose value is the same for nearly every area decides nothing."""
    ranking = full_example.rank("score_only")
    spread = dict(zip(ranking.criteria, np.nanstd(ranking.values[ranking.order], axis=0), strict=True))
    assert {name: round(float(value), 3) for name, value in spread.items() if value < 0.05} == {}
