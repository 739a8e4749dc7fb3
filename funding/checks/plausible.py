"""Doubts about amounts."""
