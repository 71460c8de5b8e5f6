"""Was any of this place ever suspected, how was it released, and what remains?"""

from geodata.registry.lookup.find import look_up
from geodata.registry.lookup.result import (
    Caveat,
    Extent,
    LookUp,
    NearAccident,
    Release,
    SurveyRecord,
    TouchedArea,
    UnoutlinedHazard,
)

__all__ = ["Caveat", "Extent", "LookUp", "NearAccident", "Release", "SurveyRecord", "TouchedArea", "UnoutlinedHazard", "look_up"]
