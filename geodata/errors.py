"""Errors of the data layer.

Every message says what must hold, what was found and where, and what to do about it; it names up to three culprits, then
the count. Only the command line and the server turn an error into an exit status or a page.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

MAX_CULPRITS = 3


def name_culprits(culprits: Iterable[object]) -> str:
    """Name up to three culprits, then how many more there are.

    >>> name_culprits(["HA-1", "HA-2", "HA-3", "HA-4", "HA-5"])
    'HA-1, HA-2, HA-3 and 2 more'
    """
    names = [str(culprit) for culprit in culprits]
    shown = ", ".join(names[:MAX_CULPRITS])
    more = len(names) - MAX_CULPRITS
    return f"{shown} and {more} more" if more > 0 else shown


class GeodataError(Exception):
    """A problem of files, records, layers or configuration that a person can mend.

    Parameters
    ----------
    message : str
        What must hold and what was found, with the place.
    remedy : str
        What to do, in one sentence.
    code : str
        Short stable name of the kind of problem, for programs.
    """

    code = "data_error"
    exit_code = 1

    def __init__(self, message: str, remedy: str = "", *, code: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.remedy = remedy
        self.code = code or type(self).code

    def __str__(self) -> str:
        return f"{self.message}\n{self.remedy}" if self.remedy else self.message

    def __reduce__(self) -> tuple[type[GeodataError], tuple[str, str]]:
        return type(self), (self.message, self.remedy)


class WrongUseError(GeodataError):
    """A command or call names something that there is not."""

    code = "wrong_use"
    exit_code = 2


class FileError(GeodataError):
    """A file is missing, unreadable, too large or of a kind that is not accepted."""

    code = "file_error"


class CrsError(GeodataError):
    """A coordinate reference system is missing, contradictory or unsuited to the measure."""

    code = "crs_error"


class LayerError(GeodataError):
    """A context layer or one of its columns is not what config.yaml says."""

    code = "layer_error"


class ImportRefusedError(GeodataError):
    """A file was read, but nothing of it can be taken over."""

    code = "import_refused"


class RegistryError(GeodataError):
    """The registry is missing, newer than the program, damaged, or refuses a change."""

    code = "registry_error"


class SnapshotError(GeodataError):
    """There is no snapshot, or it cannot be made or opened."""

    code = "snapshot_error"
    exit_code = 3


@dataclass(frozen=True)
class Problem:
    """One problem of a configuration file.

    Attributes
    ----------
    path : str
        Where in the file, e.g. ``criteria[2].value.low``.
    value : str
        What stands there, shortened.
    problem : str
        What must hold.
    fix : str
        What to write instead.
    """

    path: str
    value: str
    problem: str
    fix: str

    def __str__(self) -> str:
        found = f" (found: {self.value})" if self.value else ""
        return f"  {self.path}: {self.problem}{found}\n      {self.fix}"


class ConfigError(GeodataError):
    """config.yaml cannot be used; carries every problem at once.

    Parameters
    ----------
    where : str
        The file.
    problems : sequence of Problem
    """

    code = "config_error"
    exit_code = 2

    def __init__(self, where: str, problems: Sequence[Problem]) -> None:
        self.where = where
        self.problems = tuple(problems)
        count = "1 problem" if len(self.problems) == 1 else f"{len(self.problems)} problems"
        lines = "\n".join(str(problem) for problem in self.problems)
        super().__init__(f"{where}: {count}.\n{lines}", "Mend the lines above and run the command again; nothing was changed.")

    def __reduce__(self) -> tuple[type[ConfigError], tuple[str, tuple[Problem, ...]]]:  # type: ignore[override]
        return type(self), (self.where, self.problems)
