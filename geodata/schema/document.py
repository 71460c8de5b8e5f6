"""Write docs/settings.md from the configuration schema: ``python -m geodata.schema.document > docs/settings.md``."""

from __future__ import annotations

import sys
import types
import typing

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from geodata.schema.config import Config

HEADER = """# Settings: every field of config.yaml

Made from the configuration schema. Unknown fields are refused; every problem of a file is reported at once with its place,
the value found and the fix. A text is either plain (English) or a mapping from language to text. The comments of the
example's config.yaml show each section in use.
"""


def render_settings() -> str:
    """The settings page as Markdown: one table for each part of the file, every field with type, default and meaning."""
    pages = [HEADER]
    seen: set[type[BaseModel]] = set()
    queue: list[tuple[str, type[BaseModel]]] = [("config.yaml", Config)]
    while queue:
        title, model = queue.pop(0)
        if model in seen:
            continue
        seen.add(model)
        pages.append(render_table(title, model))
        for name, field in model.model_fields.items():
            shown = field.alias or name
            place = shown if title == "config.yaml" else f"{title}.{shown}"
            queue += [(_place(place, part), part) for part in _models(field.annotation)]
    return "\n".join(pages)


def _place(place: str, model: type[BaseModel]) -> str:
    shape = model.model_fields.get("shape")
    return f"{place} (shape: {typing.get_args(shape.annotation)[0]})" if shape else place


def render_table(title: str, model: type[BaseModel]) -> str:
    """One model as a Markdown table: every field with type, bounds, default and meaning."""
    lines = [
        f"## `{title}`",
        "",
        (model.__doc__ or "").strip().split("\n\n")[0],
        "",
        "| field | type | default | meaning |",
        "| --- | --- | --- | --- |",
    ]
    for name, field in model.model_fields.items():
        lines.append(
            f"| `{field.alias or name}` | {_type(field.annotation)}{_bounds(field)} | {_default(field)} | {field.description or ''} |"
        )
    return "\n".join(lines) + "\n"


def _bounds(field: FieldInfo) -> str:
    names = {"ge": ">=", "gt": ">", "le": "<=", "lt": "<"}
    limits = [
        f"{sign} {getattr(rule, key):g}" for rule in field.metadata for key, sign in names.items() if getattr(rule, key, None) is not None
    ]
    return f", {' and '.join(limits)}" if limits else ""


def _default(field: FieldInfo) -> str:
    if field.is_required():
        return "required"
    value = field.get_default(call_default_factory=True, validated_data={})
    if isinstance(value, BaseModel):
        return "see below"
    return "-" if value is None or value in ((), {}, "") else f"`{value}`"


def _models(annotation: object) -> list[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    return [model for part in typing.get_args(annotation) for model in _models(part)]


def _type(annotation: object) -> str:
    origin, arguments = typing.get_origin(annotation), typing.get_args(annotation)
    if annotation is type(None):
        return "none"
    if origin is typing.Literal:
        return " or ".join(f"`{value}`" for value in arguments)
    if origin in {typing.Union, types.UnionType}:
        return " or ".join(dict.fromkeys(_type(part) for part in arguments if part is not type(None)))
    if origin is typing.Annotated:
        return _type(arguments[0])
    if origin is tuple:
        return f"list of {_type(arguments[0])}"
    if origin is dict:
        return f"{_type(arguments[0])} -> {_type(arguments[1])}"
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return "section"
    return {"str": "text", "int": "whole number", "float": "number", "bool": "true or false", "date": "date"}.get(
        getattr(annotation, "__name__", ""), "value"
    )


if __name__ == "__main__":
    sys.stdout.write(render_settings())
