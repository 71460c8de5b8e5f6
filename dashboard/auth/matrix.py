"""The written matrix: each path and each callback of the dashboard, and what it asks for.

The guard denies whatever has no line here, so a new path stays shut until someone has written down who may use it. The
roles that hold a permission stand in ``dashboard.auth.roles.GRANTS``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any

from dashboard.auth.roles import GRANTS, Permission, Role


@dataclass(frozen=True)
class PathLine:
    """One path (as a Flask rule), its methods, and the permission it asks for."""

    rule: str
    methods: tuple[str, ...]
    permission: Permission


_GET = ("GET",)
_POST = ("POST",)
_FORM = ("GET", "POST")
_DELETE = ("DELETE",)

PATHS: tuple[PathLine, ...] = (
    # the way in: nothing of the programme but its name
    PathLine("/health", _GET, Permission.PUBLIC),
    PathLine("/sign-in", _FORM, Permission.PUBLIC),
    PathLine("/sign-in.css", _GET, Permission.PUBLIC),
    PathLine("/open/<token>", _GET, Permission.PUBLIC),
    PathLine("/_favicon.ico", _GET, Permission.PUBLIC),
    # one's own session
    PathLine("/sign-out", _POST, Permission.OWN_ACCOUNT),
    PathLine("/account", _GET, Permission.OWN_ACCOUNT),
    PathLine("/account/password", _POST, Permission.OWN_ACCOUNT),
    # pages, and what the browser needs to draw them
    PathLine("/", _GET, Permission.VIEW),
    PathLine("/<path:path>", _GET, Permission.VIEW),
    PathLine("/assets/<path:filename>", _GET, Permission.VIEW),
    PathLine("/_dash-component-suites/<string:package_name>/<path:fingerprinted_path>", _GET, Permission.VIEW),
    PathLine("/_dash-layout", _GET, Permission.VIEW),
    PathLine("/_dash-dependencies", _GET, Permission.VIEW),
    PathLine("/_reload-hash", _GET, Permission.VIEW),
    PathLine("/_dash-update-component", _POST, Permission.VIEW),  # and the callback's own line below
    # data
    PathLine("/tiles/<data_version>/areas/<z>/<x>/<y>.mvt", _GET, Permission.VIEW),
    PathLine("/tiles/<data_version>/context/<layer_id>/<z>/<x>/<y>.mvt", _GET, Permission.VIEW),
    PathLine("/tiles/<data_version>/styles.bin", _GET, Permission.VIEW),
    PathLine("/tiles/<data_version>/labels/<chunk>.json", _GET, Permission.VIEW),
    PathLine("/tiles/<data_version>/image/<layer_id>.png", _GET, Permission.VIEW),
    PathLine("/colours/<data_version>/<measure>.bin", _GET, Permission.VIEW),
    PathLine("/api/areas/<path:area_id>", _GET, Permission.VIEW),
    PathLine("/api/versions", _GET, Permission.VIEW),
    PathLine("/api/jobs", _GET, Permission.VIEW),
    PathLine("/api/jobs/<job_id>", _GET, Permission.VIEW),
    PathLine("/api/jobs/<job_id>/cancel", _POST, Permission.EDIT),  # one's own; any for an administrator
    PathLine("/download/priorities.<file_format>", _GET, Permission.DOWNLOAD),
    PathLine("/download/quality.csv", _GET, Permission.DOWNLOAD),
    PathLine("/api/uploads", _POST, Permission.EDIT),
    PathLine("/api/uploads/<upload_id>", _DELETE, Permission.EDIT),
    # people
    PathLine("/api/users", _GET, Permission.MANAGE_USERS),
    PathLine("/api/users/<name>/sign-out", _POST, Permission.MANAGE_USERS),
)

# Callbacks, by the id of the component they write to (a pattern id by its "type"); the first line that fits counts.
CALLBACKS: tuple[tuple[str, Permission], ...] = (
    ("_pages_*", Permission.VIEW),  # Dash Pages: the page that an address names
    ("frame-*", Permission.VIEW),
    ("map-data-edit*", Permission.EDIT),
    ("map-*", Permission.VIEW),
    ("priorities-*", Permission.VIEW),
    ("area-*", Permission.VIEW),
    ("data-edit-*", Permission.EDIT),  # upload, map columns, import, undo
    ("data-*", Permission.VIEW),
    ("lookup-edit-*", Permission.EDIT),  # look up an uploaded file
    ("lookup-*", Permission.VIEW),
    ("judge-edit-*", Permission.EDIT),  # enter judgements
    ("judge-*", Permission.VIEW),
    ("jobs-edit-*", Permission.EDIT),  # start and end long work
    ("jobs-*", Permission.VIEW),
    ("method-*", Permission.VIEW),
)


def path_permission(rule: str, method: str) -> Permission | None:
    """Permission that a path asks for, or None where the matrix has no line (then it stays shut)."""
    wanted = "GET" if method in ("HEAD", "OPTIONS") else method
    for line in PATHS:
        if line.rule == rule and (wanted in line.methods or method == "OPTIONS"):
            return line.permission
    return None


def callback_permissions(output: str, inputs: Sequence[Mapping[str, Any]] = ()) -> tuple[Permission, ...] | None:
    """Permissions that a callback asks for, by its output as Dash names it.

    Parameters
    ----------
    output : str
        ``id.property``, or ``..id.property...id.property..`` for several; a pattern id is JSON; a hash where the callback
        writes nothing.
    inputs : sequence of mappings with "id"
        Inputs of a callback that writes nothing: it is judged by these.

    Returns
    -------
    tuple of Permission, one for each component, or None where one of them has no line
    """
    found = []
    for component in output_components(output) if "." in output else [_component(str(slot["id"])) for slot in inputs]:
        permission = next((p for pattern, p in CALLBACKS if fnmatchcase(component, pattern)), None)
        if permission is None:
            return None
        found.append(permission)
    return tuple(found) or None


def output_components(output: str) -> list[str]:
    """Ids (or pattern types) of the components that a callback writes to.

    >>> output_components("..map-view.url@3f...priorities-table.rowData..")
    ['map-view', 'priorities-table']
    """
    text = output[2:-2] if output.startswith("..") and output.endswith("..") else output
    return [_component(part.rpartition(".")[0].replace("\\.", ".")) for part in text.split("...")]


def _component(component_id: str) -> str:
    kind = re.search(r'"type":\s*"([^"]*)"', component_id) if component_id.startswith("{") else None
    return kind.group(1) if kind else component_id


def roles_with(permissions: Iterable[Permission]) -> frozenset[Role]:
    """Roles that hold every one of the permissions."""
    wanted = frozenset(permissions)
    return frozenset(role for role, grants in GRANTS.items() if wanted <= grants)
