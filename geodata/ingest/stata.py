"""Read Stata files (in the reader process only)."""

from __future__ import annotations

import struct
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
from pandas.api import types

from geodata.errors import FileError
from geodata.ingest.encoding import assumed_encoding
from geodata.ingest.raw import FileInfo

_DAMAGED = (
    ValueError, KeyError, IndexError, TypeError, AttributeError, ArithmeticError, NotImplementedError, AssertionError, OSError, EOFError,
    struct.error, pa.ArrowException,
)  # fmt: skip
_FIRST_UNICODE = 118
"""Release from which texts are in UTF-8; before, in whatever code page the computer had."""


def read_stata(path: Path, encoding: str | None) -> tuple[pa.Table, FileInfo]:
    """Read a Stata file: labels instead of codes, dates as dates, missing as missing.

    Where two codes share a label, codes stay codes, with a finding.

    Parameters
    ----------
    encoding : str or None
        Of texts in files before release 14 (format 118); found out where None (reported).

    Raises
    ------
    FileError
        Damaged, or the encoding is unknown.
    """
    notes: list[dict[str, Any]] = []
    try:
        frame = _read(path, notes)
    except _DAMAGED:
        raise FileError(f"{path.name} is damaged or no Stata file.", "Save it again as .dta or CSV.", code="file_damaged") from None
    texts = {name: _texts(frame[name]) for name in frame.columns if not types.is_numeric_dtype(frame[name])}
    used = "utf-8"
    if _release(path) < _FIRST_UNICODE:
        used, recode = _find_encoding(texts, encoding, notes)
        texts = {name: [None if text is None else recode(text) for text in column] for name, column in texts.items()}
    columns = {
        str(name): pa.array(texts[name], pa.string()) if name in texts else pa.Array.from_pandas(frame[name]) for name in frame.columns
    }
    return pa.table(columns), FileInfo("stata", encoding=used, notes=tuple(notes))


def _read(path: Path, notes: list[dict[str, Any]]) -> pd.DataFrame:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return pd.read_stata(path)
        except ValueError:
            frame = pd.read_stata(path, convert_categoricals=False)
    message = "Labels of codes in the file are not unique; codes are read instead."
    notes.append(
        {
            "code": "labels_not_unique", "severity": "warning", "n_rows": 0, "examples": [], "message": message,
            "remedy": "Map the codes in a profile, or mend the labels in Stata.",
        }
    )  # fmt: skip
    return frame


def _release(path: Path) -> int:
    """Format number: 113-115 in the first byte, later ones written out."""
    with path.open("rb") as stream:
        head = stream.read(64)
    return int(head.split(b"<release>")[1][:3]) if head.startswith(b"<stata_dta>") else head[0]


def _texts(values: pd.Series) -> list[str | None]:
    """Texts, labels and dates; empty ones are missing."""
    if types.is_datetime64_any_dtype(values):
        days = values.dt.strftime("%Y-%m-%d")
        return [None if missing else str(day) for day, missing in zip(days, values.isna(), strict=True)]
    return [None if missing or value == "" else _text(value) for value, missing in zip(values, values.isna(), strict=True)]


def _text(value: object) -> str:
    if isinstance(value, bytes):
        return value.decode("utf-8", errors="replace")
    return f"{value:g}" if isinstance(value, float) else str(value)


def _find_encoding(
    texts: dict[Any, list[str | None]], encoding: str | None, notes: list[dict[str, Any]]
) -> tuple[str, Callable[[str], str]]:
    """Encoding of texts that were read byte for byte as Latin-1, and what turns such a text into itself."""
    odd = "\n".join({text for column in texts.values() for text in column if text and not text.isascii()})
    content = odd.encode("latin-1", errors="ignore")
    used, found = assumed_encoding(content, encoding)
    notes += found

    def recode(text: str) -> str:
        return text.encode("latin-1", errors="replace").decode(used, errors="replace") if not text.isascii() else text

    return used, recode
