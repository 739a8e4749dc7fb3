"""Locks of the rows of this app, by what they are about."""

from assessments.locks import evidence

__all__ = ["evidence"]
