"""What a check finds: findings over many records, and the same as work, one row a record and finding."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from types import MappingProxyType
from typing import Any

import numpy as np
from pandas import DataFrame

from geodata.ingest.findings import Finding, Severity, finding

ORDER = {"error": 0, "warning": 1, "note": 2}


@dataclass(frozen=True)
class WorkItem:
    """One record and what is to be done about it.

    Attributes
    ----------
    severity, code : str
        Of the finding.
    table, record_id : str
        The record; the id is "" where a finding is about none (a layer, a share).
    name, admin1, admin2 : str
        Of the record, "" where unknown.
    detail : str
        What was found with this record.
    to_do : str
        What to do.
    """

    severity: Severity
    code: str
    table: str
    record_id: str
    name: str
    admin1: str
    admin2: str
    detail: str
    to_do: str


@dataclass(frozen=True)
class Quality:
    """What ``check`` finds in a registry.

    Attributes
    ----------
    findings : tuple of Finding
        The gravest first.
    scorecard : DataFrame
        One row a province (``admin1``; "" where it is not stated) and one for all (``*``): counts, shares from 0 to 1, and the imbalance
        of the land-release ledger.
    work : tuple of WorkItem
        The findings record by record, the gravest first.
    """

    findings: tuple[Finding, ...]
    scorecard: DataFrame
    work: tuple[WorkItem, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        """Findings and scorecard in plain types: unknown shares are None."""
        rows = [{key: _plain(value) for key, value in row.items()} for row in self.scorecard.to_dict("records")]
        return {"findings": [item.as_dict() for item in self.findings], "scorecard": rows}

    def work_list(self) -> DataFrame:
        """The work as a table, one row an item, columns as :class:`WorkItem` has them."""
        return DataFrame([asdict(item) for item in self.work], columns=[field.name for field in fields(WorkItem)])


class Collector:
    """Gathers findings and, with each, the records that it concerns."""

    def __init__(self) -> None:
        self.findings: list[Finding] = []
        self._records: list[tuple[Finding, str, str, str]] = []

    def add(
        self,
        table: str,
        code: str,
        severity: Severity,
        ids: Iterable[object],
        message: str,
        remedy: str = "",
        *,
        details: Iterable[str] | None = None,
        shown: Iterable[str] | None = None,
        records: Iterable[tuple[str, str]] | None = None,
    ) -> None:
        """Add a finding over records; nothing is added where there are none.

        Parameters
        ----------
        ids : iterable
            Records concerned.
        message : str
            ``{n}`` and ``{culprits}`` are filled in.
        details : iterable of str, optional
            What was found with each.
        shown : iterable of str, optional
            What the message names in place of the ids (e.g. pairs), one a count.
        records : iterable of (id, detail), optional
            Records in place of ids and details, where a culprit concerns several.
        """
        names = [str(name) for name in ids]
        named = names if shown is None else list(shown)
        if not named:
            return
        found = finding(code, severity, named, message, remedy)
        work = records if records is not None else zip(names, details if details is not None else [""] * len(names), strict=True)
        self.findings.append(found)
        self._records += [(found, table, record, detail) for record, detail in work]

    def take(self, table: str, findings: Iterable[Finding], details: Mapping[str, str] = MappingProxyType({})) -> None:
        """Take findings over that were made elsewhere, with what is known of each record."""
        for found in findings:
            self.findings.append(found)
            self._records += [(found, table, record, details.get(record, "")) for record in found.records or ("",)]

    def quality(self, scorecard: DataFrame, about: dict[str, DataFrame]) -> Quality:
        """The result; ``about`` holds name, admin1 and admin2 of each record, by table, indexed by id."""
        known = {name: frame.to_dict("index") for name, frame in about.items()}
        work = [_item(*row, known) for row in self._records]
        return Quality(tuple(by_severity(self.findings)), scorecard, tuple(sorted(work, key=lambda item: ORDER[item.severity])))


def with_findings(quality: Quality, table: str, findings: Sequence[Finding]) -> Quality:
    """A result with findings from elsewhere behind its own, in the work list too."""
    more = Collector()
    more.take(table, findings)
    extra = more.quality(quality.scorecard, {})
    return Quality((*quality.findings, *extra.findings), quality.scorecard, (*quality.work, *extra.work))


def by_severity(findings: Sequence[Finding]) -> list[Finding]:
    """Findings with the gravest first."""
    return sorted(findings, key=lambda item: ORDER[item.severity])


def _item(found: Finding, table: str, record: str, detail: str, known: dict[str, dict[Any, dict[Any, Any]]]) -> WorkItem:
    about = known.get(table, {}).get(record, {})
    name, admin1, admin2 = (str(about.get(key, "")) for key in ("name", "admin1", "admin2"))
    return WorkItem(found.severity, found.code, table, record, name, admin1, admin2, detail or found.message, found.remedy)


def _plain(value: object) -> object:
    if isinstance(value, (np.integer, int)):
        return int(value)
    if isinstance(value, (np.floating, float)):
        return None if np.isnan(value) else round(float(value), 4)
    return str(value)
