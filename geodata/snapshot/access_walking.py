"""How people walk, from the layers that config.yaml names: slope or friction under a way, and what lies across it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from pyproj import CRS

from geodata.geometry.crs import reproject
from geodata.indicators.access.parameters import AccessParameters
from geodata.indicators.access.walking import Walking
from geodata.layers.prepared import PreparedLayer
from geodata.layers.raster import RasterLayer
from geodata.snapshot.inputs import Inputs

_SAMPLES = np.array([0.1, 0.3, 0.5, 0.7, 0.9])
_MOST_SAMPLES = 50
_METRES_A_DEGREE = 111_320.0
_MINUTES_A_HOUR = 60.0


@dataclass
class UnknownGround:
    """How much of the walked ground a friction layer does not know; counted while ways are measured."""

    n_samples: int = 0
    n_unknown: int = 0

    @property
    def share(self) -> float | None:
        """Share 0..1 of the sampled ground; None where nothing was sampled."""
        return self.n_unknown / self.n_samples if self.n_samples else None


class Paces:
    """Minutes that straight ways on foot take.

    Parameters
    ----------
    inputs : Inputs
    crs : CRS
        Of the ways, in metres.
    parameters : AccessParameters
    """

    def __init__(self, inputs: Inputs, crs: CRS, parameters: AccessParameters) -> None:
        self._inputs, self._crs, self._parameters = inputs, crs, parameters
        self._flat = parameters.walk_detour * _MINUTES_A_HOUR / (parameters.walk_kmh * 1_000.0)
        self.unknown = UnknownGround()

    def minutes(self, start: np.ndarray, end: np.ndarray) -> np.ndarray:
        """Minutes of each way, k x 2 to k x 2; inf where it cannot be walked."""
        away_m = np.linalg.norm(end - start, axis=1)
        if self._parameters.friction_layer:
            return np.asarray(away_m * self._parameters.walk_detour * self._by_friction(self._parameters.friction_layer, start, end))
        flat = away_m * self._flat
        if self._parameters.slope_layer is None:
            return np.asarray(flat)
        return np.asarray(flat * slope_slowing(self._sample(self._parameters.slope_layer, start, end, _SAMPLES)))

    def _by_friction(self, layer: str, start: np.ndarray, end: np.ndarray) -> np.ndarray:
        raster = RasterLayer(self._inputs.raster(layer), self._inputs.folder)
        grid = raster.grid
        cell_m = min(grid.cell_width, grid.cell_height) * (_METRES_A_DEGREE if grid.crs.is_geographic else 1.0)
        raster.close()
        n = int(np.clip(np.ceil(2 * self._parameters.walk_max_m / cell_m), len(_SAMPLES), _MOST_SAMPLES))
        sampled = self._sample(layer, start, end, (np.arange(n) + 0.5) / n)
        self.unknown.n_samples += sampled.size
        self.unknown.n_unknown += int(np.isnan(sampled).sum())
        return mean_friction(sampled, self._flat / self._parameters.walk_detour)

    def _sample(self, layer: str, start: np.ndarray, end: np.ndarray, along: np.ndarray) -> np.ndarray:
        raster = RasterLayer(self._inputs.raster(layer), self._inputs.folder)
        at = (start[:, None, :] + (end - start)[:, None, :] * along[None, :, None]).reshape(-1, 2)
        moved = reproject(shapely.points(at), self._crs, raster.grid.crs)
        sampled = raster.sample(shapely.get_x(moved), shapely.get_y(moved)).reshape(-1, len(along))
        raster.close()
        return sampled


def walking_of(inputs: Inputs, crs: CRS, parameters: AccessParameters, areas: np.ndarray, is_released: np.ndarray) -> tuple[Walking, Paces]:
    """How people walk in this programme, and what tells how much of the ground is unknown.

    Parameters
    ----------
    inputs : Inputs
    crs : CRS
    parameters : AccessParameters
    areas : array of n geometries in ``crs``
    is_released : boolean array, n
    """
    paces = Paces(inputs, crs, parameters)
    barriers = [PreparedLayer(inputs.prepared(name, crs)).read(()).geometry.to_numpy() for name in parameters.barrier_layers]
    around = areas.copy() if parameters.walk_around_areas else None
    if around is not None:
        around[is_released] = None
    across = np.concatenate(barriers) if barriers else None
    return Walking(paces.minutes, parameters.walk_max_m, parameters.walk_ties, across, around), paces


def slope_slowing(slope_deg: np.ndarray) -> np.ndarray:
    """How much longer ways take than on flat ground, there and back, by Tobler's hiking function.

    Parameters
    ----------
    slope_deg : float array, ways x samples
        NaN where unknown; a way of which nothing is known is taken as flat.

    Returns
    -------
    float array, ways, >= 1

    References
    ----------
    Tobler (1993), Three presentations on geographical analysis and modeling, NCGIA TR 93-1.
    """
    rise = np.tan(np.radians(slope_deg))
    slower = (np.exp(3.5 * np.abs(rise + 0.05)) + np.exp(3.5 * np.abs(rise - 0.05))) / 2.0 / np.exp(3.5 * 0.05)
    known = ~np.isnan(slower)
    total = np.where(known, slower, 0.0).sum(axis=1)
    n = known.sum(axis=1)
    return np.asarray(np.divide(total, n, out=np.ones(len(total)), where=n > 0))


def mean_friction(minutes_per_m: np.ndarray, otherwise: float) -> np.ndarray:
    """Mean pace along ways; inf where any part cannot be walked.

    Parameters
    ----------
    minutes_per_m : float array, ways x samples
        NaN where unknown; 0 and below, or infinite, where nobody can walk.
    otherwise : float
        Pace of unknown parts.

    Returns
    -------
    float array, ways

    References
    ----------
    Weiss et al. (2020), Nature Medicine 26, doi:10.1038/s41591-020-1059-1: minutes needed for a metre, on foot.
    """
    pace = np.where(np.isnan(minutes_per_m), otherwise, minutes_per_m)
    is_shut = (pace <= 0) | np.isinf(pace)
    return np.where(is_shut.any(axis=1), np.inf, np.where(is_shut, 0.0, pace).mean(axis=1))
