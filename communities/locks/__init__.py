"""Which fields are closed, to whom and why, by what they are about."""

from communities.locks import survey

__all__ = ["survey"]
