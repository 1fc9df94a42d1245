"""Writes of the roster: keyword-only, `by=`, one transaction, audited."""
