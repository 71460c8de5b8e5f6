"""How commands speak: results on standard output, messages and progress on standard error, one exit status."""

from __future__ import annotations

import argparse
import contextlib
import logging
import os
import secrets
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from dashboard.auth.errors import AccessError
from dashboard.commands.results import ErrorDetail, ErrorResult, Result
from geodata.errors import GeodataError
from models.errors import ModelsError

logger = logging.getLogger("landrelease")

DONE, DATA_SAY_NO, WRONG_USE, CANNOT = 0, 1, 2, 3


@dataclass(frozen=True)
class Outcome:
    """What a command ends with.

    Attributes
    ----------
    result : Result or None
        Machine-readable, printed with ``--json``.
    text : str
        For people, printed otherwise.
    status : int
        0 done, 1 the data say no, 2 wrong use, 3 cannot be decided.
    """

    result: Result | None = None
    text: str = ""
    status: int = DONE


def finish(arguments: argparse.Namespace, run: Callable[[argparse.Namespace], Outcome]) -> int:
    """Run a command and say how it went; a failure is one clear message, never a traceback."""
    try:
        outcome = run(arguments)
    except (AccessError, GeodataError, ModelsError) as error:
        return _fail(arguments, str(error), error.code, error.exit_code)
    except KeyboardInterrupt:
        return _fail(arguments, "Stopped.", "stopped", CANNOT)
    except BrokenPipeError:
        sys.stderr.close()
        return DONE
    except OSError as error:
        place = f"{error.filename}: " if error.filename else ""
        message = f"{place}{error.strerror or error}.\nCheck that the path exists, may be written and has space left; nothing was changed."
        return _fail(arguments, message, "system_error", CANNOT)
    except Exception:  # noqa: BLE001 - the last border: a person gets a reference number, the log the traceback
        return _fail(arguments, _report_unexpected(), "unexpected_error", CANNOT)
    try:
        _say(arguments, outcome)
        sys.stdout.flush()
    except BrokenPipeError:
        _discard_output()
    return outcome.status


def _discard_output() -> None:
    """Send the rest of standard output nowhere: who read it has enough, as ``head`` has; else Python complains when it ends."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
    os.close(nowhere)


def _say(arguments: argparse.Namespace, outcome: Outcome) -> None:
    if arguments.json:
        if outcome.result is not None:
            print(outcome.result.model_dump_json(indent=2))
    elif outcome.text and not arguments.quiet:
        print(outcome.text)


def _fail(arguments: argparse.Namespace, message: str, code: str, status: int) -> int:
    print(f"landrelease {arguments.command}: {message}", file=sys.stderr)
    if arguments.json:
        print(ErrorResult(error=ErrorDetail(code=code, message=message), status=status).model_dump_json(indent=2))
    return status


def _report_unexpected() -> str:
    reference = secrets.token_hex(4)
    path = os.path.join(os.environ.get("TMPDIR", "/tmp"), f"landrelease-{reference}.log")  # noqa: S108, PTH118 - beside no programme
    handler: logging.Handler = logging.NullHandler()
    with contextlib.suppress(OSError):
        handler = logging.FileHandler(path, encoding="utf-8")
    logger.addHandler(handler)
    logger.exception("reference %s", reference)
    logger.removeHandler(handler)
    handler.close()
    return f"Something unexpected happened (reference {reference}).\nThe details are in {path}; send that file with a report."


@contextlib.contextmanager
def progress_bar(arguments: argparse.Namespace, title: str) -> Iterator[Callable[[float, str], None] | None]:
    """A progress line on a terminal for anything over a second; nothing when quiet or not on a terminal.

    Yields a callback taking a share 0..1 and what is being done.
    """
    if arguments.quiet or not sys.stderr.isatty():
        yield None
        return
    started = time.monotonic()

    def show(share: float, doing: str) -> None:
        passed = time.monotonic() - started
        left = f", {passed * (1 - share) / share:.0f} s left" if share > 0.02 and passed > 1 else ""
        filled = round(20 * share)
        print(
            f"\r\x1b[2K{title} [{'#' * filled}{'.' * (20 - filled)}] {share:4.0%} {doing[:50]}{left}", end="", file=sys.stderr, flush=True
        )

    try:
        yield show
    finally:
        print("\r\x1b[2K", end="", file=sys.stderr, flush=True)


def note(arguments: argparse.Namespace, message: str) -> None:
    """A message on the way, unless quiet."""
    if not arguments.quiet:
        print(message, file=sys.stderr, flush=True)
