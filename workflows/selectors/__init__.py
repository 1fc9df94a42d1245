"""Reads of political work. The viewer comes first."""
