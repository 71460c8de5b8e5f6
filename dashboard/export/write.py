"""Export a priority list to a file, with its receipt."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from dashboard.export.errors import ExportError
from dashboard.export.formats import format_of
from dashboard.export.receipt import Receipt, make_receipt
from dashboard.export.table import make_table

if TYPE_CHECKING:
    from dashboard.estimates import Estimates
    from geodata.schema.config import Config
    from geodata.snapshot import Snapshot
    from models.ranking import Ranking

AUTHORITY = "authority"
"""The audience of the authority and its operators: every column and the exact geometry."""


def export_list(
    snapshot: Snapshot,
    ranking: Ranking,
    path: Path,
    *,
    config: Config,
    language: str = "en",
    area_ids: Sequence[str] | None = None,
    filter_text: str = "",
    audience: str = AUTHORITY,
    csv_bom: bool = False,
    estimates: Estimates | None = None,
) -> Receipt:
    """Write the priority list of a ranking.

    Parameters
    ----------
    snapshot : Snapshot
        The one that was ranked.
    ranking : Ranking
    path : Path
        csv, xlsx, geojson, gpkg or parquet, by its ending; replaced whole or not at all.
    config : Config
        Of the programme: its name, whether it is fictional, its notes.
    language : str
        Of class labels and notes.
    area_ids : sequence of str, optional
        Only these areas; ranks stay national.
    filter_text : str
        The filter in words, for the receipt.
    audience : str
        Whom the file is for.
    csv_bom : bool
        CSV only: begin with a byte-order mark, by which Excel knows UTF-8.
    estimates : Estimates, optional
        Of the same snapshot; without, their columns are empty and the file says why.

    Returns
    -------
    Receipt
        As it stands in the file, or beside a CSV file in NAME.csv.receipt.json.

    Raises
    ------
    ExportError
        Another ending; no place to write to; another audience; more than the format holds.
    """
    if audience != AUTHORITY:
        raise ExportError(
            f"Lists are written for the audience {AUTHORITY!r}; asked for was {audience!r}.", "Leave the audience out, or share a print."
        )
    kind = format_of(path)
    table = make_table(snapshot, ranking, language=language, area_ids=area_ids, with_geometry=kind.HOLDS_GEOMETRY, estimates=estimates)
    receipt = make_receipt(
        table,
        snapshot,
        ranking,
        config,
        language=language,
        audience=audience,
        area_ids=area_ids,
        filter_text=filter_text,
        estimates=estimates,
    )
    options = {"bom": True} if csv_bom and path.suffix.lower() == ".csv" else {}
    kind.write(path, table, receipt, **options)
    return receipt
