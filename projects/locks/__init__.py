"""Which fields are closed, to whom and why, by what they are about."""

from projects.locks import build, plan, version

__all__ = ["build", "plan", "version"]
