"""Forms of scoring: their cleaned values are what the services take."""
