"""Bodies of callbacks: whatever is sent, the answer is never 500."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from dash import ALL, MATCH, Input, Output, State
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dashboard.auth.roles import Permission
from dashboard.server.bodies import check_callback_body
from dashboard.server.errors import RequestError

URL = "/_dash-update-component"


@pytest.fixture
def client(make_server: Callable[..., Flask], sign_in_as: Callable[..., FlaskClient], monkeypatch: pytest.MonkeyPatch) -> FlaskClient:
    """A signed-in client of a server with four callbacks of its own."""
    from dashboard.auth import matrix

    monkeypatch.setattr(matrix, "CALLBACKS", (("t-*", Permission.VIEW), ("admins-*", Permission.MANAGE_USERS), *matrix.CALLBACKS))
    server = make_server()
    app = server.extensions["landrelease.dash"]
    app.callback(Output("t-one", "children"), Input("t-a", "value"), State("t-b", "data"))(lambda a, b: f"{a} {b}")
    app.callback(Output("t-x", "children"), Output("t-y", "children"), Input("t-a", "value"))(lambda a: (a, a))
    app.callback(Output({"type": "t-m", "n": MATCH}, "children"), Input({"type": "t-m", "n": MATCH}, "value"))(str)
    app.callback(Output("t-all", "children"), Input({"type": "t-s", "n": ALL}, "value"))(str)
    app.callback(Output("admins-only", "children"), Input("t-a", "value"))(lambda a: "secret")
    app.callback(Output("without-a-line", "children"), Input("t-a", "value"))(lambda a: "secret")
    return sign_in_as(server, "analyst")


GOOD: dict[str, Any] = {
    "output": "t-one.children",
    "outputs": {"id": "t-one", "property": "children"},
    "inputs": [{"id": "t-a", "property": "value", "value": 3}],
    "state": [{"id": "t-b", "property": "data", "value": "b"}],
    "changedPropIds": ["t-a.value"],
}
PAIR: dict[str, Any] = {
    "output": "..t-x.children...t-y.children..",
    "outputs": [{"id": "t-x", "property": "children"}, {"id": "t-y", "property": "children"}],
    "inputs": [{"id": "t-a", "property": "value", "value": "v"}],
    "changedPropIds": [],
}
PATTERN: dict[str, Any] = {
    "output": '{"n":["MATCH"],"type":"t-m"}.children',
    "outputs": {"id": {"n": 1, "type": "t-m"}, "property": "children"},
    "inputs": [{"id": {"n": 1, "type": "t-m"}, "property": "value", "value": 2}],
    "changedPropIds": [],
}
SEVERAL: dict[str, Any] = {
    "output": "t-all.children",
    "outputs": {"id": "t-all", "property": "children"},
    "inputs": [[{"id": {"n": n, "type": "t-s"}, "property": "value", "value": n} for n in (1, 2)]],
    "changedPropIds": [],
}


@pytest.mark.parametrize("body", [GOOD, PAIR, PATTERN, SEVERAL], ids=["one", "pair", "pattern", "several"])
def test_a_well_formed_body_reaches_its_callback(client: FlaskClient, body: dict[str, Any]) -> None:
    answer = client.post(URL, json=body)
    assert answer.status_code == 200, answer.text
    assert set(answer.get_json()["response"]) <= {"t-one", "t-x", "t-y", '{"n":1,"type":"t-m"}', "t-all"}


@pytest.mark.parametrize(
    "raw",
    [b"", b"{", b"null", b"[]", b'"x"', b"3", b"\xff\xfe", b'{"output": 3}', b'{"output": ["a"]}', b"[" * 100_000, b'{"a":' * 50_000,
     b'{"output":"t-one.children","inputs":[NaN]}', b'{"output":"t-one.children","inputs":[Infinity]}', b'{"output":"\\ud800"}',
     b'{"n":' + b"9" * 6000 + b"}", b'{"output":"t-one.children"}' + b" " * 10 + b"{}"],
    ids=range(16),
)  # fmt: skip
def test_a_body_that_is_no_callback_is_refused(client: FlaskClient, raw: bytes) -> None:
    assert client.post(URL, data=raw, content_type="application/json").status_code == 400


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", ""])
def test_a_body_of_another_kind_is_refused(client: FlaskClient, kind: str) -> None:
    assert client.post(URL, data=json.dumps(GOOD), content_type=kind).status_code == 415


def changed(base: dict[str, Any], path: tuple[Any, ...], value: object) -> dict[str, Any]:
    """A copy with the value at a path replaced."""
    body = copy.deepcopy(base)
    place: Any = body
    for key in path[:-1]:
        place = place[key]
    place[path[-1]] = value
    return body


@pytest.mark.parametrize(
    ("base", "path", "value", "status"),
    [
        (GOOD, ("output",), "no-such.children", 404),
        (GOOD, ("output",), "_pages_dummy.children", 404),
        (GOOD, ("inputs",), [], 400),
        (GOOD, ("inputs",), "x", 400),
        (GOOD, ("inputs",), [None], 400),
        (GOOD, ("inputs",), [[]], 400),
        (GOOD, ("inputs", 0, "id"), "t-b", 400),
        (GOOD, ("inputs", 0, "id"), {"type": "x"}, 400),
        (GOOD, ("inputs", 0, "property"), "data", 400),
        (GOOD, ("inputs", 0, "property"), None, 400),
        (GOOD, ("state",), None, 400),
        (GOOD, ("changedPropIds",), "x", 400),
        (GOOD, ("changedPropIds",), [3], 400),
        (GOOD, ("changedPropIds",), ["x"] * 3000, 400),
        (GOOD, ("outputs",), None, 400),
        (GOOD, ("outputs",), [], 400),
        (GOOD, ("outputs", "id"), "t-x", 400),
        (GOOD, ("outputs", "id"), ["t-one"], 400),
        (PAIR, ("outputs",), [{"id": "t-x", "property": "children"}], 400),
        (PAIR, ("outputs", 1, "id"), "t-x", 400),
        (PATTERN, ("inputs", 0, "id"), {"n": [1], "type": "t-m"}, 400),
        (PATTERN, ("inputs", 0, "id"), {"n": 1, "type": "other"}, 400),
        (PATTERN, ("inputs", 0, "id"), {"n": 1}, 400),
        (PATTERN, ("outputs", "id"), {"n": {}, "type": "t-m"}, 400),
        (SEVERAL, ("inputs", 0), {"id": "t-s", "property": "value"}, 400),
        (SEVERAL, ("inputs", 0), [3], 400),
        (GOOD, ("inputs", 0, "value"), [[[[]]]], 400),
        (GOOD, ("inputs", 0, "value"), {"k": 1}, 400),
        (GOOD, ("inputs", 0, "value"), "x" * 9000, 400),
        (GOOD, ("inputs", 0, "value"), None, 200),
    ],
)
def test_a_body_that_does_not_fit_its_callback_is_refused(
    client: FlaskClient, base: dict[str, Any], path: tuple[Any, ...], value: object, status: int
) -> None:
    assert client.post(URL, json=changed(base, path, value)).status_code == status


def test_values_nested_too_deep_are_refused(client: FlaskClient) -> None:
    deep: Any = 1
    for _ in range(80):
        deep = [deep]
    assert client.post(URL, json=changed(GOOD, ("inputs", 0, "value"), deep)).status_code == 400


@pytest.mark.parametrize("name", ["admins-only", "without-a-line"])
def test_a_callback_asks_for_its_own_permission_and_stays_shut_without_a_line(client: FlaskClient, name: str) -> None:
    body = {**PAIR, "output": f"{name}.children", "outputs": {"id": name, "property": "children"}}
    answer = client.post(URL, json=body)
    assert (answer.status_code, "secret" in answer.text) == (403, False)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=12), inner, max_size=4),
    max_leaves=12,
)
FIELDS = ("output", "outputs", "inputs", "state", "changedPropIds", "parsedChangedPropsIds")


@given(st.dictionaries(st.sampled_from(FIELDS), JSON), st.sampled_from([GOOD, PAIR, PATTERN, SEVERAL]))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_json_in_any_field_gets_an_answer_below_500(client: FlaskClient, parts: dict[str, Any], base: dict[str, Any]) -> None:
    assert client.post(URL, json={**base, **parts}).status_code < 500


def mutants(value: Any) -> Iterator[Any]:
    """A body with one part after another replaced by something unlike it."""
    if isinstance(value, dict):
        for key, inner in value.items():
            for other in mutants(inner):
                yield {**value, key: other}
            yield {name: kept for name, kept in value.items() if name != key}
    elif isinstance(value, list):
        for place, inner in enumerate(value):
            for other in mutants(inner):
                yield [*value[:place], other, *value[place + 1 :]]
        yield []
    yield from (None, 7, "text", [], {}, [[]], {"id": []}, -1.5, True)


@pytest.mark.parametrize("base", [GOOD, PAIR, PATTERN, SEVERAL], ids=["one", "pair", "pattern", "several"])
def test_each_part_replaced_by_something_unlike_it_gets_an_answer_below_500(client: FlaskClient, base: dict[str, Any]) -> None:
    worst = [(body, status) for body in mutants(base) if (status := client.post(URL, json=body).status_code) >= 500]
    assert worst == []


def test_the_check_names_what_does_not_fit() -> None:
    with pytest.raises(RequestError, match=r"There is no callback 'x\.y'"):
        check_callback_body({"output": "x.y"}, {})
