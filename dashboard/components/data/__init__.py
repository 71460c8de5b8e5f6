"""Parts of the Data page: imports, mapping, quality, layers."""
