"""What the engine refuses."""


class DefinitionError(ValueError):
    """A model document that cannot be used: where in it, and what is wrong."""

    def __init__(self, path: str, problem: str) -> None:
        super().__init__(f"{path or 'document'}: {problem}")
        self.path = path
        self.problem = problem
