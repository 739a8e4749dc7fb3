"""Which fields are closed, to whom and why, by what they are about."""

from projects.locks import aftercare, build, plan, reporting, version

__all__ = [
    "aftercare",
    "build",
    "plan",
    "reporting",
    "version",
]
