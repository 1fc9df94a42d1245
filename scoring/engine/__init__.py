"""The index engine: plain Python and numpy, no Django (see docs/adr/0003-points-are-integers.md)."""
