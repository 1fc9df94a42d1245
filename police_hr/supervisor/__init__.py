"""Runs a whole installation on one machine: broker, worker, beat and web, started and ended together.

Plain Python: the supervisor imports no Django and reads no database. What it needs to know it asks of
`manage.py`, so that it stays small and keeps running when the application does not.
"""
