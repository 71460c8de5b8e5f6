"""What was known of each area before its decision, and what survey and clearance then found.

An event that defines a result may not stand in a feature: results come from release products alone, features end on the day
before the work began.
"""

from geodata.evidence.features import Evidence, gather_evidence
from geodata.evidence.results import EMPTY, FOUND, is_witnessed, survey_results

__all__ = ["EMPTY", "FOUND", "Evidence", "gather_evidence", "is_witnessed", "survey_results"]
