"""What the engine refuses."""


def gettext_noop(text: str) -> str:
    """Marks a sentence for the catalogue of translations; the engine itself speaks English."""
    return text


class DefinitionError(ValueError):
    """A model document that cannot be used: where in it, and what is wrong.

    `problem` is a sentence for `params`, so that the page can tell it in the reader's language.
    """

    def __init__(self, path: str, problem: str, **params: object) -> None:
        self.path = path
        self.template = problem
        self.params = params
        self.problem = problem % params if params else problem
        super().__init__(f"{path or 'document'}: {self.problem}")
