"""The jobs app: background runs that survive a crash and happen once (on Celery)."""
