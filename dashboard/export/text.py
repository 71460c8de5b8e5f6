"""Text in exported cells: what a file can hold, and what a spreadsheet must not run."""

from __future__ import annotations

import re
from typing import Final

ILLEGAL: Final = "[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]"
"""Characters that XML, and with it a spreadsheet, cannot hold."""
REPLACEMENT: Final = "\ufffd"

_BREAKS = re.compile("\r\n?")
_UNFIT = re.compile(ILLEGAL)
_SURROGATES = re.compile("[\ud800-\udfff]")
_TRIGGERS: Final = "=+\\-@\t\r\n＝＋－＠"
_STARTS_FORMULA = re.compile(f"'*[{_TRIGGERS}]")
_NEUTRALISED = re.compile(f"''*[{_TRIGGERS}]")


def clean_text(text: str) -> str:
    """Text as every format holds it: line breaks as ``\\n``, characters that XML cannot hold as U+FFFD."""
    return _SURROGATES.sub(REPLACEMENT, _UNFIT.sub(REPLACEMENT, _BREAKS.sub("\n", text)))


def starts_formula(text: str) -> bool:
    """Whether a spreadsheet could take the text for a formula: = + - @, tab, line break or a full-width sign comes first."""
    return _STARTS_FORMULA.match(text) is not None


def neutralise(text: str) -> str:
    """Text with an apostrophe before it where a spreadsheet could take it for a formula.

    >>> neutralise("=1+1"), neutralise("road"), neutralise("'=1")
    ("'=1+1", 'road', "''=1")
    """
    return "'" + text if starts_formula(text) else text


def restore(text: str) -> str:
    """The text that :func:`neutralise` was given.

    >>> restore("'=1+1"), restore("road"), restore("''=1")
    ('=1+1', 'road', "'=1")
    """
    return text[1:] if _NEUTRALISED.match(text) else text
