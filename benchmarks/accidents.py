"""Where accidents happen in the next five years: Colombian municipalities, rolling origins, beside exponentially decayed counts.

Run: ``python -m benchmarks accidents``; needs LANDRELEASE_REAL_DATA. Everything that predicts happened before the origin; the model
learns from earlier origins whose five years had ended by then.
"""

from __future__ import annotations

import os
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
from sklearn.metrics import roc_auc_score

from benchmarks.figure import Figure
from models.likelihood.baselines import decayed_count
from models.likelihood.estimator import OrdnanceLikelihood

ORIGINS = (2000, 2005, 2010, 2015)
YEARS = 5
HALF_LIVES = (1.0, 3.0, 10.0)
REACHES_KM = (25.0, 75.0)
ACCIDENTS = (1, 2)
BASELINE_HALF_LIFE = 3.0
N_DRAWS = 500


def load(folder: Path) -> tuple[gpd.GeoDataFrame, pd.DataFrame]:
    """Municipalities, and events with their row, year and kind; events outside every municipality are left out."""
    places = gpd.read_file(folder / "colombia" / "municipios_ocha.gpkg").reset_index(drop=True)
    events = pd.read_csv(folder / "colombia" / "eventos_minas_1990_2019.csv")
    points = gpd.GeoDataFrame(events, geometry=gpd.points_from_xy(events["longitud"], events["latitud"]), crs=4326)
    joined = gpd.sjoin(points, places[["geometry"]], predicate="within").drop_duplicates(["index_right", *events.columns])
    return places, pd.DataFrame({"row": joined["index_right"], "year": joined["anio"], "kind": joined["tipo_evento_cod"]})


def features(events: pd.DataFrame, xy_km: np.ndarray, origin: int) -> pd.DataFrame:
    """Decayed counts of accidents and of all other events, own and around, by what happened before the year of origin."""
    past = events[events["year"] < origin]
    near = np.exp(-np.hypot(*(xy_km[:, None] - xy_km[None, :]).transpose(2, 0, 1))[..., None] / np.array(REACHES_KM))
    near[np.arange(len(xy_km)), np.arange(len(xy_km))] = 0
    columns = {}
    for kind, rows in (("accidents", past["kind"].isin(ACCIDENTS)), ("other", ~past["kind"].isin(ACCIDENTS))):
        chosen = past[rows]
        for half_life in HALF_LIVES:
            weight = decayed_count(origin - chosen["year"], half_life)
            own = np.bincount(chosen["row"], weights=weight, minlength=len(xy_km))
            columns[f"{kind}_{half_life:g}"] = own
            for place, reach in enumerate(REACHES_KM):
                columns[f"{kind}_{half_life:g}_within_{reach:g}"] = near[..., place] @ own
    return pd.DataFrame(columns)


def target(events: pd.DataFrame, n: int, origin: int) -> np.ndarray:
    """Whether an accident happened in the five years from the origin."""
    inside = events["kind"].isin(ACCIDENTS) & events["year"].between(origin, origin + YEARS - 1)
    return np.bincount(events.loc[inside, "row"], minlength=n) > 0


def predict(events: pd.DataFrame, xy_km: np.ndarray, department: np.ndarray, origin: int) -> np.ndarray:
    """Probability of an accident in the five years from the origin."""
    starts = list(range(origin - YEARS, 1994, -YEARS))
    X = pd.concat([features(events, xy_km, year) for year in starts], ignore_index=True)
    y = np.concatenate([target(events, len(xy_km), year) for year in starts])
    model = OrdnanceLikelihood(monotone=dict.fromkeys(X.columns, 1)).fit(X, y, groups=np.tile(department, len(starts)))
    return model.predict_proba(features(events, xy_km, origin))[:, 1]


def auc_gains(y: np.ndarray, ours: np.ndarray, other: np.ndarray, department: np.ndarray) -> np.ndarray:
    """Paired gains of AUC: first on the data, then in samples of departments drawn with replacement; NaN where undefined."""
    code = np.unique(department, return_inverse=True)[1]
    n = code.max() + 1
    times = np.random.default_rng(0).multinomial(n, np.full(n, 1 / n), size=N_DRAWS)
    gains = []
    for draw in [np.ones(n), *times]:
        weight = draw[code].astype(float)
        both = 0 < weight[y].sum() < weight.sum()
        gains.append(roc_auc_score(y, ours, sample_weight=weight) - roc_auc_score(y, other, sample_weight=weight) if both else np.nan)
    return np.array(gains)


def run() -> list[Figure]:
    """Each origin on all municipalities, and on those without an accident before."""
    places, events = load(Path(os.environ["LANDRELEASE_REAL_DATA"]))
    centre = places.to_crs(3116).geometry.centroid
    xy_km = np.column_stack((centre.x, centre.y)) / 1000
    code = next(name for name in places if name.lower().startswith("cod") or "code" in name.lower())
    department = places[code].astype(str).str[:2].to_numpy()
    figures, together = [], []
    for origin in ORIGINS:
        y, ours = target(events, len(places), origin), predict(events, xy_km, department, origin)
        past = events[(events["year"] < origin) & events["kind"].isin(ACCIDENTS)]
        counts = np.bincount(past["row"], weights=decayed_count(origin - past["year"], BASELINE_HALF_LIFE), minlength=len(places))
        together.append(auc_gains(y, ours, counts, department))
        _say(f"{origin}, all", together[-1])
        first, second = roc_auc_score(y, ours), roc_auc_score(y, counts)
        figures.append(Figure("accidents in later years, AUC", f"{origin}, all", first, second, "decayed counts", "", "above"))
        new = counts == 0
        value = roc_auc_score(y[new], ours[new])
        at = f"{origin}, none came before: {y[new].sum()} of {new.sum()}"
        figures.append(Figure("accidents in later years, AUC", at, value, 0.5, "decayed counts: all 0", "", "above"))
        _say(at, auc_gains(y[new], ours[new], counts[new], department[new]))
    _say("mean over origins, all", np.mean(together, axis=0))
    return figures


def _say(words: str, gains: np.ndarray) -> None:
    low, high = np.nanquantile(gains[1:], [0.025, 0.975])
    print(f"# gain of AUC, {words}: {gains[0]:.3f} ({low:.3f} to {high:.3f})")
