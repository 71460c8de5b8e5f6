"""Paths of the map."""

from __future__ import annotations

import gzip
import json
import shutil
from collections.abc import Callable
from pathlib import Path

import mapbox_vector_tile
import pytest
from flask import Flask
from flask.testing import FlaskClient

from dashboard.server.run import start_warming

from .conftest import NAMES

FOR_GOOD = "private, max-age=31536000, immutable"


def test_a_tile_holds_outlines_and_row_numbers_and_is_kept_for_good(viewer: FlaskClient, version: str) -> None:
    answer = viewer.get(f"/tiles/{version}/areas/0/0/0.mvt")
    assert (answer.status_code, answer.headers["Cache-Control"]) == (200, FOR_GOOD)
    assert answer.headers["Content-Type"] == "application/vnd.mapbox-vector-tile"
    features = mapbox_vector_tile.decode(answer.data)["areas"]["features"]
    assert sorted(feature["id"] for feature in features) == [0, 1, 2, 3, 4, 5]
    assert [feature["properties"] for feature in features] == [{}] * 6


def test_a_tile_is_sent_packed_to_those_who_take_it_and_not_at_all_to_those_who_have_it(viewer: FlaskClient, version: str) -> None:
    address = f"/tiles/{version}/areas/0/0/0.mvt"
    packed, plain = viewer.get(address, headers={"Accept-Encoding": "gzip"}), viewer.get(address)
    assert packed.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.data) == plain.data
    assert "Accept-Encoding" in packed.headers["Vary"]
    for answer in (packed, plain):
        headers = {"If-None-Match": answer.headers["ETag"], "Accept-Encoding": "gzip" if answer is packed else "identity"}
        again = viewer.get(address, headers=headers)
        assert (again.status_code, again.data) == (304, b"")


@pytest.mark.parametrize(
    ("path", "reason"),
    [
        ("/tiles/{v}/areas/0/9/0.mvt", "x must be a whole number from 0 to 0; found '9'"),
        ("/tiles/{v}/areas/-1/0/0.mvt", "z must be a whole number from 0 to 20; found '-1'"),
        ("/tiles/{v}/areas/0/0/٣.mvt", "y must be a whole number"),
        ("/tiles/{v}/areas/99999999999999999999/0/0.mvt", "z must be a whole number"),
        ("/tiles/{v}/context/nothing/0/0/0.mvt", "There is no basemap layer 'nothing'"),
        ("/tiles/{v}/labels/1.json", "chunk must be a whole number from 0 to 0"),
        ("/tiles/{v}/image/units.png", "no picture of layer 'units'"),
        ("/tiles/0000000000000000/areas/0/0/0.mvt", "There is no snapshot 0000000000000000"),
        ("/tiles/0000000000000000/styles.bin", "There is no snapshot"),
        ("/colours/0000000000000000/rank.bin", "There is no snapshot"),
        ("/tiles/XYZ/areas/0/0/0.mvt", "A data version must have 16 digits"),
        ("/tiles/../areas/0/0/0.mvt", "A data version must have 16 digits"),
        ("/colours/{v}/nothing.bin", "There is no measure 'nothing'"),
        ("/colours/{v}/value.nothing.bin", "There is no measure 'value.nothing'"),
    ],
)
def test_what_does_not_exist_is_named(viewer: FlaskClient, version: str, path: str, reason: str) -> None:
    answer = viewer.get(path.format(v=version))
    assert answer.status_code == 404
    assert reason in answer.get_json()["error"]["message"]
    assert answer.get_json()["error"]["remedy"]
    assert answer.headers["Cache-Control"] == "private, no-store"


def test_basemap_styles_and_labels_come_with_the_snapshot(viewer: FlaskClient, version: str) -> None:
    context = mapbox_vector_tile.decode(viewer.get(f"/tiles/{version}/context/units/4/6/9.mvt").data)
    assert set(context) <= {"units"}
    assert len(viewer.get(f"/tiles/{version}/styles.bin").data) == 6
    labels = viewer.get(f"/tiles/{version}/labels/0.json")
    assert labels.headers["Content-Type"] == "application/json"
    assert json.loads(labels.data)["name"] == NAMES
    assert labels.headers["X-Content-Type-Options"] == "nosniff"


def test_colours_are_one_byte_an_area_and_follow_the_weights(viewer: FlaskClient, version: str) -> None:
    even = viewer.get(f"/colours/{version}/rank.bin")
    need = viewer.get(f"/colours/{version}/rank.bin?w.ease=0")
    ease = viewer.get(f"/colours/{version}/rank.bin?w.need=0")
    assert len(even.data) == len(need.data) == len(ease.data) == 6
    assert need.data[0] > need.data[4]
    assert ease.data[0] < ease.data[4]
    assert viewer.get(f"/colours/{version}/rank.bin?q=olives").data == bytes(6)


def test_colours_are_kept_for_good_only_under_the_digest_of_their_scenario(viewer: FlaskClient, version: str, data_server: Flask) -> None:
    digest = data_server.extensions["landrelease"].scenario().digest
    address = f"/colours/{version}/score.bin"
    assert viewer.get(f"{address}?of={digest}").headers["Cache-Control"] == FOR_GOOD
    for query in ("", "?of=0000", f"?of={digest}&w.need=10", f"?of={digest}&moved=in"):
        answer = viewer.get(address + query)
        assert answer.headers["Cache-Control"] == "private, no-cache"
        again = viewer.get(address + query, headers={"If-None-Match": answer.headers["ETag"]})
        assert again.status_code == 304


@pytest.mark.parametrize("measure", ["disagreement", "profiles_top"])
def test_colours_that_other_profiles_decide_too_are_asked_for_again(
    viewer: FlaskClient, version: str, data_server: Flask, measure: str
) -> None:
    answer = viewer.get(f"/colours/{version}/{measure}.bin?of={data_server.extensions['landrelease'].scenario().digest}")
    assert (answer.status_code, len(answer.data)) == (200, 6)
    assert answer.headers["Cache-Control"] == "private, no-cache"


@pytest.mark.parametrize(
    ("measure", "query"), [("likelihood", ""), ("cost", ""), ("next_action", ""), ("rank", "&likely=5-50"), ("rank", "&next=nts")]
)
def test_colours_that_estimates_decide_too_are_asked_for_again(
    viewer: FlaskClient, version: str, data_server: Flask, measure: str, query: str
) -> None:
    digest = data_server.extensions["landrelease"].scenario().digest
    answer = viewer.get(f"/colours/{version}/{measure}.bin?of={digest}{query}")
    assert (answer.status_code, len(answer.data)) == (200, 6)
    assert answer.headers["Cache-Control"] == "private, no-cache"


@pytest.mark.parametrize("query", ["scenario=nothing", "profile=nothing", "w.need=0&w.ease=0", "w.nothing=3"])
def test_a_scenario_that_does_not_hold_is_refused_with_the_reason(viewer: FlaskClient, version: str, query: str) -> None:
    answer = viewer.get(f"/colours/{version}/rank.bin?{query}")
    assert answer.status_code == 422
    assert answer.get_json()["error"]["message"]


@pytest.mark.parametrize("query", ["w.need=nan", "w.need=-5", "%FF%FE", "&&&==", "scenario=%00", "page=9" * 200, "q=" + "x" * 3000])
def test_any_query_gets_an_answer_below_500(viewer: FlaskClient, version: str, query: str) -> None:
    assert viewer.get(f"/colours/{version}/rank.bin?{query}").status_code < 500
    assert viewer.get(f"/api/areas/C1?{query}").status_code < 500
    assert viewer.get(f"/download/priorities.csv?{query}", buffered=True).status_code < 500


def test_an_older_snapshot_stays_servable_after_a_new_build(viewer: FlaskClient, version: str, data_server: Flask) -> None:
    programme = data_server.extensions["landrelease"]
    before = viewer.get(f"/colours/{version}/rank.bin").data
    layer: Path = programme.directory / "layers" / "units.geojson"
    layer.write_text(layer.read_text(encoding="utf-8").replace('"need": 9', '"need": 0'), encoding="utf-8")
    newer = programme.build().data_version
    assert newer != version
    assert viewer.get("/api/versions").get_json() == {"current": newer, "n_areas": 6}
    assert viewer.get(f"/colours/{version}/rank.bin").data == before
    assert viewer.get(f"/colours/{newer}/rank.bin").data != before
    assert viewer.get(f"/tiles/{version}/areas/0/0/0.mvt").status_code == 200


def test_a_programme_without_a_snapshot_says_what_to_do(data_server: Flask, sign_in_as: Callable[..., FlaskClient]) -> None:
    shutil.rmtree(data_server.extensions["landrelease"].directory / "derived")
    answer = sign_in_as(data_server, "viewer").get("/api/versions")
    assert answer.status_code == 503
    assert "landrelease build" in answer.get_json()["error"]["remedy"]


def test_a_worker_prepares_the_first_map_and_survives_a_programme_without_data(data_server: Flask, server: Flask, version: str) -> None:
    for made in (data_server, server):
        thread = start_warming(made)
        thread.join(30)
        assert not thread.is_alive()
    assert vars(data_server.extensions["landrelease"])["_tiles"].count("tiles") == 1
    assert "_tiles" not in vars(server.extensions["landrelease"])
