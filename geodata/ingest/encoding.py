"""Which encoding a text file is in."""

from __future__ import annotations

import codecs
from pathlib import Path
from typing import Any

from geodata.errors import FileError

_MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF32_LE, "utf-32"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))


def decode_text(path: Path, encoding: str | None) -> tuple[str, str, list[dict[str, Any]]]:
    """Text of a file, its encoding, and findings.

    Parameters
    ----------
    encoding : str or None
        Found out where None: a byte order mark, then UTF-8, then the legacy code page whose letters fit best (reported).

    Raises
    ------
    FileError
        The encoding is unknown or does not fit.
    """
    content = path.read_bytes()
    used = encoding or next((name for mark, name in _MARKS if content.startswith(mark)), "utf-8")
    notes: list[dict[str, Any]] = []
    try:
        text = content.decode(used)
    except LookupError:
        raise _unknown(encoding) from None
    except UnicodeError:
        if encoding or used != "utf-8":
            message = f"{path.name} is not in {used}."
            raise FileError(message, "Leave the encoding out, or name the right one.", code="encoding_wrong") from None
        text, used = _decode_legacy(content)
        sample = next((line.strip()[:60] for line in text.splitlines() if not line.isascii()), "")
        notes.append(_note("encoding_assumed", f"The file is not in UTF-8; it was read as {used}, for example: {sample}", 0))
    if "\0" in text:
        notes.append(_note("nul_removed", f"{text.count(chr(0)):,} NUL characters were removed.", text.count("\0")))
        text = text.replace("\0", "")
    return text, used, notes


_DBF_CODE_PAGES = {
    0x01: "cp437",
    0x02: "cp850",
    0x65: "cp866",
    0xC8: "cp1250",
    0xC9: "cp1251",
    0x7D: "cp1255",
    0x7E: "cp1256",
    0xCB: "cp1253",
}
_SAMPLE = 4 << 20


def shapefile_encoding(path: Path) -> tuple[str | None, list[dict[str, Any]]]:
    """Encoding of a Shapefile's names and values where no .cpg says it, and findings.

    UTF-8 where everything is valid UTF-8, else the code page that the .dbf names (its default, 1252, is often wrong and therefore
    checked), else the code page whose letters fit best.

    Returns
    -------
    Encoding, None where the .cpg says it or there are no attributes; and findings
    """
    table = next((path.with_suffix(ending) for ending in (".dbf", ".DBF") if path.with_suffix(ending).is_file()), None)
    if table is None or any(path.with_suffix(ending).is_file() for ending in (".cpg", ".CPG")):
        return None, []
    with table.open("rb") as stream:
        content = stream.read(_SAMPLE)
    rows = content[int.from_bytes(content[8:10], "little") :]
    try:
        rows[: rows.rfind(b" ") + 1].decode("utf-8")
    except UnicodeDecodeError:
        named = _DBF_CODE_PAGES.get(content[29]) if len(content) > 29 else None
        used = named or _decode_legacy(rows)[1]
        message = f"The Shapefile has no .cpg and is not in UTF-8; its texts were read as {used}."
        return used, [] if named else [_note("encoding_assumed", message, 0)]
    return "utf-8", []


def assumed_encoding(content: bytes, encoding: str | None) -> tuple[str, list[dict[str, Any]]]:
    """Encoding of bytes that do not say theirs, and findings: the one given, UTF-8 where it fits, else the likeliest code page.

    Raises
    ------
    FileError
        The encoding given is unknown.
    """
    if encoding is not None:
        try:
            return codecs.lookup(encoding).name, []
        except LookupError:
            raise _unknown(encoding) from None
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        text, used = _decode_legacy(content)
        return used, [_note("encoding_assumed", f"The file is not in UTF-8; it was read as {used}, for example: {text[:60].strip()}", 0)]
    return "utf-8", []


def _unknown(encoding: str | None) -> FileError:
    return FileError(f"{encoding!r} is no known encoding.", "Use a name such as utf-8, cp1252 or cp1256.", code="encoding_unknown")


def _note(code: str, message: str, n_rows: int) -> dict[str, Any]:
    remedy = "If names look wrong, give the encoding in the profile."
    return {"code": code, "severity": "warning", "n_rows": n_rows, "examples": [], "message": message, "remedy": remedy}


def _decode_legacy(content: bytes) -> tuple[str, str]:
    """The code page in which the bytes beyond ASCII look most like letters inside words."""
    scored = []
    for order, name in enumerate(("cp1252", "cp1251", "cp1256", "cp850", "cp1250", "cp866")):
        text = content.decode(name, errors="replace")
        scored.append((-_plausibility(text), order, name, text))
    _, _, name, text = min(scored)
    return text, name


def _plausibility(text: str) -> float:
    """Share of characters beyond ASCII that are letters of the script and case of their neighbours.

    Words of Latin script hold a foreign letter here and there; three in a row speak for another script.
    """
    good = total = run = 0
    for before, char, after in zip(" " + text, text, text[1:] + " ", strict=False):
        if char < "\x80":
            run = 0
            continue
        total += 1
        run += 1
        beside = before.isalpha() or after.isalpha()
        fits = char.isalpha() and (not before.isalpha() or _fits(before, char)) and (not after.isalpha() or _fits(char, after))
        good += int(fits and beside and not (_script(char) == "latin" and run > 2))
    return good / total if total else 1.0


def _fits(before: str, after: str) -> bool:
    """Whether two letters can stand beside each other: one script, and no capital after a small letter."""
    return (_script(before) == _script(after) or (before < "\x80" and _script(after) == "latin")) and not (
        before.islower() and after.isupper()
    )


def _script(char: str) -> str:
    code = ord(char)
    if code < 0x250:
        return "latin"
    return "cyrillic" if 0x400 <= code < 0x530 else "arabic" if 0x600 <= code < 0x700 else "other"
