"""Pages of the four stages, a file for each subject."""
