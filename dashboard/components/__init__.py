"""Parts of pages; each is a function from values to Dash components and does no data work."""
