"""Bodies of requests, checked at the border: size, JSON, depth, and the shape of a Dash callback."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from flask import Flask, request
from flask.json.provider import DefaultJSONProvider
from werkzeug.exceptions import HTTPException

from dashboard.server.errors import RequestError

MAX_ITEMS = 2_000
_SHAPE_FIX = "Reload the page; a page of another version may be open."


class StrictJSON(DefaultJSONProvider):
    """JSON as the standard has it: NaN and Infinity are refused, which Python's reader takes."""

    def loads(self, s: str | bytes, **kwargs: Any) -> Any:
        """Parse a document.

        Raises
        ------
        ValueError
            It is not JSON, or holds NaN or Infinity.
        """
        return json.loads(s, parse_constant=_refuse_constant, **kwargs)


def _refuse_constant(name: str) -> float:
    raise ValueError(f"{name} is not JSON")


def read_json(max_depth: int) -> Any:
    """The request's JSON body, checked for depth and for text that cannot be written out again.

    Raises
    ------
    RequestError
        400 or 415: not JSON, too deep, or with half characters.
    """
    if not request.is_json:
        raise RequestError(415, "The body must be JSON with content type application/json.", "Send it so.")
    limit = request.max_content_length
    if limit is not None and len(request.get_data()) >= limit:  # a body that does not state its length is cut off there
        raise RequestError(413, f"A body may have {limit:,} bytes at most; this one has more.", "Send less at once.")
    try:
        body = request.get_json()
    except RecursionError:
        raise RequestError(400, f"JSON may be nested {max_depth} levels deep at most; the body is deeper.", _SHAPE_FIX) from None
    except HTTPException:
        raise RequestError(400, "The body must be valid JSON, but cannot be read as such.", _SHAPE_FIX) from None
    _check_values(body, max_depth)
    return body


def _check_values(body: Any, max_depth: int) -> None:
    level: list[Any] = [body]
    for _ in range(max_depth + 1):
        deeper: list[Any] = []
        for value in level:
            if isinstance(value, dict):
                deeper.extend(value.keys())
                deeper.extend(value.values())
            elif isinstance(value, list):
                deeper.extend(value)
            elif isinstance(value, str) and not value.isascii():
                _check_text(value)
        if not deeper:
            return
        level = deeper
    raise RequestError(400, f"JSON may be nested {max_depth} levels deep at most; the body is deeper.", _SHAPE_FIX)


def _check_text(value: str) -> None:
    try:
        value.encode("utf-8")
    except UnicodeEncodeError:
        raise RequestError(400, "Text must be valid Unicode; the body holds half a character.", "Send whole characters.") from None


def check_callback_body(body: Any, callbacks: Mapping[str, Any]) -> str:
    """Check that a body asks for a callback that exists, with the inputs and states that it was declared with.

    Parameters
    ----------
    body : parsed JSON
    callbacks : mapping
        ``Dash.callback_map``.

    Returns
    -------
    str
        The callback's output, as Dash names it.

    Raises
    ------
    RequestError
        400 or 404 with what does not fit.
    """
    if not isinstance(body, dict) or not isinstance(body.get("output"), str):
        raise RequestError(400, "A callback must be a JSON object with the text `output`.", _SHAPE_FIX)
    output: str = body["output"]
    callback = callbacks.get(output)
    if callback is None or "callback" not in callback:
        raise RequestError(404, f"There is no callback {output[:120]!r}.", _SHAPE_FIX)
    _check_slots("inputs", body.get("inputs", []), callback["inputs"])
    _check_slots("state", body.get("state", []), callback["state"])
    changed = body.get("changedPropIds", [])
    if not isinstance(changed, list) or len(changed) > MAX_ITEMS or not all(isinstance(item, str) for item in changed):
        raise RequestError(400, "`changedPropIds` must be a list of texts.", _SHAPE_FIX)
    _check_outputs(body.get("outputs"), [] if callback.get("no_output") else callback["output"])
    return output


def _check_slots(name: str, found: Any, declared: Sequence[Mapping[str, Any]]) -> None:
    if not isinstance(found, list) or len(found) != len(declared):
        raise RequestError(400, f"`{name}` must be a list of {len(declared)} items.", _SHAPE_FIX)
    for item, slot in zip(found, declared, strict=True):
        if not _fits(item, slot["id"], slot["property"]):
            raise RequestError(400, f"`{name}` must name {slot['id']}.{slot['property']} in its place.", _SHAPE_FIX)


def _fits(item: Any, component_id: str, prop: str) -> bool:
    """Whether an item of a body names a declared component and property, or a list of such where all of a pattern are meant."""
    pattern = _pattern(component_id)
    is_group = pattern is not None and any(value in (["ALL"], ["ALLSMALLER"]) for value in pattern.values())
    entries = item if is_group else [item]
    if not isinstance(entries, list) or len(entries) > MAX_ITEMS:
        return False
    return all(
        isinstance(entry, dict)
        and isinstance(entry.get("property"), str)
        and entry["property"].partition("@")[0] == prop
        and _is_id(entry.get("id"), component_id, pattern)
        for entry in entries
    )


def _pattern(component_id: str) -> dict[str, Any] | None:
    return json.loads(component_id) if component_id.startswith("{") else None


def _is_id(found: Any, declared: str, pattern: dict[str, Any] | None) -> bool:
    if pattern is None:
        return isinstance(found, str) and found == declared
    if not isinstance(found, dict) or found.keys() != pattern.keys():
        return False
    return all(
        isinstance(found[key], str | int | float) if isinstance(value, list) else found[key] == value for key, value in pattern.items()
    )


def _check_outputs(found: Any, declared: Any) -> None:
    is_several = isinstance(declared, list | tuple)
    wanted = list(declared) if is_several else [declared]
    entries = found if is_several else [found]
    if not wanted and not found:
        return
    if not isinstance(entries, list) or len(entries) != len(wanted):
        raise RequestError(400, f"`outputs` must name the {len(wanted)} outputs of the callback.", _SHAPE_FIX)
    for entry, output in zip(entries, wanted, strict=True):
        if not _fits(entry, output.component_id_str(), output.component_property):
            raise RequestError(400, f"`outputs` must name {output} in its place.", _SHAPE_FIX)


def register_json(server: Flask) -> None:
    """Make a server read JSON strictly."""
    server.json = StrictJSON(server)
