"""The import door, as plain functions: recognise columns, read cells, judge rows, know the targets.

Nothing here writes; `roster.services.imports` stages, commits and undoes with it.
"""
