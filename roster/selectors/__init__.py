"""Reads of the roster. Each takes the viewer first and shows no more than that viewer may see."""
