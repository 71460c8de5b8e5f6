"""Cells of a column as bytes, for digests: the same on every machine, whatever pandas holds them in."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import numpy as np
import pandas as pd

_NAN_BITS: Final = 0x7FF8000000000000


def number_bytes(column: pd.Series) -> bytes:
    """Numbers as little-endian doubles: -0 as 0, every unknown with the same bits."""
    numbers = column.to_numpy(dtype=np.float64, na_value=np.nan) + 0.0
    return np.where(np.isnan(numbers), np.uint64(_NAN_BITS), numbers.view(np.uint64)).astype("<u8").tobytes()


def text_bytes(column: pd.Series) -> Iterator[bytes | memoryview]:
    """Lengths as little-endian integers, then UTF-8; unknown as empty."""
    import pyarrow as pa

    texts = pa.array(column, type=pa.large_string(), from_pandas=True)
    if isinstance(texts, pa.ChunkedArray):
        texts = texts.combine_chunks()
    _, offsets, data = texts.fill_null("").buffers()
    places = np.frombuffer(offsets, dtype=np.int64, count=texts.offset + len(texts) + 1)[texts.offset :]
    yield np.diff(places).astype("<u8").tobytes()
    if data is not None and len(texts):
        yield memoryview(data)[places[0] : places[-1]]
