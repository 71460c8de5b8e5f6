"""The registry: every record and its whole history, the only thing of a programme that changes."""

from geodata.registry.base import Change, ChangeCounts, ChangeMeta, Event, ImportEntry, PastOutline, RecordChange, Registry
from geodata.registry.open import open_registry

__all__ = ["Change", "ChangeCounts", "ChangeMeta", "Event", "ImportEntry", "PastOutline", "RecordChange", "Registry", "open_registry"]
