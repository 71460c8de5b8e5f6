"""What several benchmarks measure: made-up land, programmes and servers."""
