"""Computation: arrays and tables in, results with their parts out. No file, network or process is opened here."""
