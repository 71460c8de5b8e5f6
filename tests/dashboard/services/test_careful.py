"""The careful estimate of firmness: kept under the address of its inputs, made once, and the same as the plain one where it should be."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from dashboard.services.careful import careful_scenario, estimate_firmness, firmness_path, read_firmness
from dashboard.services.firmness import list_firmness
from geodata.errors import WrongUseError
from geodata.schema.config import FirmnessSection

ERROR = {"share": 0.3, "source": "made for tests"}


@pytest.fixture
def asked(many: Any, tmp_path: Path) -> Any:
    """A thousand areas in a folder, with firmness and one error of the data asked for."""
    many.directory = tmp_path
    many.config = many.config.model_copy(update={"firmness": FirmnessSection(top=50, draws=100, errors={"people": ERROR})})
    return many


def no_report(share: float, doing: str) -> None:
    """Progress that nobody watches."""


def test_what_is_kept_is_what_the_list_says_with_as_many_draws(asked: Any, tmp_path: Path) -> None:
    scenario = careful_scenario(asked.scenario(), 1000)
    assert scenario is not None
    told: list[tuple[float, str]] = []
    path = estimate_firmness(asked, "0" * 16, scenario, lambda share, doing: told.append((share, doing)))
    assert path == tmp_path / "derived" / "firmness" / ("0" * 16) / f"{scenario.digest}-1000-1.npz"
    found = read_firmness(tmp_path, "0" * 16, scenario)
    assert found is not None
    expected = list_firmness(asked.snapshot(), asked.rank(scenario))
    assert expected is not None and expected.with_errors is not None
    assert (found.top, found.n_draws, found.n_rank_draws, found.has_errors) == (50, 1000, 1000, True)
    np.testing.assert_array_equal(found.share, expected.share)
    np.testing.assert_array_equal(found.share_with_errors, expected.with_errors.share)
    np.testing.assert_array_equal(found.low, expected.ranges().low)
    np.testing.assert_array_equal(found.high, expected.ranges().high)
    shares = [share for share, _ in told]
    assert shares == sorted(shares)
    assert list(dict.fromkeys(doing for _, doing in told)) == ["ranking", "drawing", "rank_ranges"]


def test_what_is_kept_is_not_made_again_and_what_is_damaged_is(asked: Any, tmp_path: Path) -> None:
    scenario = careful_scenario(asked.scenario(), 1000)
    assert scenario is not None
    path = estimate_firmness(asked, "0" * 16, scenario, no_report)
    before = path.read_bytes()
    told: list[float] = []
    assert estimate_firmness(asked, "0" * 16, scenario, lambda share, doing: told.append(share)) == path
    assert told == []
    path.write_bytes(before[: len(before) // 2])
    assert read_firmness(tmp_path, "0" * 16, scenario) is None
    estimate_firmness(asked, "0" * 16, scenario, no_report)
    assert read_firmness(tmp_path, "0" * 16, scenario) is not None
    assert [each.name for each in path.parent.iterdir()] == [path.name]


def test_other_weights_draws_or_data_have_another_address(asked: Any, tmp_path: Path) -> None:
    scenarios = [
        careful_scenario(asked.scenario(), 1000),
        careful_scenario(asked.scenario(), 2000),
        careful_scenario(asked.scenario(profile="people"), 1000),
    ]
    paths = {firmness_path(tmp_path, version, each) for version in ("0" * 16, "1" * 16) for each in scenarios if each is not None}
    assert len(paths) == 6


def test_without_stated_errors_there_is_no_share_with_errors(asked: Any, tmp_path: Path) -> None:
    asked.config = asked.config.model_copy(update={"firmness": FirmnessSection(top=50)})
    scenario = careful_scenario(asked.scenario(), 1000)
    assert scenario is not None
    estimate_firmness(asked, "0" * 16, scenario, no_report)
    found = read_firmness(tmp_path, "0" * 16, scenario)
    assert found is not None and not found.has_errors


@pytest.mark.parametrize("draws", [999, 10_001])
def test_too_few_or_too_many_draws_are_refused(asked: Any, draws: int) -> None:
    with pytest.raises(WrongUseError, match="takes 1,000 to 10,000 draws"):
        careful_scenario(asked.scenario(), draws)


def test_a_programme_without_firmness_has_no_careful_estimate(six: Any) -> None:
    assert careful_scenario(six.scenario()) is None
    with pytest.raises(WrongUseError, match="section firmness"):
        firmness_path(Path(), "0" * 16, six.scenario())
