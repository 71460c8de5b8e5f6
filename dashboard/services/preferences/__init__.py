"""What people who were asked, past decisions and outcomes say about the weights: a view beside the adopted ones."""
