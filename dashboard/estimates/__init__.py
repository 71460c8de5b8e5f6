"""Estimates of a snapshot: likelihood, next action and expected cost of every area, frozen beside it with the model they came from.

They follow from the data version, the costs section and the versions of methods and libraries, and from nothing else; their
identity is the hash of these.
"""

from dashboard.estimates.result import Estimates
from dashboard.estimates.settings import EstimateSettings, settings_of
from dashboard.estimates.store import EstimatesError, open_estimates

__all__ = ["EstimateSettings", "Estimates", "EstimatesError", "open_estimates", "settings_of"]
