"""Forms of the roster's pages."""
