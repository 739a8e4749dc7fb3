"""Which fields are closed, to whom and why, by what they are about."""

from projects.locks import build, plan, reporting, version

__all__ = [
    "build",
    "plan",
    "reporting",
    "version",
]
