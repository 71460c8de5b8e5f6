"""Quality of the registry: findings over all records, a scorecard by province and a work list. Nothing is changed or blocked."""

from geodata.registry.quality.check import check_registry
from geodata.registry.quality.overlaps import find_overlaps
from geodata.registry.quality.result import Quality, WorkItem, with_findings

__all__ = ["Quality", "WorkItem", "check_registry", "find_overlaps", "with_findings"]
