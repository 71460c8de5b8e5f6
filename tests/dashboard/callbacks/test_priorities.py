"""Callbacks of the Priorities page: what they send, who may ask, and that two people never share a view."""

from __future__ import annotations

import json

import pytest
from werkzeug.exceptions import Unauthorized

from dashboard.callbacks import priorities
from dashboard.callbacks.priorities import show_histograms, show_list, show_places, show_rows, show_why
from dashboard.services.asked_weights import group_pairs
from dashboard.services.views import colour_bytes, ranked_view
from dashboard.state import parse_state

REQUEST = {"startRow": 0, "endRow": 100, "sortModel": [], "filterModel": {}}


@pytest.fixture
def programme(example_server):
    return example_server.extensions["landrelease"]


@pytest.fixture
def version(programme) -> str:
    return programme.snapshot().data_version


def test_a_change_of_weight_sends_one_address_and_no_data(request_on, version: str, words) -> None:
    with request_on("/_dash-update-component"):
        answer = show_list("w.poverty=100", "w.poverty=100&lang=fr", version)
    assert answer.colours["url"] == f"/colours/{version}/rank.bin?w.poverty=100"
    assert answer.done == "w.poverty=100" and answer.notice is None
    assert "entrée" in words(answer.change) or "Les mêmes zones" in words(answer.change)
    assert len(json.dumps([answer.colours, answer.done])) < 2000


def test_the_address_of_the_colours_is_answered_with_the_bytes_of_the_view(request_on, version: str, programme) -> None:
    with request_on("/"):
        answer = show_list("type=SHA", "type=SHA", version)
    query = answer.colours["url"].partition("?")[2]
    assert colour_bytes(programme, parse_state(query)) == colour_bytes(programme, parse_state("type=SHA"))


@pytest.mark.parametrize(("measure", "palette"), [("likelihood", "ramp"), ("next_action", "actions"), ("cost", "ramp")])
def test_colours_of_estimates_are_sent_as_an_address_with_their_palette(
    request_on, version: str, words, measure: str, palette: str
) -> None:
    with request_on("/"):
        answer = show_list(f"colour={measure}&likely=10-90", "", version)
    assert answer.colours["url"] == f"/colours/{version}/{measure}.bin?likely=10-90&colour={measure}"
    assert answer.colours["palette"] == palette and "Likelihood 10\u202f% to 90\u202f%" in words(answer.count)
    assert answer.colours["labels"]["1"] == "Not estimated"


def test_an_address_with_unknown_colours_shows_the_rank_and_says_so(request_on, version: str, words) -> None:
    with request_on("/"):
        answer = show_list("colour=nothing", "", version)
    assert answer.colours["url"].startswith(f"/colours/{version}/rank.bin?")
    assert "The address asks for colours of “nothing”" in words(answer.legend) and "The map shows the rank." in words(answer.legend)


def test_a_view_that_cannot_be_ranked_is_told_and_the_page_stays(request_on, version: str, words) -> None:
    with request_on("/"):
        answer = show_list("w.none=3", "w.none=3", version)
    assert "none" in words(answer.notice) and answer.done == "w.none=3"
    assert type(answer.colours).__name__ == "NoUpdate"


def test_rows_come_in_pages_with_the_length_of_the_list(request_on, version: str, programme) -> None:
    with request_on("/"):
        first = show_rows(REQUEST, "", version)
        second = show_rows({**REQUEST, "startRow": 100, "endRow": 200}, "", version)
    assert [row["rank"] for row in first["rowData"]] == list(range(1, 101))
    assert [row["rank"] for row in second["rowData"]] == list(range(101, 201))
    assert first["rowCount"] == second["rowCount"] >= 200


def test_rows_follow_the_sort_of_the_table(request_on, version: str) -> None:
    with request_on("/"):
        rows = show_rows({**REQUEST, "sortModel": [{"colId": "score", "sort": "asc"}]}, "", version)["rowData"]
    scores = [row["score"] for row in rows]
    assert scores == sorted(scores)


def test_the_panel_finds_an_area_by_row_and_by_id(request_on, version: str, programme) -> None:
    area_id = str(programme.snapshot().areas["area_id"].iat[3])
    with request_on("/"):
        _, by_row = show_why({"row": 3, "by": "map"}, "", version)
        _, by_id = show_why({"id": area_id}, "", version)
    assert (by_row["row"], by_row["id"], by_row["by"]) == (3, area_id, "map")
    assert (by_id["row"], by_id["id"]) == (3, area_id)


def test_the_panel_says_how_firm_the_rank_is(request_on, version: str, programme, words) -> None:
    row = int(ranked_view(programme, parse_state("")).ranking.order[60])
    with request_on():
        said = words(show_why({"row": row}, "", version)[0])
    assert "among the first 50 in " in said
    assert "of 500 tries with other weights. It could move between rank " in said
    assert "It would enter the first 50 if “" in said


@pytest.mark.parametrize(
    "chosen",
    [None, {}, {"row": None}, {"row": -1}, {"row": 10**9}, {"row": True}, {"row": "1; drop"}, {"id": "none"}, {"id": ["x"]}],
    ids=str,
)
def test_a_choice_that_names_no_area_clears_the_panel(chosen, request_on, version: str, words) -> None:
    with request_on("/"):
        panel, known = show_why(chosen, "", version)
    assert known["row"] is None and "Choose an area" in words(panel)


def test_the_panel_shows_names_with_markup_as_text(request_on, version: str, programme, parts) -> None:
    areas = programme.snapshot().areas
    rows = areas.index[areas["name"].fillna("").str.contains("<", regex=False)]
    assert len(rows)
    for row in rows[:5]:
        with request_on("/"):
            panel, _ = show_why({"row": int(row)}, "", version)
        assert any(getattr(part, "children", None) == areas["name"].iat[row] for part in parts(panel))


def test_each_criterion_has_its_histogram(request_on, version: str, programme) -> None:
    ids = [{"type": "priorities-histogram", "criterion": criterion.id} for criterion in programme.config.criteria]
    with request_on("/"):
        drawn = show_histograms(version, "", ids)
    assert len(drawn) == len(ids) and all(part.role == "img" for part in drawn)


def test_lower_levels_are_offered_below_the_chosen_place(request_on, version: str, programme) -> None:
    areas = programme.snapshot().areas
    first = str(areas["admin1"].dropna().iat[0])
    with request_on("/"):
        second, third, fourth, *disabled = show_places(first, None, None, version)
    assert set(second) == set(areas.loc[areas["admin1"] == first, "admin2"].dropna()) - {""}
    assert (third, fourth, disabled) == ([], [], [False, True, True])


def test_nobody_who_is_not_signed_in_gets_an_answer(request_on, version: str) -> None:
    asked = (
        lambda: show_list("", "", version), lambda: show_rows(REQUEST, "", version), lambda: show_why(None, "", version),
        lambda: show_histograms(version, "", []), lambda: show_places(None, None, None, version),
    )  # fmt: skip
    for ask in asked:
        with request_on("/", role=None), pytest.raises(Unauthorized):
            ask()


def test_two_people_never_see_each_others_view(request_on, version: str, words) -> None:
    with request_on("/"):
        before = show_list("", "", version)
        show_list("w.poverty=100&type=SHA&q=road", "w.poverty=100", version)
        show_why({"row": 1}, "w.poverty=100", version)
        after = show_list("", "", version)
    assert before.colours == after.colours and words(before.count) == words(after.count)


def test_the_module_keeps_no_data() -> None:
    kept = [name for name, value in vars(priorities).items() if isinstance(value, dict | list | set) and not name.startswith("__")]
    assert kept == []


def test_a_page_of_an_older_snapshot_says_that_newer_data_are_there(request_on, version: str, programme, words, monkeypatch) -> None:
    monkeypatch.setattr(type(programme), "current_version", lambda _: "f" * 16)
    with request_on("/"):
        answer = show_list("", "", version)
    assert "Reload" in words(answer.notice) and version in answer.colours["url"]


def test_weights_are_made_from_an_order_and_said(example_server, request_on, words) -> None:
    names = [criterion.id for criterion in example_server.extensions["landrelease"].config.criteria]
    ids = [{"type": "priorities-told", "criterion": name} for name in names]
    with request_on("/"):
        made, said = priorities.make_weights(1, "order", [1, 2, "", *[None] * (len(names) - 3)], ids, "lang=en")
    assert made["points"] == dict.fromkeys(names, 0.0) | {names[0]: 50.0, names[1]: 16.67}
    assert "Undo" in words(said)


def test_points_without_a_hundred_are_refused_and_the_weights_stay(example_server, request_on, words) -> None:
    ids = [{"type": "priorities-told", "criterion": criterion} for criterion in ("road", "water")]
    with request_on("/"):
        made, said = priorities.make_weights(1, "points", [50, 10], ids, "lang=en")
    assert type(made).__name__ == "NoUpdate" and "the largest here is 50" in words(said)


def test_weights_of_pairs_tell_their_consistency(example_server, request_on, words) -> None:
    config = example_server.extensions["landrelease"].config
    pairs = list(group_pairs({criterion.id: criterion.group for criterion in config.criteria}))
    ids = [{"type": "priorities-pair", "groups": name} for name in pairs]
    with request_on("/"):
        made, said = priorities.make_weights_of_pairs(1, ["1"] * len(pairs), ids, "lang=en")
        _, odd = priorities.make_weights_of_pairs(1, ["9", "1/9", *["9"] * (len(pairs) - 2)], ids, "lang=en")
        kept, missing = priorities.make_weights_of_pairs(1, [None, *["1"] * (len(pairs) - 1)], ids, "lang=en")
    of_group = {group: sum(made["points"][each.id] for each in config.criteria if each.group == group) for group in ("risk", "need")}
    assert of_group["risk"] == pytest.approx(of_group["need"], abs=0.02)
    assert "consistency ratio 0" in words(said) and "Ask about it again" in words(odd)
    assert type(kept).__name__ == "NoUpdate" and "1 of " in words(missing)
