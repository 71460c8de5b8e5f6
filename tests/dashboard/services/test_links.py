"""Whether need goes together with contamination and benefit: over places and areas, in words, on the Method page."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest

from dashboard.components.method.links import links_section
from dashboard.components.page import Page
from dashboard.programme import Programme
from dashboard.services.link_words import link_words
from dashboard.state import ViewState
from geodata.errors import SnapshotError
from geodata.snapshot.places import measure_places
from models.links import RankLink

LANGUAGES = ("en", "es", "fr", "ar")
FOUND = {
    "need": "poverty", "other": "recorded", "n": 1300, "n_places": 44, "correlation": 0.283, "low": 0.151, "high": 0.408,
    "is_found": True, "why_not": "",
}  # fmt: skip
NOT_TOLD = FOUND | {
    "other": "likelihood",
    "correlation": None,
    "low": None,
    "high": None,
    "is_found": None,
    "n": 0,
    "n_places": 0,
    "why_not": "not_estimated",
}


def test_each_criterion_of_need_is_set_beside_recorded_areas_likelihood_and_benefit(example_programme: Programme) -> None:
    found = example_programme.need_links()
    assert [(link.need, link.other) for link in found] == [
        (need, other) for need in ("poverty", "food") for other in ("recorded", "likelihood", "benefit")
    ]
    n_villages = 1300
    for link in found:
        assert link.why_not == ("" if link.link.is_known else link.why_not)
        if link.other == "recorded":
            assert link.link.n == n_villages
            assert link.link.n_places == 44
            assert -1 <= link.link.low <= link.link.correlation <= link.link.high <= 1


def test_places_are_measured_like_areas_and_nothing_of_it_is_kept(example_programme: Programme) -> None:
    snapshot = example_programme.snapshot()
    cache = example_programme.directory / "derived" / "cache"
    before = {path: path.read_bytes() for path in sorted((cache / "values").iterdir())}
    registry = example_programme.open_registry()
    try:
        found = measure_places(example_programme.config, snapshot, registry, example_programme.directory, ["poverty_share"])
    finally:
        registry.close()
    assert {path: path.read_bytes() for path in sorted((cache / "values").iterdir())} == before
    poverty = found.values["poverty_share"].to_numpy()
    assert len(poverty) == len(found.places) == 1300
    assert found.places["area_id"].is_unique
    assert (poverty[~np.isnan(poverty)] <= 1).all()
    # An area's poverty is close to that of the place it lies in.
    own = snapshot.values["poverty_share"].to_numpy()
    by_code = dict(zip(found.places["admin_code"], poverty, strict=True))
    there = snapshot.areas["admin_code"].map(by_code).to_numpy(dtype=float)
    known = ~(np.isnan(own) | np.isnan(there))
    assert np.corrcoef(own[known], there[known])[0, 1] > 0.9


def test_a_layer_that_changed_since_the_build_is_not_measured_and_the_links_say_so(example_programme: Programme, tmp_path: Path) -> None:
    shutil.copytree(example_programme.directory, tmp_path / "programme")
    programme = Programme.open(tmp_path / "programme")
    layer = programme.directory / "layers" / "poverty.tif"
    layer.write_bytes(layer.read_bytes() + b"\0")
    registry = programme.open_registry()
    try:
        with pytest.raises(SnapshotError, match="poverty changed since"):
            measure_places(programme.config, programme.snapshot(), registry, programme.directory, ["poverty_share"])
    finally:
        registry.close()
    link = next(link for link in programme.need_links() if link.other == "recorded")
    assert link.why_not == "no_places"
    assert not link.link.is_found


def test_without_a_layer_of_places_it_cannot_be_told_where_hazard_areas_lie(example_programme: Programme) -> None:
    config = example_programme.config
    bare = config.model_copy(update={"areas": config.areas.model_copy(update={"admin": None})})
    programme = Programme(example_programme.directory, bare)
    links = {link.other: link for link in programme.need_links() if link.need == "poverty"}
    assert links["recorded"].why_not == "no_places"
    assert links["benefit"].link.n > 0


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({}, "the density of recorded hazard areas is higher too: rank correlation 0.28 (99\u202f% interval 0.15 to 0.41)"),
        ({"correlation": -0.283, "low": -0.4, "high": -0.2}, "is lower: rank correlation −0.28 (99\u202f% interval −0.40 to −0.20)"),
        ({"is_found": False, "low": -0.02}, "No link was found between “Poverty” and the density"),
        ({"need": "gone"}, "Where “gone” is higher"),
    ],
    ids=["more", "less", "none", "criterion no longer there"],
)  # fmt: skip
def test_a_link_is_told_which_way_it_goes_or_that_none_was_found(example_programme: Programme, changes, said) -> None:
    words = link_words(FOUND | changes, example_programme.config, "en")
    assert said in words
    assert words.endswith("from 1,300 communities in 44 places.")


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_method_page_says_it_in_every_language_and_asks_for_an_evaluation_before(
    example_programme, request_on, words, language
) -> None:
    with request_on(f"/method?lang={language}"):
        page = Page(example_programme, ViewState(), language)
        told = words(links_section(page, {"links": [FOUND, FOUND | {"is_found": False}, NOT_TOLD]}))
        assert link_words(FOUND, page.config, language) in told
        assert link_words(FOUND | {"is_found": False}, page.config, language) in told
        assert link_words(NOT_TOLD, page.config, language) in told
        assert page.t("link.why_not_estimated") in told
        assert words(links_section(page, None)) == page.t("link.not_judged")
        assert words(links_section(page, {"likelihood": []})) == page.t("link.not_judged")


def test_nothing_is_found_where_nothing_is_known() -> None:
    nothing = RankLink(float("nan"), float("nan"), float("nan"), 0, 0)
    assert not nothing.is_found
    assert not nothing.is_known
