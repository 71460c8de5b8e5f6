"""Indicators: one method a file, areas and a layer in, one value an area out. NaN is unknown, never 0.

Submodules are imported where they are needed, so that checking a configuration stays quick.
"""
