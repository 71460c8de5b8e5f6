"""The serve command."""

from __future__ import annotations

import argparse

from dashboard.commands.output import Outcome
from dashboard.programme import Programme


def run_serve(arguments: argparse.Namespace) -> Outcome:
    """Serve the dashboard until stopped."""
    from dashboard.server import serve

    programme = Programme.open(arguments.programme)
    programme.snapshot()
    serve(
        programme.directory,
        arguments.host,
        arguments.port,
        arguments.workers,
        https=arguments.https,
        trusted_hosts=tuple(arguments.trusted_host),
    )
    return Outcome()
