"""The fictional country Nemoria: a whole programme made from a seed, to show, test and judge the product by."""

from geodata.example.make import ExampleFiles, IncomingFile, make_example

__all__ = ["ExampleFiles", "IncomingFile", "make_example"]
