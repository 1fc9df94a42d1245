"""Models of political work: what is to be done, by whom, until when."""

from workflows.models.task import Task

__all__ = ["Task"]
