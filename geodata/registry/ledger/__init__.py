"""The land-release ledger: what was suspected, what was added, what was released and how, what remains, and what does not add up.

For each area and period: opening + newly recorded + extended + reopened + transferred in + remeasured = cancelled + reduced + cleared +
transferred out + closing. A term comes from an event that says so: a size that changed without a reason stays in the imbalance,
where it is named. Cancelled, reduced and cleared land comes from release products and is never merged. SHA to CHA is a flow of its own.
"""

from geodata.registry.ledger.compute import land_release_ledger
from geodata.registry.ledger.result import GAINS, GROUPINGS, LOSSES, Grouping, Ledger

__all__ = ["GAINS", "GROUPINGS", "LOSSES", "Grouping", "Ledger", "land_release_ledger"]
