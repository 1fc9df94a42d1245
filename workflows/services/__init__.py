"""Writes of political work. Each is one transaction with its audit event."""
