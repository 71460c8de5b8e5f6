"""Whether this server answers: for load balancers and start scripts, without a word about the programme."""

from __future__ import annotations

from flask import Flask, Response


def register_health(server: Flask) -> None:
    """Add ``/health``."""
    server.add_url_rule("/health", "health", lambda: Response('{"status":"ok"}', mimetype="application/json"))
