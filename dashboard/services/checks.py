"""Quality of a programme, kept until records, settings or layer files change."""

from __future__ import annotations

import csv
import datetime as dt
import io
from contextlib import closing

from dashboard.export.text import clean_text, neutralise
from dashboard.programme import Programme
from dashboard.services.importing import has_registry
from dashboard.services.lru import RecentCache
from geodata.registry.quality import Quality

WORK_LIST = ("severity", "code", "n_rows", "examples", "message", "remedy")


def quality(programme: Programme) -> Quality:
    """Findings and scorecard; made anew only where something changed since this worker last made them.

    Raises
    ------
    GeodataError
        A layer or the registry cannot be read at all.
    """
    kept = vars(programme).setdefault("_quality", RecentCache(quality=1))
    found: Quality = kept.get("quality", _state(programme), programme.check)
    return found


def work_list(programme: Programme) -> bytes:
    """The findings as CSV (UTF-8 with a mark, so that Excel reads it): what has to be mended, the gravest first."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(WORK_LIST)
    for found in sorted(quality(programme).findings, key=lambda each: ("error", "warning", "note").index(each.severity)):
        words = [found.severity, found.code, found.n_rows, "; ".join(found.examples), found.message, found.remedy]
        writer.writerow([neutralise(clean_text(word)) if isinstance(word, str) else word for word in words])
    return text.getvalue().encode("utf-8-sig")


def _state(programme: Programme) -> tuple[object, ...]:
    """What the quality depends on."""
    head = ""
    day = dt.datetime.now(dt.UTC).date()
    if has_registry(programme):
        with closing(programme.open_registry()) as registry:
            head = registry.head()
    files = [programme.directory / layer.path for layer in programme.config.layers]
    return (head, day, *((str(path), path.stat().st_mtime_ns, path.stat().st_size) for path in files if path.exists()))
