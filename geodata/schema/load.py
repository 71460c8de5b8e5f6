"""Read config.yaml strictly and say everything that is wrong with it at once.

YAML anchors, aliases, tags and duplicate keys are refused (a 324-byte alias bomb loads in milliseconds and can never be
walked), and the file may hold 1 MB at most.
"""

from __future__ import annotations

import datetime as dt
import posixpath
from collections.abc import Hashable, Iterator, Sequence
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from geodata.errors import ConfigError, Problem
from geodata.schema.config import Config

_Model = TypeVar("_Model", bound=BaseModel)
MAX_BYTES = 1_000_000
MAX_DEPTH = 30


class _StrictLoader(yaml.SafeLoader):
    """SafeLoader that refuses aliases, tags, duplicate keys and deep nesting."""

    depth = 0

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        event = self.peek_event()  # type: ignore[no-untyped-call]
        if isinstance(event, yaml.events.AliasEvent) or getattr(event, "anchor", None):
            raise yaml.constructor.ConstructorError(None, None, "anchors and aliases (& and *) are not allowed", event.start_mark)
        if getattr(event, "tag", None):
            raise yaml.constructor.ConstructorError(None, None, f"tags ({event.tag}) are not allowed", event.start_mark)
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise yaml.constructor.ConstructorError(None, None, f"nested deeper than {MAX_DEPTH} levels", event.start_mark)
        node = super().compose_node(parent, index)
        self.depth -= 1
        return node

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        seen: set[Hashable] = set()
        for key_node, _ in node.value:
            key = self.construct_object(key_node, deep=True)
            if not isinstance(key, Hashable):
                raise yaml.constructor.ConstructorError(None, None, "a key must be plain text or a number", key_node.start_mark)
            if key in seen:
                raise yaml.constructor.ConstructorError(None, None, f"the key {key!r} stands twice", key_node.start_mark)
            seen.add(key)
        return super().construct_mapping(node, deep)


def load_strict_yaml(text: str) -> Any:
    """Plain values of a YAML text; aliases, tags, keys that stand twice and deep nesting are refused.

    Raises
    ------
    yaml.YAMLError, RecursionError, ValueError
        The text is not that plain.
    """
    return yaml.load(text, Loader=_StrictLoader)  # noqa: S506 - a SafeLoader, made stricter


def load_config(path: Path) -> Config:
    """Read and check a programme's config.yaml.

    Parameters
    ----------
    path : Path
        The file.

    Returns
    -------
    Config

    Raises
    ------
    ConfigError
        With every problem found: path in the file, value, what must hold, fix.
    """
    fix = "Run the command in a programme's folder, name it with --programme, or make one with landrelease new DIR."
    return parse_config(_read(path, fix, "Keep data in layers/."), where=str(path))


def load_document(path: Path, model: type[_Model]) -> _Model:
    """Read a small YAML file as strictly as config.yaml is read, and check it against its model.

    Raises
    ------
    ConfigError
        With every problem found.
    """
    raw = _parse_yaml(_read(path, "Check the path.", "Split it."), str(path))
    try:
        return model.model_validate(raw)
    except ValidationError as error:
        raise ConfigError(str(path), [_problem(detail, raw) for detail in error.errors(include_url=False)]) from None


def _read(path: Path, fix_unreadable: str, fix_large: str) -> bytes:
    try:
        content = path.read_bytes() if path.stat().st_size <= MAX_BYTES else None
    except OSError as error:
        raise ConfigError(str(path), [Problem("(file)", error.strerror or "", "the file must be readable", fix_unreadable)]) from None
    if content is None:
        raise ConfigError(str(path), [Problem("(file)", "", f"the file must be smaller than {MAX_BYTES:,} bytes", fix_large)])
    return content


def parse_config(content: bytes | str, where: str = "config.yaml") -> Config:
    """Check the text of a config.yaml; see :func:`load_config`."""
    raw = _parse_yaml(content, where)
    try:
        config = Config.model_validate(raw)
    except ValidationError as error:
        problems = [_problem(detail, raw) for detail in error.errors(include_url=False)]
        raise ConfigError(where, [*problems, *_reference_problems(raw)]) from None
    if problems := list(_reference_problems(raw)):
        raise ConfigError(where, problems)
    return config


def _parse_yaml(content: bytes | str, where: str) -> dict[str, Any]:
    try:
        text = content.decode("utf-8-sig") if isinstance(content, bytes) else content
        raw = load_strict_yaml(text)
    except UnicodeDecodeError as error:
        raise ConfigError(where, [Problem(f"byte {error.start}", "", "the file must be UTF-8 text", "Save it as UTF-8.")]) from None
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        mark = getattr(error, "problem_mark", None)
        place = f"line {mark.line + 1}, column {mark.column + 1}" if mark else "(file)"
        what = getattr(error, "problem", None) or str(error)
        raise ConfigError(where, [Problem(place, "", f"the file must be plain YAML: {what}", "Mend this line.")]) from None
    if not isinstance(raw, dict):
        raise ConfigError(
            where, [Problem("(file)", "", "the file must hold sections such as programme: and layers:", "See docs/settings.md.")]
        )
    return raw


_FIXES = {
    "extra_forbidden": "Remove it, or see docs/settings.md for the fields there are.",
    "missing": "Add it.",
    "string_pattern_mismatch": "Use lower-case letters, digits and _ for ids; EPSG:n for a CRS; three capitals for a currency.",
    "union_tag_invalid": "Use one of the shapes: linear, log, exponential, logistic, piecewise, categorical.",
    "union_tag_not_found": "Say the shape: linear, log, exponential, logistic, piecewise or categorical.",
}


def _problem(detail: ErrorDetails, raw: object) -> Problem:
    message = detail["msg"].removeprefix("Value error, ")
    kind = detail["type"]
    if kind == "extra_forbidden":
        message = "there is no such field"
    elif kind == "missing":
        message = "this field is required"
    elif kind == "string_pattern_mismatch":
        message = "this is not written as it must be"
    elif kind in {"union_tag_invalid", "union_tag_not_found"}:
        message = "the shape of the value function must be one that is known"
    expected = (detail.get("ctx") or {}).get("expected")
    fix = f"Use one of: {expected}." if kind == "literal_error" else _FIXES.get(kind, "Correct the value.")
    value = "" if kind == "missing" else _shorten(detail["input"])
    message = message[0].lower() + message[1:].replace("should be", "must be")
    return Problem(_path(detail["loc"], raw), value, message.replace("input must be", "this must be", 1), fix)


def _path(location: Sequence[int | str], raw: object) -> str:
    """The place as it stands in the file: list items are named by their id where they have one."""
    parts, here = "", raw
    for step in location:
        if isinstance(here, dict) and step not in here and step in {"linear", "log", "exponential", "logistic", "piecewise", "categorical"}:
            continue
        if isinstance(step, int):
            here = here[step] if isinstance(here, list) and step < len(here) else None
            name = here.get("id") if isinstance(here, dict) else None
            parts += f"[{name}]" if isinstance(name, str) else f"[{step}]"
        else:
            here = here.get(step) if isinstance(here, dict) else None
            parts += f".{step}" if parts else step
    return parts


def _shorten(value: object, limit: int = 60) -> str:
    text = value.isoformat() if isinstance(value, dt.date) else repr(value)
    return text if len(text) <= limit else text[: limit - 1] + "…"


def _reference_problems(raw: dict[str, Any]) -> Iterator[Problem]:
    """Names that point nowhere and ids that stand twice; tolerant of sections that are themselves wrong."""
    ids = {section: _ids(raw, section) for section in ("layers", "indicators", "criteria", "profiles", "classes", "scenarios")}
    for section, names in ids.items():
        for name in sorted({name for name in names if names.count(name) > 1}):
            yield Problem(f"{section}[{name}]", "", f"the id {name} stands twice", "Give each its own id.")
    yield from _layer_references(raw, ids)
    for criterion in _items(raw, "criteria"):
        yield from _known(f"criteria[{criterion.get('id')}].indicator", criterion.get("indicator"), ids["indicators"], "indicators")
    for rule in _items(raw, "classes"):
        for number, condition in enumerate(_list(rule.get("when"))):
            if isinstance(condition, dict):
                place = f"classes[{rule.get('id')}].when[{number}].indicator"
                yield from _known(place, condition.get("indicator"), ids["indicators"], "indicators")
    for holder in ("profiles", "scenarios"):
        for item in _items(raw, holder):
            weights = item.get("weights")
            for name in weights if isinstance(weights, dict) else ():
                yield from _known(f"{holder}[{item.get('id')}].weights", name, ids["criteria"], "criteria")
    for scenario in _items(raw, "scenarios"):
        yield from _known(f"scenarios[{scenario.get('id')}].profile", scenario.get("profile"), ids["profiles"], "profiles")
        for name in _list(scenario.get("classes")):
            yield from _known(f"scenarios[{scenario.get('id')}].classes", name, ids["classes"], "classes")


def _layer_references(raw: dict[str, Any], ids: dict[str, list[str]]) -> Iterator[Problem]:
    layers = ids["layers"]
    programme, areas = _mapping(raw.get("programme")), _mapping(raw.get("areas"))
    yield from _known("programme.outline", programme.get("outline"), layers, "layers")
    if areas.get("source", "registry") != "registry":
        yield from _known("areas.source", areas.get("source"), layers, "layers")
    yield from _known("areas.admin.layer", _mapping(areas.get("admin")).get("layer"), layers, "layers")
    registry = posixpath.normpath(str(raw.get("registry", "registry.sqlite")))
    for layer in _items(raw, "layers"):
        if posixpath.normpath(str(layer.get("path"))) == registry:
            fix = "Use registry.TABLE as the layer of an indicator, or publish the registry and name the copy."
            yield Problem(f"layers[{layer.get('id')}].path", repr(layer.get("path")), "a layer must not be the registry's own file", fix)
        yield from _known(f"layers[{layer.get('id')}].coverage", layer.get("coverage"), layers, "layers")
    for indicator in _items(raw, "indicators"):
        name = indicator.get("layer")
        if not (isinstance(name, str) and name.startswith("registry.")):
            yield from _known(f"indicators[{indicator.get('id')}].layer", name, layers, "layers")
    for name in _mapping(_mapping(raw.get("firmness")).get("errors")):
        yield from _known("firmness.errors", name, ids["indicators"], "indicators")
    for name in _list(_mapping(raw.get("likelihood")).get("indicators")):
        yield from _known("likelihood.indicators", name, ids["indicators"], "indicators")


def _known(path: str, name: object, known: list[str], section: str) -> Iterator[Problem]:
    if isinstance(name, str) and name not in known:
        listed = ", ".join(known[:8]) + (" ..." if len(known) > 8 else "") if known else "none yet"
        yield Problem(path, repr(name), f"this must be an id under {section}", f"Known: {listed}.")


def _items(raw: dict[str, Any], section: str) -> list[dict[str, Any]]:
    return [item for item in _list(raw.get(section)) if isinstance(item, dict)]


def _ids(raw: dict[str, Any], section: str) -> list[str]:
    return [item["id"] for item in _items(raw, section) if isinstance(item.get("id"), str)]


def _list(value: object) -> list[Any]:
    return value if isinstance(value, list) else []


def _mapping(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}
