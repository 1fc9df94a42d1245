"""Forms of scoring: every input of a page is checked by one of these."""
