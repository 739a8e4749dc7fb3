"""Pages of the works catalogue and of the survey."""
