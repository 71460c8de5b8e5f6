"""What a registry asks of a database: rows, many rows, and transactions."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Sequence
from contextlib import AbstractContextManager
from typing import Any

from geodata.registry.room import Needs

Row = tuple[Any, ...]


class Store(ABC):
    """SQL with ``?`` for values. Statements are the same for every database but for :meth:`among`."""

    @abstractmethod
    def rows(self, sql: str, values: Sequence[Any] = ()) -> list[Row]:
        """Rows of a query."""

    @abstractmethod
    def each(self, sql: str, values: Sequence[Any] = ()) -> Iterable[Row]:
        """Rows of a query one by one, for results that should not be held at once."""

    @abstractmethod
    def run(self, sql: str, values: Sequence[Any] = ()) -> None:
        """Run one statement."""

    @abstractmethod
    def insert(self, table: str, columns: Sequence[str], rows: Iterable[Row]) -> None:
        """Enter many rows into a table."""

    @abstractmethod
    def among(self, column: str) -> str:
        """A condition that a column is one of a list, which is given as one value made by :meth:`listed`."""

    @abstractmethod
    def listed(self, values: Sequence[Any]) -> Any:
        """A list as one value."""

    @abstractmethod
    def text_of(self, column: str) -> str:
        """A condition's left side: the text of one field (given as a value) of a JSON column."""

    @abstractmethod
    def reading(self) -> AbstractContextManager[None]:
        """One consistent view for all statements inside."""

    @abstractmethod
    def writing(self, *, commit: bool, needs: Needs | None = None) -> AbstractContextManager[None]:
        """One transaction, alone among writers; rolled back on an error or where ``commit`` is False.

        ``needs`` tells how many bytes it needs, for the message where the disk is full.
        """

    @abstractmethod
    def close(self) -> None:
        """Release the database."""

    def one(self, sql: str, values: Sequence[Any] = ()) -> Any:
        """The first value of the first row, None where there is none."""
        found = self.rows(sql, values)
        return found[0][0] if found else None
