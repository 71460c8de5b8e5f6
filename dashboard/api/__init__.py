"""Paths that hand out data: tiles, colours, facts of an area, downloads, people."""

from __future__ import annotations

from flask import Flask


def register_api(server: Flask) -> None:
    """Add the paths of data to a server."""
    from dashboard.api.areas import register_areas
    from dashboard.api.downloads import register_downloads
    from dashboard.api.health import register_health
    from dashboard.api.jobs import register_jobs
    from dashboard.api.people import register_people
    from dashboard.api.quality import register_quality
    from dashboard.api.tiles import register_tiles
    from dashboard.api.uploads import register_uploads

    for register in (
        register_health, register_tiles, register_areas, register_downloads, register_quality, register_uploads, register_people,
        register_jobs,
    ):  # fmt: skip
        register(server)
