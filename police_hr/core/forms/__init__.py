"""Forms of the core's pages. A cleaned value is already of the domain's type."""
