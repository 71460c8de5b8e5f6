"""Facts of one area: names are text, the reasons add up, and one person's choices never reach another."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from flask import Flask
from flask.testing import FlaskClient

from .conftest import NAMES


@pytest.mark.parametrize("number", range(6))
def test_a_name_is_text_in_json(viewer: FlaskClient, number: int) -> None:
    answer = viewer.get(f"/api/areas/C{number}")
    assert answer.headers["Content-Type"] == "application/json"
    assert answer.get_json()["area"]["name"] == NAMES[number]
    assert answer.get_json()["row"] == number


def test_the_answer_carries_rank_score_and_contributions_that_add_up(viewer: FlaskClient, version: str) -> None:
    answer = viewer.get("/api/areas/C0").get_json()
    ranking = answer["ranking"]
    assert answer["data_version"] == version
    assert (ranking["score"], ranking["contribution_need"], ranking["contribution_ease"]) == (0.45, 0.45, 0.0)
    assert (ranking["value_need"], ranking["value_ease"]) == (0.9, 0.0)
    assert viewer.get("/api/areas/C4").get_json()["ranking"]["rank"] == 1


def test_what_is_not_known_is_null(viewer: FlaskClient) -> None:
    ranking = viewer.get("/api/areas/C5").get_json()["ranking"]
    assert ranking["value_need"] is None
    assert ranking["contribution_need"] is None
    assert ranking["likelihood_prob"] is None
    assert ranking["cost_usd"] is None


@pytest.mark.parametrize("area_id", ["nothing", "C9", "c0", "C0 ", "%3Cscript%3E", "x" * 500, "C0/C1"])
def test_an_unknown_area_is_named(viewer: FlaskClient, area_id: str) -> None:
    answer = viewer.get(f"/api/areas/{area_id}")
    assert answer.status_code == 404
    assert "There is no area" in answer.get_json()["error"]["message"]


def test_an_unknown_data_version_is_named(viewer: FlaskClient, version: str) -> None:
    assert viewer.get("/api/areas/C0?data=nothing").status_code == 404
    assert viewer.get(f"/api/areas/C0?data={version}").status_code == 200


def test_two_people_never_see_each_others_choices(data_server: Flask, version: str, sign_in_as: Callable[..., FlaskClient]) -> None:
    one, two = sign_in_as(data_server, "analyst", "one"), sign_in_as(data_server, "analyst", "two")
    expected = {
        "w.ease=0": one.get("/api/areas/C0?w.ease=0").get_json()["ranking"],
        "w.need=0": two.get("/api/areas/C0?w.need=0").get_json()["ranking"],
        "": one.get("/api/areas/C0").get_json()["ranking"],
    }
    assert len({row["score"] for row in expected.values()}) == 3

    def look(turn: int) -> bool:
        query = list(expected)[turn % 3]
        client = data_server.test_client()
        cookie = (one, two)[turn % 2].get_cookie("landrelease")
        assert cookie is not None
        client.set_cookie("landrelease", cookie.value)
        return bool(client.get(f"/api/areas/C0?{query}").get_json()["ranking"] == expected[query])

    with ThreadPoolExecutor(4) as pool:
        assert all(pool.map(look, range(24)))
    assert "w." not in str(one.get("/_dash-layout").get_json())
