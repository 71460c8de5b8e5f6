"""Estimates on disk: one folder an identity, written whole or not at all, never changed."""

from __future__ import annotations

import datetime as dt
import json
import platform
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd

from dashboard.estimates.result import Estimates
from dashboard.estimates.settings import FORMAT, EstimateSettings
from geodata.errors import GeodataError
from geodata.snapshot.sources import canonical_json

if TYPE_CHECKING:
    from models.likelihood.estimator import OrdnanceLikelihood

MANIFEST: Final = "manifest.json"
MODEL: Final = "model.skops"
FITTED: Final = "fitted.json"
"""When and where it was fitted; the one file that may differ between two fits of the same."""
TRUSTED: Final = ("models.likelihood.estimator.OrdnanceLikelihood", "sklearn.ensemble._hist_gradient_boosting.predictor.TreePredictor")


class EstimatesError(GeodataError):
    """Estimates that cannot be read, made again, or are not those that were spoken of."""

    code = "estimates_error"
    exit_code = 3


def estimates_folder(programme_dir: Path) -> Path:
    """Where a programme's estimates lie."""
    return programme_dir / "derived" / "estimates"


def write_estimates(programme_dir: Path, found: Estimates, model: OrdnanceLikelihood | None) -> Path:
    """Store estimates with their model; a kill leaves nothing, or all.

    Raises
    ------
    SnapshotError
        The disk is full or the folder cannot be written.
    """
    from geodata.snapshot.write import SnapshotWriter

    target = estimates_folder(programme_dir) / found.version
    writer = SnapshotWriter(target, what="estimates", folders=())
    try:
        writer.table("areas.parquet", found.areas)
        writer.matrix("contributions.npy", found.contributions.to_numpy(dtype=np.float64))
        writer.matrix("features.npy", found.features.to_numpy(dtype=np.float64))
        if model is not None:
            import skops.io

            writer.content(MODEL, skops.io.dumps(model))
        fitted = {"fitted_at": dt.datetime.now(dt.UTC).isoformat(timespec="seconds"), "machine": platform.machine()}
        writer.content(FITTED, canonical_json(fitted).encode())
        writer.content(MANIFEST, canonical_json(_manifest(found)).encode())
        writer.publish()
    finally:
        writer.discard()
    return target


def _manifest(found: Estimates) -> dict[str, Any]:
    return {
        "version": found.version,
        "settings": vars_of(found.settings),
        "sha256": found.sha256,
        "contributions": list(found.contributions.columns),
        "features": list(found.features.columns),
        "facts": found.facts,
    }


def vars_of(settings: EstimateSettings) -> dict[str, Any]:
    """Settings as plain values."""
    return {name: getattr(settings, name) for name in EstimateSettings.__dataclass_fields__}


def has_estimates(programme_dir: Path, version: str) -> bool:
    """Whether there are estimates of that identity."""
    return bool(re.fullmatch(r"[0-9a-f]{16}", version)) and (estimates_folder(programme_dir) / version / MANIFEST).is_file()


def open_estimates(programme_dir: Path, version: str) -> Estimates | None:
    """The estimates of an identity; None where there are none.

    Raises
    ------
    EstimatesError
        They are damaged.
    """
    if not has_estimates(programme_dir, version):
        return None
    folder = estimates_folder(programme_dir) / version
    try:
        manifest = read_manifest(folder)
        areas = pd.read_parquet(folder / "areas.parquet")
        contributions = _matrix(folder / "contributions.npy", manifest["contributions"])
        features = _matrix(folder / "features.npy", manifest["features"])
        return Estimates(EstimateSettings(**manifest["settings"]), areas, contributions, features, manifest["facts"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise EstimatesError(f"Estimates {version} cannot be read: {error}.", _AGAIN.format(version=version)) from error


def read_manifest(folder: Path) -> dict[str, Any]:
    """What stored estimates say of themselves.

    Raises
    ------
    OSError, ValueError
    """
    manifest: dict[str, Any] = json.loads((folder / MANIFEST).read_text("utf-8"))
    if manifest["settings"]["format"] != FORMAT:
        raise ValueError(f"format {manifest['settings']['format']}, this program reads {FORMAT}")
    return manifest


def load_model(programme_dir: Path, version: str) -> OrdnanceLikelihood | None:
    """The model of estimates, None where none was learned; no type is loaded but the estimator's own and its trees.

    Raises
    ------
    EstimatesError
        The file holds another type, or is damaged.
    """
    import skops.io
    from skops.io.exceptions import UntrustedTypesFoundException

    path = estimates_folder(programme_dir) / version / MODEL
    if not has_estimates(programme_dir, version) or not path.is_file():
        return None
    try:
        model: OrdnanceLikelihood = skops.io.load(path, trusted=list(TRUSTED))
    except UntrustedTypesFoundException as error:
        raise EstimatesError(
            f"{path}: a stored model holds its estimator and trees only; it holds more ({error}).", _AGAIN.format(version=version)
        ) from error
    except Exception as error:  # a damaged archive fails in many ways
        raise EstimatesError(f"{path}: the model cannot be read ({error}).", _AGAIN.format(version=version)) from error
    return model


_AGAIN: Final = "Remove derived/estimates/{version} and run landrelease build."


def _matrix(path: Path, names: list[str]) -> pd.DataFrame:
    return pd.DataFrame(np.load(path, mmap_mode="r", allow_pickle=False), columns=pd.Index(names, dtype="str"), copy=False)
