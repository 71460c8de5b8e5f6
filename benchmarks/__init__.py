"""Each figure beside its peer or floor, measured in the same run. Run all: ``python -m benchmarks``."""
