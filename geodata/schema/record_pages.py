"""Write docs/records.md from the records' schema: ``python -m geodata.schema.record_pages > docs/records.md``."""

from __future__ import annotations

import sys

from geodata.schema.codes import CODE_LISTS, LANGUAGES, CodeList
from geodata.schema.records import CODE_SEPARATOR, RECORDS_VERSION, TABLES, Field, Table

HEADER = f"""# Records: every table and field of the registry

Made from the records' schema, version {RECORDS_VERSION}. The fields follow the minimum data requirements for mine action. Names, birth
dates and addresses of victims have no field, so no import can bring them in.

- Only the identifier is required. Every other field may be unknown, and unknown is never 0, no or empty text.
- A *code* is one value of a list below, *codes* are several joined by `{CODE_SEPARATOR}`. The code is stored; people read its label.
- A *date* is a day, a *whole number* a count, a *number* a measure in the unit given.
- Geometry is kept in EPSG:4326. A record of a table with geometry may be without one: it is kept, listed and counted apart.
- Each change of a record is an event with author, reason, source file, the day it was true and the moment it became known.
"""
_LANGUAGES = {"en": "English", "es": "Spanish", "fr": "French", "ar": "Arabic"}
_TYPES = {"integer": "whole number", "boolean": "yes or no"}


def render_records() -> str:
    """The records page as Markdown: one table for each kind of record, then one for each code list in every language."""
    contents = [f"- [`{table.name}`](#{table.name}): {table.doc}" for table in TABLES.values()]
    parts = [HEADER, "## Tables\n", "\n".join(contents) + "\n"]
    parts += [_table(table) for table in TABLES.values()]
    parts.append("## Code lists\n\nThe first column is what is stored and exported; the others are what people read.\n")
    parts += [_codes(codes) for codes in CODE_LISTS.values()]
    return "\n".join(parts)


def _table(table: Table) -> str:
    lines = [f"## `{table.name}`", "", table.doc, ""]
    if table.added_on:
        later = f"; a change on its `{table.updated_on}`" if table.updated_on else ""
        lines += [f"A new record is true from its `{table.added_on}` on, where it states one{later}.", ""]
    lines += ["| field | type | unit | required | codes | meaning |", "| --- | --- | --- | --- | --- | --- |"]
    lines += [_field(table, field) for field in table.fields]
    if table.has_geometry:
        lines.append(f"| `geometry` | {' or '.join(table.geometry)} | - | no | - | Where it is, EPSG:4326. |")
    return "\n".join(lines) + "\n"


def _field(table: Table, field: Field) -> str:
    required = "yes" if field.name == table.id_field else f"no (`{field.default}` where nothing is said)" if field.default else "no"
    codes = f"[{field.codes}](#{field.codes})" if field.codes else "-"
    meaning = field.doc
    if field.name in table.refers_to:
        target = table.refers_to[field.name]
        meaning += f" Names a record of [`{target}`](#{target})."
    kind = _TYPES.get(field.type, field.type)
    kind += f", >= {field.minimum:g}" if field.minimum is not None else ""
    return f"| `{field.name}` | {kind} | {field.unit or '-'} | {required} | {codes} | {meaning} |"


def _codes(codes: CodeList) -> str:
    heads = ["code", *(_LANGUAGES[language] for language in LANGUAGES)]
    lines = [f"### `{codes.name}`", "", f"| {' | '.join(heads)} |", f"|{' --- |' * len(heads)}"]
    lines += [f"| `{code.value}` | {' | '.join(code.labels[language] for language in LANGUAGES)} |" for code in codes.codes]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    sys.stdout.write(render_records())
