"""Read XML that is not trusted: no document type, no entities, nothing from elsewhere (in the reader process only)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import IO
from xml.parsers import expat

from geodata.errors import FileError

_CHUNK = 1 << 16
_MAX_DEPTH = 60


class _Found(Exception):  # noqa: N818 - ends a parse early, no error
    """The root element began."""


def check_prolog(name: str, stream: IO[bytes]) -> str:
    """Read XML up to its root element.

    Returns
    -------
    Local name of the root element.

    Raises
    ------
    FileError
        It declares a document type, or is no XML.
    """
    parser = _parser(name)
    root: list[str] = []

    def start(tag: str, _attributes: dict[str, str]) -> None:
        root.append(_local(tag))
        raise _Found

    parser.StartElementHandler = start
    try:
        while chunk := stream.read(_CHUNK):
            parser.Parse(chunk)
        parser.Parse(b"", True)
    except _Found:
        pass
    except expat.ExpatError as error:
        raise _damaged(name, error) from None
    return root[0]


def elements(path: Path) -> Iterator[tuple[str, str, str, dict[str, str]]]:
    """Begin and end of every element, in order: ``(start|end, local name, text, attributes)``; text only at the end.

    Raises
    ------
    FileError
        A document type, nested deeper than any record is, or damaged.
    """
    parser = _parser(path.name)
    events: list[tuple[str, str, str, dict[str, str]]] = []
    texts: list[list[str]] = []

    def start(tag: str, attributes: dict[str, str]) -> None:
        if len(texts) >= _MAX_DEPTH:
            message = f"{path.name}: its elements are nested more than {_MAX_DEPTH} deep, which no record is."
            raise FileError(message, "Export it again at the source.", code="file_damaged")
        texts.append([])
        events.append(("start", _local(tag), "", {_local(key): value for key, value in attributes.items()}))

    def end(tag: str) -> None:
        events.append(("end", _local(tag), "".join(texts.pop()).strip(), {}))

    def data(text: str) -> None:
        if texts:
            texts[-1].append(text)

    parser.StartElementHandler, parser.EndElementHandler, parser.CharacterDataHandler = start, end, data
    try:
        with path.open("rb") as stream:
            while chunk := stream.read(_CHUNK):
                parser.Parse(chunk)
                yield from events
                events.clear()
            parser.Parse(b"", True)
            yield from events
    except expat.ExpatError as error:
        raise _damaged(path.name, error) from None


def _parser(name: str) -> expat.XMLParserType:
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.SetParamEntityParsing(expat.XML_PARAM_ENTITY_PARSING_NEVER)

    def refuse(*_: object) -> None:
        message = f"{name} is not accepted: its XML declares a document type, which could make the reader open other files."
        raise FileError(message, "Export it again without one.", code="format_not_accepted")

    parser.StartDoctypeDeclHandler = refuse
    parser.EntityDeclHandler = refuse
    parser.ExternalEntityRefHandler = refuse  # type: ignore[assignment]
    return parser


def _local(tag: str) -> str:
    """A name without its namespace."""
    return tag.rpartition(" ")[2]


def _damaged(name: str, error: expat.ExpatError) -> FileError:
    message = f"{name} is damaged: its XML breaks off at line {error.lineno} ({expat.ErrorString(error.code)})."
    return FileError(message, "Export it again at the source.", code="file_damaged")
