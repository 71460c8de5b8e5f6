"""Travel time and market access on the road network, now and with hazard areas released.

People walk from where they live to a road, go along roads, and walk from a road to where they want to go; or they walk all the
way. Nobody leaves the road on the way and drives on beyond an area.
"""

VERSION = 2
"""Raised when the same inputs give other numbers; it stands here so that who only asks for it need not load the search."""
