"""The grid on which the fictional country is simulated, and noise to shape it with.

Everything is simulated in metres on UTM zone 10 south, in a patch of the South Pacific where there is no land.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from rasterio.transform import Affine
from scipy import fft, ndimage

__all__ = ["CRS", "Grid", "base_grid", "blur", "fine_grid", "fractal_noise", "generator", "north_up", "refine", "smooth_line"]

CRS = "EPSG:32710"
"""UTM zone 10 south: the metric CRS of the simulation and of its rasters."""

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Grid:
    """A north-up raster grid: metres, origin at the upper left corner."""

    left: float
    top: float
    cell_m: float
    n_rows: int
    n_cols: int

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns."""
        return self.n_rows, self.n_cols

    @property
    def transform(self) -> Affine:
        """Affine transform as rasterio wants it."""
        return north_up(self.left, self.top, self.cell_m)

    def xy(self, flat: NDArray[np.int64]) -> Floats:
        """Centres, (n, 2) in metres, of flat cell numbers."""
        row, col = np.divmod(np.asarray(flat), self.n_cols)
        return np.column_stack((self.left + (col + 0.5) * self.cell_m, self.top - (row + 0.5) * self.cell_m))

    def flat(self, xy: Floats) -> NDArray[np.int64]:
        """Flat cell numbers of points (n, 2) in metres; points outside fall into the nearest edge cell."""
        col = np.clip((xy[:, 0] - self.left) // self.cell_m, 0, self.n_cols - 1)
        row = np.clip((self.top - xy[:, 1]) // self.cell_m, 0, self.n_rows - 1)
        return (row * self.n_cols + col).astype(np.int64)

    def at(self, raster: NDArray[np.generic], xy: Floats) -> NDArray[np.generic]:
        """Raster values at points (n, 2) in metres."""
        return raster.ravel()[self.flat(xy)]


def north_up(left: float, top: float, cell_m: float) -> Affine:
    """Transform of a north-up grid of square cells."""
    return Affine(cell_m, 0.0, left, 0.0, -cell_m, top)


def base_grid() -> Grid:
    """400 m grid of the terrain, drainage and road simulation: 333 by 307 km around 123 W, 34.5 S."""
    return Grid(left=333_600.0, top=6_336_000.0, cell_m=400.0, n_rows=768, n_cols=832)


def fine_grid() -> Grid:
    """100 m grid of the published rasters, four cells to each one of the base grid."""
    base = base_grid()
    return Grid(base.left, base.top, base.cell_m / 4, base.n_rows * 4, base.n_cols * 4)


def generator(seed: int, stage: str) -> np.random.Generator:
    """Random numbers of one stage: a stage can change without shifting the numbers of the others."""
    return np.random.default_rng([seed, *stage.encode()])


def fractal_noise(rng: np.random.Generator, shape: tuple[int, int], slope: float, low_cut: float = 0.0) -> Floats:
    """Noise with a power spectrum of ``frequency ** -slope``, mean 0, standard deviation 1.

    ``low_cut`` damps everything longer than ``1 / low_cut`` of the grid's width: texture without hills.
    """
    rows = fft.fftfreq(shape[0])[:, None] * shape[0]
    cols = fft.rfftfreq(shape[1])[None, :] * shape[1]
    frequency = np.hypot(rows, cols)
    frequency[0, 0] = 1.0
    gain = frequency ** (-slope / 2)
    gain[0, 0] = 0.0
    if low_cut > 0:
        gain *= 1 - np.exp(-((frequency / low_cut) ** 2))
    field = fft.irfft2(fft.rfft2(rng.standard_normal(shape)) * gain, s=shape)
    return np.asarray((field - field.mean()) / field.std(), dtype=np.float64)


def refine(raster: NDArray[np.generic], factor: int = 4) -> NDArray[np.float32]:
    """Bilinear refinement of a raster, each cell into ``factor ** 2``, float32."""
    out = np.asarray(raster, dtype=np.float32)
    for axis in (0, 1):
        out = _refine_axis(out, factor, axis)
    return out


def _refine_axis(raster: NDArray[np.float32], factor: int, axis: int) -> NDArray[np.float32]:
    values = raster if axis == 0 else raster.T
    before = np.concatenate((values[:1], values[:-1]))
    after = np.concatenate((values[1:], values[-1:]))
    parts = []
    for phase in range(factor):
        offset = np.float32((phase + 0.5) / factor - 0.5)
        other = before if offset < 0 else after
        parts.append(values + np.abs(offset) * (other - values))
    if axis == 0:
        return np.stack(parts, axis=1).reshape(len(values) * factor, values.shape[1])
    return np.stack([part.T for part in parts], axis=2).reshape(raster.shape[0], -1)


def smooth_line(xy: Floats, rounds: int = 2) -> Floats:
    """A line with its corners cut (Chaikin); the two ends stay where they are."""
    for _ in range(rounds):
        if len(xy) < 3:
            return xy
        first = 0.75 * xy[:-1] + 0.25 * xy[1:]
        second = 0.25 * xy[:-1] + 0.75 * xy[1:]
        inner = np.stack((first, second), axis=1).reshape(-1, 2)
        xy = np.vstack((xy[:1], inner[1:-1], xy[-1:]))
    return xy


def blur(raster: NDArray[np.generic], sigma: float) -> Floats:
    """Gaussian blur, ``sigma`` in cells."""
    return np.asarray(ndimage.gaussian_filter(np.asarray(raster, dtype=np.float64), sigma), dtype=np.float64)
