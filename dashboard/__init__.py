"""People and programs: command line, pages, server and exports."""

__version__ = "0.1.0"
