"""The fictional country Nemoria: a whole programme made from a seed, to show, test and judge the product by."""

from geodata.example.make import ExampleFiles, IncomingFile, make_example
from geodata.example.worlds import NEMORIA, WORLDS

__all__ = ["NEMORIA", "WORLDS", "ExampleFiles", "IncomingFile", "make_example"]
