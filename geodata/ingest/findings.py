"""What an import found, and what it did."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass, field, fields
from typing import Any, Literal

from geodata.errors import MAX_CULPRITS, ImportRefusedError, name_culprits
from geodata.ingest.mapping import MappedColumn

Severity = Literal["error", "warning", "note"]
_ORDER = {"error": 0, "warning": 1, "note": 2}


@dataclass(frozen=True)
class Finding:
    """One thing that is wrong or worth knowing, over all rows it concerns.

    Attributes
    ----------
    code : str
        Short stable name.
    severity : str
        ``error``: rows or the file are refused; ``warning``: imported, but look at it; ``note``: for information.
    n_rows : int
        Rows concerned, 0 where it is about the file.
    examples : tuple of str
        Up to three ids or row numbers (the first row is 1).
    message, remedy : str
    records : tuple of str
        All ids or row numbers, for work lists; not part of reports.
    """

    code: str
    severity: Severity
    n_rows: int
    examples: tuple[str, ...]
    message: str
    remedy: str = ""
    records: tuple[str, ...] = field(default=(), compare=False, repr=False)

    def as_dict(self) -> dict[str, Any]:
        """As reports give it: plain types, without the whole list of records."""
        plain = {name: value for name, value in vars(self).items() if name != "records"}
        return plain | {"examples": list(self.examples)}


def finding(
    code: str, severity: Severity, culprits: Iterable[object], message: str, remedy: str = "", n_rows: int | None = None
) -> Finding:
    """A finding over culprits; ``{n}`` and ``{culprits}`` in the message are filled in."""
    names = [str(culprit) for culprit in culprits]
    count = len(names) if n_rows is None else n_rows
    text = message.replace("{n}", f"{count:,}").replace("{culprits}", name_culprits(names))
    return Finding(code, severity, count, tuple(names[:MAX_CULPRITS]), text, remedy, tuple(names))


@dataclass(frozen=True)
class ImportReport:
    """The report of an import, as ``--report`` and ``--json`` give it."""

    file: str
    table: str
    profile: str
    rows_read: int
    rows_added: int
    rows_updated: int
    rows_refused: int
    dry_run: bool
    findings: tuple[Finding, ...]
    import_id: str = ""
    rows_unchanged: int = 0
    mapping: dict[str, str] = field(default_factory=dict)
    columns: tuple[MappedColumn, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        """Plain types only, findings with the gravest first."""
        plain = {item.name: getattr(self, item.name) for item in fields(self)}
        findings = sorted(self.findings, key=lambda item: _ORDER[item.severity])
        return {
            **plain,
            "findings": [item.as_dict() for item in findings],
            "mapping": dict(self.mapping),
            "columns": [asdict(column) for column in self.columns],
        }


class FileRefusedError(ImportRefusedError):
    """Nothing of a file can be taken over; ``report`` holds every finding."""

    def __init__(self, message: str, remedy: str = "", *, code: str | None = None, report: ImportReport | None = None) -> None:
        super().__init__(message, remedy, code=code)
        self.report = report


def refuse(where: str, report: ImportReport) -> FileRefusedError:
    """One error out of all findings that refuse the file."""
    fatal = [item for item in report.findings if item.severity == "error"]
    if len(fatal) == 1:
        return FileRefusedError(f"{where}: {fatal[0].message}", fatal[0].remedy, code=fatal[0].code, report=report)
    lines = "\n".join(f"  {item.message} {item.remedy}".rstrip() for item in fatal)
    return FileRefusedError(f"{where}: {len(fatal)} problems.\n{lines}", "Nothing was imported.", code=fatal[0].code, report=report)
