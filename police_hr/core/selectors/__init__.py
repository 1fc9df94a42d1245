"""Reads of the core that pages share; the first argument is the viewer where what is seen depends on it."""
