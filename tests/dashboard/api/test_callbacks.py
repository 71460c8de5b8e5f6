"""Every callback of the dashboard, with values it does not expect: an answer below 500, and none without a session."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

URL = "/_dash-update-component"
JUNK: tuple[Any, ...] = (
    None, -1, 1e308, True, "text", "<script>", "\u0000", "x" * 5000, [], [None], {}, {"row": "x"}, {"id": []}, {"row": -1},
    {"row": 10**30}, {"url": 3}, [1, "a", None, {}], {"startRow": "a", "endRow": None, "sortModel": 3, "filterModel": []},
    {"startRow": -5, "endRow": 10**9, "sortModel": [{"colId": "nothing", "sort": "x"}]}, "scenario=nothing", "w.need=0&w.ease=0",
    "0" * 16, "../../etc", "?self=1&area_id=2&pathname_=3&layout=4&language=xx", "/areas/%00", "/areas/C1", "/nothing",
)  # fmt: skip


def named(component_id: str, prop: str, value: Any) -> Any:
    """An input as the browser sends it; one of each where all of a pattern are meant."""
    if not component_id.startswith("{"):
        return {"id": component_id, "property": prop, "value": value}
    pattern = json.loads(component_id)
    concrete = {key: "need" if isinstance(part, list) else part for key, part in pattern.items()}
    item = {"id": concrete, "property": prop, "value": value}
    return [item] if any(part in (["ALL"], ["ALLSMALLER"]) for part in pattern.values()) else item


def outputs_of(callback: Any) -> Any:
    """The outputs as the browser names them."""
    if callback.get("no_output"):
        return None
    declared = callback["output"]
    several = declared if isinstance(declared, list | tuple) else [declared]
    items = [named(output.component_id_str(), output.component_property, None) for output in several]
    for item in items:
        for entry in item if isinstance(item, list) else [item]:
            entry.pop("value")
    return items if isinstance(declared, list | tuple) else items[0]


def good(slot: dict[str, Any], version: str) -> Any:
    """A value that a slot expects."""
    if slot["property"] == "id":
        return named(slot["id"], "id", None)[0]["id"]
    known = {
        "priorities-version.data": version, "priorities-list.data": "", "priorities-view.data": "", "_pages_location.pathname": "/",
        "lookup-view.data": "", "data-view.data": "", "judge-view.data": "", "method-view.data": "", "priorities-way.value": "order",
        "frame-view.data": "", "frame-version.data": version, "jobs-view.data": "", "data-edit-table.value": "hazard_areas",
        "judge-mirror-of.value": "outcomes",
        "priorities-table.getRowsRequest": {"startRow": 0, "endRow": 50, "sortModel": []}, "priorities-chosen.data": {"row": 0},
    }  # fmt: skip
    return known.get(f"{slot['id']}.{slot['property']}")


def bodies(output: str, callback: Any, version: str) -> Iterator[dict[str, Any]]:
    """Bodies of a callback: first a good one, then junk in one place at a time."""
    slots = [*callback["inputs"], *callback["state"]]
    n_inputs = len(callback["inputs"])
    for turn in range(-1, len(slots)):
        for junk in JUNK if turn > -1 else JUNK[:1]:
            values = [junk if turn == place else good(slot, version) for place, slot in enumerate(slots)]
            items = [named(slot["id"], slot["property"], value) for slot, value in zip(slots, values, strict=True)]
            changed = [f"{slot['id']}.{slot['property']}" for slot in callback["inputs"][:1]]
            yield {
                "output": output, "outputs": outputs_of(callback), "inputs": items[:n_inputs], "state": items[n_inputs:],
                "changedPropIds": changed,
            }  # fmt: skip


def served(server: Flask) -> dict[str, Any]:
    """Callbacks that the server answers (the others run in the browser)."""
    return {output: entry for output, entry in server.extensions["landrelease.dash"].callback_map.items() if "callback" in entry}


def test_every_callback_answers_what_it_expects(data_server: Flask, editor: FlaskClient, version: str) -> None:
    for output, callback in served(data_server).items():
        answer = editor.post(URL, json=next(bodies(output, callback, version)))
        assert answer.status_code in (200, 204), (output, answer.text)


def test_no_callback_fails_on_values_it_does_not_expect(data_server: Flask, editor: FlaskClient, version: str) -> None:
    failed: dict[str, list[str]] = {}
    for output, callback in served(data_server).items():
        for body in bodies(output, callback, version):
            status = editor.post(URL, json=body).status_code
            if status >= 500:
                values = [item.get("value") if isinstance(item, dict) else item for item in [*body["inputs"], *body["state"]]]
                failed.setdefault(output, []).append(json.dumps(values)[:120])
    assert {output: (len(found), found[:5]) for output, found in failed.items()} == {}


def test_no_callback_answers_a_stranger(data_server: Flask, version: str) -> None:
    client = data_server.test_client()
    for output, callback in served(data_server).items():
        assert client.post(URL, json=next(bodies(output, callback, version))).status_code == 401


@pytest.mark.parametrize("role", ["viewer", "analyst", "approver", "admin"])
def test_every_callback_is_open_to_those_its_line_names(
    data_server: Flask, sign_in_as: Callable[..., FlaskClient], version: str, role: str
) -> None:
    from dashboard.auth.matrix import callback_permissions, roles_with

    client = sign_in_as(data_server, role)
    for output, callback in served(data_server).items():
        permissions = callback_permissions(output, callback["inputs"])
        assert permissions is not None
        is_open = role in {allowed.value for allowed in roles_with(permissions)}
        assert (client.post(URL, json=next(bodies(output, callback, version))).status_code != 403) == is_open, output


@pytest.mark.parametrize(
    ("values", "status", "reason"),
    [
        (["", "", "0" * 16], 404, "There is no snapshot 0000000000000000"),
        (["", "", "../.."], 404, "A data version must have 16 digits"),
        ([3, "", None], 400, "priorities-list.data: Input should be a valid string; found 3."),
    ],
)
def test_a_value_of_another_form_is_named(viewer: FlaskClient, data_server: Flask, values: list[Any], status: int, reason: str) -> None:
    output, callback = next(item for item in served(data_server).items() if item[0].startswith("..map-priorities-colours"))
    slots = [*callback["inputs"], *callback["state"]]
    items = [named(slot["id"], slot["property"], value) for slot, value in zip(slots, values, strict=True)]
    body = {"output": output, "outputs": outputs_of(callback), "inputs": items[:1], "state": items[1:], "changedPropIds": []}
    answer = viewer.post(URL, json=body)
    assert answer.status_code == status
    assert reason in answer.get_json()["error"]["message"]
