"""P(explosive ordnance present): estimator, calibration, validation by held-out places and years, and the value of survey."""
