"""Which fields are closed, to whom and why, by what they are about."""

from projects.locks import plan, version

__all__ = ["plan", "version"]
