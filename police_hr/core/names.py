"""Names of people."""

IDEOGRAPHIC_SPACE = "\u3000"


def display_name(name: str) -> str:
    """The name as official papers write it: two Chinese characters are spaced."""
    if len(name) == 2 and all("\u4e00" <= character <= "\u9fff" for character in name):
        return IDEOGRAPHIC_SPACE.join(name)
    return name
