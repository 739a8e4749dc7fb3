"""Pages of the assessments app, by what they are about."""
