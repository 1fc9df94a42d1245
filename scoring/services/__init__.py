"""Writes of scoring: keyword-only, `by=`, one transaction, audited."""
