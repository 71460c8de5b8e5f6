"""In the example's other worlds the product itself says that it found nothing: from records through build to its own words."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest
import rasterio
import yaml

from dashboard.cli import main
from dashboard.programme import Programme
from dashboard.services.links import NeedLink
from geodata.example.country import make_country, make_land
from geodata.example.make import write_example
from geodata.example.worlds import WORLDS

pytestmark = pytest.mark.slow
EVIDENCE = (
    "confirmed", "ordnance", "accidents_5y_3km", "casualties_10y_5km", "years_recorded", "size_m2", "people_1km", "slope_deg", "road_m",
)  # fmt: skip

ACCESS = ("market_access", "clinic_people")
NEED = ("poverty_share", "people_1km")
BENEFIT = ("farmland_share", "school_m", "water_m")


def keep_indicators(path: Path, kept: tuple[str, ...]) -> None:
    """Leave of a config.yaml some indicators, and what rests on them."""
    config = yaml.safe_load(path.read_text(encoding="utf-8"))
    config["indicators"] = [item for item in config["indicators"] if item["id"] in kept]
    config["criteria"] = [item for item in config["criteria"] if item["indicator"] in kept]
    criteria = {item["id"] for item in config["criteria"]}
    for profile in config["profiles"]:
        profile["weights"] = {name: weight for name, weight in profile["weights"].items() if name in criteria}
    config["profiles"] = [item for item in config["profiles"] if item["weights"]]
    profiles = {item["id"] for item in config["profiles"]}
    config["classes"] = []
    config["scenarios"] = [{**item, "classes": []} for item in config["scenarios"] if item["profile"] in profiles]
    config["firmness"]["errors"] = {name: error for name, error in config["firmness"]["errors"].items() if name in kept}
    config["likelihood"]["indicators"] = [name for name in config["likelihood"]["indicators"] if name in kept]
    config["likelihood"]["monotone"] = {name: way for name, way in config["likelihood"]["monotone"].items() if name in kept}
    path.write_text(yaml.safe_dump(config, allow_unicode=True), encoding="utf-8")


@pytest.fixture(scope="module")
def build(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str, int, tuple[str, ...]], Programme]:
    """Programmes of one land in several worlds, with so many open areas and the indicators asked for, imported and built."""
    land = make_land(1, lambda share, doing: None)

    @cache
    def made(world: str, areas: int, kept: tuple[str, ...]) -> Programme:
        folder = tmp_path_factory.mktemp(world)
        country = make_country(1, land, WORLDS[world])
        files = write_example(folder, 1, areas, WORLDS[world], country, lambda share, doing: None)
        keep_indicators(files.config, kept)
        programme = Programme.open(folder)
        for each in files.incoming:
            programme.import_file(each.path, each.table, layer=each.layer, author="test", reason="test")
        programme.build(estimates=False)
        return programme

    return made


def evaluated(programme: Programme, capsys: pytest.CaptureFixture[str]) -> dict[str, object]:
    """What ``evaluate`` says."""
    capsys.readouterr()
    assert main(["evaluate", "--programme", str(programme.directory), "--json", "--quiet"]) == 0
    said: dict[str, object] = json.loads(capsys.readouterr().out)
    return said


def test_where_ordnance_has_no_reasons_evaluate_says_no_signal_and_that_accidents_prove_nothing(build, capsys):
    said = evaluated(build("no-likelihood-signal", 130, EVIDENCE), capsys)
    assert said["has_signal"] is False
    assert said["notes"][0] == "NO SIGNAL: in places not learned from, the model is not better than the overall share beyond chance."
    accidents = next(note for note in said["notes"] if note.startswith("Accidents name"))
    assert "these accidents prove nothing of the areas they name, and nothing is corrected" in accidents
    areas = next(line for line in said["likelihood"] if line["metric"] == "auc_within_place" and line["model"] == "likelihood")
    assert areas["low"] <= 0.5 <= areas["high"]


def test_after_a_war_that_moved_evaluate_says_that_the_past_tells_nothing_of_later_finds(build, capsys):
    """With LANDRELEASE_WORLD_AREAS=2000 it also says so of no years of the usual world; few areas are too few to tell there either."""
    areas = int(os.environ.get("LANDRELEASE_WORLD_AREAS", "160"))
    said = evaluated(build("changed-war", areas, EVIDENCE), capsys)
    note = next(note for note in said["notes"] if note.startswith("NO SIGNAL OVER TIME"))
    assert "not better than the type and year of a record alone" in note
    if areas >= 2000:
        assert "from 2014-01-01; from 2018-01-01." in note
        usual = evaluated(build("nemoria", areas, EVIDENCE), capsys)
        assert not [note for note in usual["notes"] if note.startswith("NO SIGNAL")]


def test_where_nothing_lies_on_a_road_no_release_shortens_anybodys_way(build):
    without = build("no-network-gain", 100, (*ACCESS, "people_1km")).snapshot().values
    for name in ACCESS:
        assert without[name].notna().sum() > 100
        assert (without[name].dropna() == 0).all()
    assert (build("nemoria", 100, (*ACCESS, "people_1km")).snapshot().values["market_access"] > 0).any()


def test_where_poverty_is_blind_to_war_hazard_areas_lie_no_closer_to_the_poor(build):
    def closer(programme: Programme) -> float:
        with rasterio.open(programme.directory / "layers" / "poverty.tif") as layer:
            everywhere = layer.read(1)
        return float(programme.snapshot().values["poverty_share"].mean() - everywhere[everywhere >= 0].mean())

    assert closer(build("nemoria", 200, (*NEED, *BENEFIT))) > 0.03
    assert abs(closer(build("no-poverty-link", 200, (*NEED, *BENEFIT)))) < 0.02


def test_the_product_finds_the_link_of_poverty_where_there_is_one_and_none_where_poverty_is_blind(build):
    """That need and contamination, or need and benefit, go together is said where it is so, and nowhere else."""

    def links(world: str) -> dict[str, NeedLink]:
        return {link.other: link for link in build(world, 200, (*NEED, *BENEFIT)).need_links()}

    usual, blind = links("nemoria"), links("no-poverty-link")
    assert usual["recorded"].link.is_found
    assert usual["recorded"].link.correlation > 0.1  # hazard areas lie closer to the poor
    assert usual["benefit"].link.is_found
    assert usual["benefit"].link.correlation < -0.1  # and what release brings is counted less there
    for other in ("recorded", "benefit"):
        assert not blind[other].link.is_found
        assert blind[other].link.low < 0 < blind[other].link.high
    assert {links["likelihood"].why_not for links in (usual, blind)} == {"not_estimated"}
