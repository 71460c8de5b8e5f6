"""The written matrix covers every path and callback, and the server keeps to it for every role."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from dashboard.auth.matrix import CALLBACKS, PATHS, callback_permissions, output_components, path_permission, roles_with
from dashboard.auth.roles import GRANTS, Permission, Role

VALUES = {
    "token": "abc", "path": "areas/HA-1", "filename": "js/x.js", "package_name": "dash", "fingerprinted_path": "deps/x.js",
    "data_version": "0" * 16, "layer_id": "roads", "z": "1", "x": "0", "y": "0", "measure": "rank", "area_id": "HA-1",
    "file_format": "csv", "name": "someone", "chunk": "0", "upload_id": "0" * 32, "job_id": "0" * 32,
}  # fmt: skip

# Written a second time, by hand: who may do what. A change of GRANTS must be made here too, on purpose.
EXPECTED = {
    Permission.OWN_ACCOUNT: {"viewer", "analyst", "approver", "admin"},
    Permission.VIEW: {"viewer", "analyst", "approver", "admin"},
    Permission.DOWNLOAD: {"viewer", "analyst", "approver", "admin"},
    Permission.EDIT: {"analyst", "admin"},
    Permission.APPROVE: {"approver"},
    Permission.MANAGE_USERS: {"admin"},
}
PUBLIC = {"/health", "/sign-in", "/sign-in.css", "/open/<token>", "/_favicon.ico"}


def rules(server: Flask) -> list[tuple[Any, str]]:
    """Each rule of the server with each of its methods."""
    return [(rule, method) for rule in server.url_map.iter_rules() for method in sorted(rule.methods - {"HEAD", "OPTIONS"})]


def test_every_path_and_method_of_the_server_has_a_line(server: Flask) -> None:
    missing = [f"{method} {rule.rule}" for rule, method in rules(server) if path_permission(rule.rule, method) is None]
    assert missing == []


def test_every_line_has_a_path(server: Flask) -> None:
    known = {(rule.rule, method) for rule, method in rules(server)}
    assert [line for line in PATHS for method in line.methods if (line.rule, method) not in known] == []


def test_every_callback_has_a_line(server: Flask) -> None:
    callbacks = server.extensions["landrelease.dash"].callback_map
    assert len(callbacks) > 0
    missing = [output for output, callback in callbacks.items() if callback_permissions(output, callback["inputs"]) is None]
    assert missing == []


def test_only_the_way_in_is_public() -> None:
    assert {line.rule for line in PATHS if line.permission is Permission.PUBLIC} == PUBLIC
    assert [pattern for pattern, permission in CALLBACKS if permission is Permission.PUBLIC] == []


def test_the_roles_hold_what_is_written_here() -> None:
    found = {permission: {role.value for role in Role if permission in GRANTS[role]} for permission in EXPECTED}
    assert found == EXPECTED
    assert all(Permission.APPROVE not in grants or Permission.EDIT not in grants for grants in GRANTS.values())


@pytest.mark.parametrize("role", [role.value for role in Role])
def test_each_role_reaches_what_the_matrix_grants_and_nothing_else(server: Flask, clients: dict[str, FlaskClient], role: str) -> None:
    adapter = server.url_map.bind("localhost")
    for rule, method in rules(server):
        permission = path_permission(rule.rule, method)
        assert permission is not None
        if permission is Permission.PUBLIC or rule.rule in ("/sign-out", "/account/password"):
            continue
        address = adapter.build(rule.endpoint, {name: VALUES[name] for name in rule.arguments})
        status = clients[role].open(address, method=method).status_code
        assert (status != 403) == (role in EXPECTED[permission]), (role, method, rule.rule, status)
        assert status != 401
    assert clients[role].post("/sign-out").status_code == 303


def test_a_line_for_get_covers_head_and_options_and_nothing_more() -> None:
    assert path_permission("/account", "HEAD") is Permission.OWN_ACCOUNT
    assert path_permission("/account", "POST") is None
    assert path_permission("/sign-out", "GET") is None
    assert path_permission("/sign-out", "OPTIONS") is Permission.OWN_ACCOUNT
    assert path_permission("/unknown", "GET") is None


@pytest.mark.parametrize(
    ("output", "components"),
    [
        ("map-view.url", ["map-view"]),
        ("..map-view.url@1f...priorities-table.rowData..", ["map-view", "priorities-table"]),
        ('{"criterion":["ALL"],"type":"priorities-weight"}.value', ["priorities-weight"]),
        ('..{"n":["MATCH"],"type":"a\\.b"}.value...x.y..', ["a.b", "x"]),
    ],
)
def test_outputs_are_read_as_dash_writes_them(output: str, components: list[str]) -> None:
    assert output_components(output) == components


def test_one_output_without_a_line_shuts_the_whole_callback() -> None:
    assert callback_permissions("priorities-table.rowData") == (Permission.VIEW,)
    assert callback_permissions("..priorities-table.rowData...elsewhere.data..") is None
    assert callback_permissions("3f9a", [{"id": "priorities-table", "property": "x"}]) == (Permission.VIEW,)
    assert callback_permissions("3f9a", [{"id": "elsewhere", "property": "x"}]) is None
    assert callback_permissions("3f9a") is None


def test_roles_with_several_permissions_hold_all_of_them() -> None:
    assert roles_with([Permission.EDIT, Permission.MANAGE_USERS]) == {Role.ADMIN}
    assert roles_with([Permission.EDIT, Permission.APPROVE]) == frozenset()
