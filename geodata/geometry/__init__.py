"""Coordinate systems, repair, area and grids."""
