"""Moved to `roster.counting`."""

from roster.counting import counting

__all__ = ["counting"]
