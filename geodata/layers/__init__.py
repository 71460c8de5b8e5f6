"""Context layers: opened lazily, read by window, in any CRS. Submodules are imported where they are needed."""
