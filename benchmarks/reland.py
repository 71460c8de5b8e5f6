"""Likelihood on the RELand cells: each municipality left out in turn, beside distance alone, a random forest and published figures.

Features and model were fixed on the 19 municipalities of Antioquia before any label of Caldas was read. Labels of Caldas are read by
:func:`caldas_labels` only, which writes each look down. Run: ``python -m benchmarks reland``; needs LANDRELEASE_REAL_DATA.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import os
from collections.abc import Callable
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow.compute as pc
import pyarrow.parquet as pq
from sklearn.base import clone

from benchmarks.figure import Figure
from models.likelihood.around import REACHES_M, Results, share_found_around
from models.likelihood.baselines import log_logistic, random_forest
from models.likelihood.card import CardLine, card_lines
from models.likelihood.estimator import OrdnanceLikelihood

FILE = Path("colombia", "reland", "reland_cells.parquet")
LOOKS = Path(__file__).with_name("reland_looks.tsv")
CRS = 3116
PLACE = "cod_municipio_espacial"
"""Municipality by polygon: the file's own municipality names agree with it for 76 % of cells only."""
AROUND = [f"found_around_{reach:g}_m" for reach in REACHES_M]
MODEL = OrdnanceLikelihood(monotone=dict.fromkeys(AROUND, 1))
FEATURES = "share found around in other municipalities, 0.5 to 16 km"
WITHIN = ("auc_within_place", "average_precision_within_place")


def load_cells(folder: Path) -> gpd.GeoDataFrame:
    """All cells with features and published predictions, without a single label; by municipality polygon, metres."""
    path = folder / FILE
    columns = [name for name in pq.read_schema(path).names if name != "mines_outcome"]
    cells = gpd.read_parquet(path, columns=columns).to_crs(CRS)
    return cells[cells[PLACE].notna()].reset_index(drop=True)


def antioquia_labels(folder: Path) -> pd.Series:
    """1 mines, 0 declared free, by cell_id, for Antioquia; unknown cells left out."""
    return _labels(folder, "train_antioquia")


def caldas_labels(folder: Path, log: Path = LOOKS) -> pd.Series:
    """The same for Caldas. The only reader of these labels: each look is added to the log with a digest of features and model."""
    with log.open("a", encoding="utf-8") as file:
        file.write(f"{dt.datetime.now(dt.UTC):%Y-%m-%dT%H:%MZ}\t{protocol_digest()}\t{FEATURES}\n")
    return _labels(folder, "test_caldas")


def protocol_digest() -> str:
    """First 16 hex digits of a SHA-256 over the settings and over what they predict for a small invented case."""
    draw = np.random.default_rng(0)
    corners = draw.uniform(0, 20_000, (240, 2))
    cells = gpd.GeoDataFrame({PLACE: [f"{k % 6:05d}" for k in range(240)]}, geometry=gpd.points_from_xy(*corners.T), crs=CRS)
    prob = left_out(cells, draw.random(240) < corners[:, 0] / 20_000)
    parts = [repr(MODEL.get_params()), repr(AROUND), " ".join(f"{value:.5f}" for value in prob)]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:16]


def _labels(folder: Path, split: str) -> pd.Series:
    table = pq.read_table(folder / FILE, columns=["cell_id", "split", "mines_outcome"], filters=pc.field("split") == split)
    frame = table.to_pandas().set_index("cell_id")["mines_outcome"]
    return frame[frame >= 0]


def left_out(cells: gpd.GeoDataFrame, present: np.ndarray, model: OrdnanceLikelihood = MODEL, place: str = PLACE) -> np.ndarray:
    """Probabilities for each cell by a model that saw no label of its municipality, in labels or in features."""
    at = np.column_stack((cells.geometry.centroid.x, cells.geometry.centroid.y))
    places = cells[place].to_numpy(dtype=object)
    prob = np.full(len(cells), np.nan)
    for name in np.unique(places.astype(str)):
        test = places == name
        known = Results(at[~test], places[~test], present[~test])
        train = pd.DataFrame(share_found_around(at[~test], places[~test], known), columns=AROUND)
        fitted = clone(model).fit(train, present[~test], groups=places[~test])
        prob[test] = fitted.predict_proba(pd.DataFrame(share_found_around(at[test], places[test], known), columns=AROUND))[:, 1]
    return prob


def left_out_baseline(cells: gpd.GeoDataFrame, present: np.ndarray, make: Callable[[], object], columns: list[str], place: str = PLACE):
    """The same for a baseline on columns of the file."""
    X = cells[columns].to_numpy(dtype=float)
    X = X[:, ~np.isnan(X).all(axis=0)]
    places = cells[place].to_numpy(dtype=object)
    prob = np.full(len(cells), np.nan)
    for name in np.unique(places.astype(str)):
        test = places == name
        prob[test] = make().fit(X[~test], present[~test]).predict_proba(X[test])[:, 1]
    return prob


def evaluate(cells: gpd.GeoDataFrame, labels: pd.Series) -> list[CardLine]:
    """Figures within municipalities, each left out in turn, with paired differences; for Caldas, published predictions beside."""
    judged = cells[cells["cell_id"].isin(labels.index)].reset_index(drop=True)
    present = labels.loc[judged["cell_id"]].to_numpy() == 1
    distances = [name for name in judged if name.endswith("_dist")]
    others = ["elevation", "population_2020", "rwi", *(name for name in judged if name.startswith(("Vocacion", "CLIMA", "TIPO_RELIE")))]
    ours = left_out(judged, present)
    probs = {
        "likelihood": ours,
        "distance-only logistic": left_out_baseline(judged, present, log_logistic, distances),
        "random forest": left_out_baseline(judged, present, lambda: random_forest(0, 300), distances + others),
    }
    place = judged[PLACE].to_numpy(dtype=object)
    lines = card_lines(probs, present, place, "held-out municipality", metrics=WITHIN)
    rows = (judged["split"] == "test_caldas").to_numpy()
    beside = {"likelihood": ours[rows], "published, trained on Antioquia": judged.loc[rows, "reland_caldas_avg"].to_numpy(dtype=float)}
    return lines + card_lines(beside, present[rows], place[rows], "held-out municipality, Caldas", metrics=WITHIN)


def run() -> list[Figure]:
    """Antioquia and Caldas together, then the published predictions for Caldas beside ours."""
    folder = Path(os.environ["LANDRELEASE_REAL_DATA"])
    cells = load_cells(folder)
    labels = pd.concat([antioquia_labels(folder), caldas_labels(folder)])
    lines = evaluate(cells, labels)
    for line in lines:
        beside = "" if line.baseline is None else f" over {line.baseline}"
        print(f"# {line.validation}: {line.model}{beside}, {line.metric}, n {line.n}: {line.value:.3f} ({line.low:.3f} to {line.high:.3f})")
    own = {(line.model, line.metric): line.value for line in lines if line.baseline is None and line.validation == "held-out municipality"}
    return [
        Figure(metric, FEATURES, own["likelihood", metric], own[name, metric], name, "", "above")
        for metric in WITHIN
        for name in ("distance-only logistic", "random forest")
    ]
