"""Open a registry by its address."""

from __future__ import annotations

from pathlib import Path

from geodata.registry.base import Registry


def open_registry(address: str | Path, *, create: bool = False) -> Registry:
    """The registry at an address.

    Parameters
    ----------
    address : str or Path
        A file, or ``postgresql://...``.
    create : bool
        Make it where there is none.

    Raises
    ------
    RegistryError
        There is none, it is newer than this program, damaged, of another program, or on a network share.
    """
    text = str(address)
    if text.startswith(("postgresql://", "postgres://")):
        from geodata.registry.postgis import open_postgis

        return open_postgis(text, create=create)
    from geodata.registry.sqlite import open_sqlite

    return open_sqlite(Path(text), create=create)
