"""Data: read, check, keep and measure. Imports nothing from ``models`` or ``dashboard``."""
