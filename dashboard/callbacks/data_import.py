"""Callbacks of an import: the file that has arrived, its mapping, the check and the commit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

from dash import ALL, ClientsideFunction, Input, Output, State, no_update

from dashboard.auth.identity import require
from dashboard.auth.roles import Permission
from dashboard.components.data.importing import checked_parts, file_head, result_parts
from dashboard.components.data.mapping import file_facts, mapping_parts, nothing_mapped
from dashboard.components.ids import Data
from dashboard.components.map import map_ids, outline_feature, register_map_callbacks
from dashboard.components.notices import error_notice
from dashboard.components.page import Page
from dashboard.programme import current
from dashboard.services.importing import Wish, check, chosen_profile, commit, preview
from dashboard.services.uploads import discard, find_upload
from geodata.errors import GeodataError

_LAYER_BOX = f"{Data.FILE_LAYER}-box"
_NOT_CHOSEN = "layer_not_chosen"


class FileAnswer(NamedTuple):
    """What a file that has arrived changes on the page, in the order of the callback's outputs."""

    is_hidden: Any
    head: Any
    layers: Any
    layer: Any
    has_one_layer: Any
    mapping: Any
    result: Any


class CheckAnswer(NamedTuple):
    """What a check changes on the page, in the order of the callback's outputs."""

    parts: Any
    outlines: Any
    view: Any
    is_barred: Any


class CommitAnswer(NamedTuple):
    """What an import changes on the page, in the order of the callback's outputs."""

    result: Any
    upload: Any
    changed: Any
    reason: Any
    save_as: Any


def register(app: Any) -> None:
    """Register the callbacks."""
    register_map_callbacks(app, Data.MAP)
    app.clientside_callback(ClientsideFunction("screen", "forgetFile"), Input(Data.UPLOAD, "data"), prevent_initial_call=True)
    view, upload = State(Data.VIEW, "data"), State(Data.UPLOAD, "data")
    busy = [(Output(Data.BUSY, "className"), "busy is-busy", "busy")]
    app.callback(
        Output(Data.PANEL, "hidden"),
        Output(Data.FILE, "children"),
        Output(Data.FILE_LAYER, "data"),
        Output(Data.FILE_LAYER, "value"),
        Output(_LAYER_BOX, "hidden"),
        Output(Data.MAPPING, "children"),
        Output(Data.RESULT, "children"),
        Input(Data.UPLOAD, "data"),
        Input(Data.TABLE, "value"),
        Input(Data.FILE_LAYER, "value"),
        Input(Data.PROFILE, "value"),
        State(Data.BASE, "data"),
        view,
        prevent_initial_call=True,
        running=busy,
    )(show_file)
    choices = (
        (Data.BASE, "data"), (Data.column(ALL), "value"), (Data.code(ALL, ALL), "value"), (Data.CRS, "value"), (Data.SWAP, "checked"),
        (Data.MAKE_IDS, "checked"),
    )  # fmt: skip
    codes, table, layer = State(Data.code(ALL, ALL), "id"), State(Data.TABLE, "value"), State(Data.FILE_LAYER, "value")
    app.callback(
        Output(Data.CHECKED, "children"),
        Output(Data.OUTLINES, "data"),
        Output(map_ids(Data.MAP).view, "data"),
        Output(Data.COMMIT, "disabled"),
        *(Input(*choice) for choice in choices),
        codes, table, layer, upload, view,
        prevent_initial_call=True,
        running=busy,
    )(show_check)  # fmt: skip
    app.callback(
        Output(Data.RESULT, "children", allow_duplicate=True),
        Output(Data.UPLOAD, "data", allow_duplicate=True),
        Output(Data.CHANGED, "data", allow_duplicate=True),
        Output(Data.REASON, "value"),
        Output(Data.SAVE_AS, "value"),
        Input(Data.COMMIT, "n_clicks"),
        *(State(*choice) for choice in choices),
        codes, table, layer, upload, State(Data.REASON, "value"), State(Data.SAVE_AS, "value"), State(Data.CHANGED, "data"), view,
        prevent_initial_call=True,
        running=[*busy, (Output(Data.COMMIT, "loading"), True, False)],
    )(do_commit)  # fmt: skip
    app.callback(
        Output(Data.UPLOAD, "data", allow_duplicate=True),
        Input(Data.GIVE_UP, "n_clicks"),
        upload,
        prevent_initial_call=True,
    )(give_up)


def show_file(
    upload: dict[str, Any] | None, table: str, layer: str | None, profile: str | None, base: Mapping[str, Any] | None, query: str
) -> FileAnswer:
    """Look at the file that has arrived: its columns, and what each may be; the first layer where none is chosen."""
    who = require(Permission.EDIT)
    page = Page.of_request(query)
    if not upload:
        return FileAnswer(True, None, [], None, True, nothing_mapped(), no_update)
    upload_id = str(upload.get("id", ""))
    wanted = layer if base and base.get("upload") == upload_id else None  # the layer of the file before means nothing here
    try:
        file = find_upload(page.programme.directory, upload_id, who.name)
        found = preview(page.programme, file, table, wanted or None, profile or None)
        if any(each.code == _NOT_CHOSEN for each in found.findings):
            found = preview(page.programme, file, table, found.layers[0], profile or None)
    except GeodataError as error:
        return FileAnswer(False, error_notice(page, error), no_update, wanted, no_update, nothing_mapped(upload_id), None)
    layers = [{"value": name, "label": name} for name in found.layers]
    head = file_head(page, file.name, file_facts(page, found))
    return FileAnswer(False, head, layers, found.layer or None, len(layers) < 2, mapping_parts(page, found, upload_id), None)


def show_check(*arguments: Any) -> CheckAnswer:
    """What the import would do with the choices that stand, on the map too."""
    who = require(Permission.EDIT)
    *choices, upload, query = arguments
    page = Page.of_request(query)
    nothing: dict[str, Any] = {"type": "FeatureCollection", "features": []}
    if not upload or not (choices[0] or {}).get("columns"):
        return CheckAnswer(None, nothing, no_update, True)
    try:
        wish = _wish(*choices)
        file = find_upload(page.programme.directory, str(upload.get("id", "")), who.name)
        checked = check(page.programme, file, wish)
    except GeodataError as error:
        return CheckAnswer(error_notice(page, error), nothing, no_update, True)
    features = [outline_feature(geometry, "named" if is_named else "good") for geometry, is_named in checked.outlines]
    view = {"bounds": list(checked.bounds)} if checked.bounds else no_update
    return CheckAnswer(checked_parts(page, checked), {**nothing, "features": features}, view, checked.is_refused)


def do_commit(clicks: int | None, *arguments: Any) -> CommitAnswer:
    """Import the file in one transaction."""
    who = require(Permission.EDIT)
    *choices, upload, reason, save_as, changed, query = arguments
    page = Page.of_request(query)
    if not clicks or not upload or not (choices[0] or {}).get("columns"):
        return CommitAnswer(no_update, no_update, no_update, no_update, no_update)
    try:
        wish = _wish(*choices)
        report = commit(
            current(),
            str(upload.get("id", "")),
            wish,
            author=who.name,
            reason=(reason or "").strip(),
            save_as=(save_as or "").strip() or None,
        )
    except GeodataError as error:
        return CommitAnswer(error_notice(page, error), no_update, no_update, no_update, no_update)
    return CommitAnswer(result_parts(page, report), None, (changed or 0) + 1, "", "")


def give_up(clicks: int | None, upload: dict[str, Any] | None) -> Any:
    """Let the file go without importing it."""
    who = require(Permission.EDIT)
    if not clicks or not upload:
        return no_update
    discard(current().directory, str(upload.get("id", "")), who.name)
    return None


def _wish(
    base: Mapping[str, Any],
    fields: Sequence[str | None],
    codes: Sequence[str | None],
    crs: str | None,
    swap: bool | None,
    make_ids: bool | None,
    code_ids: Sequence[Mapping[str, Any]],
    table: str,
    layer: str | None,
) -> Wish:
    """The choices that stand on the page."""
    columns = {name: field or "" for name, field in zip(base["columns"], fields, strict=False)}
    chosen: dict[str, dict[str, str]] = {}
    for slot, code in zip(code_ids, codes, strict=True):
        values = base["codes"].get(str(slot["field"]), [])
        if isinstance(slot["place"], int) and 0 <= slot["place"] < len(values):
            chosen.setdefault(str(slot["field"]), {})[values[slot["place"]]] = code or ""
    profile = chosen_profile(base["profile"], columns, chosen, table)
    if swap:
        profile = profile.model_copy(update={"swap_xy": True})
    return replace(Wish(table, profile, layer or None, crs or None), make_ids=bool(make_ids))
