"""Pages of political work."""
