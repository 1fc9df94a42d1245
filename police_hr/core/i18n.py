"""Texts that are data and carry both languages themselves (roles, kinds, code tables, indicators)."""

from django.utils.translation import get_language


def is_chinese() -> bool:
    """Whether the active language is Chinese (the default)."""
    return (get_language() or "zh-hans").startswith("zh")


def pick(zh: str, en: str) -> str:
    """The text for the active language, or the other one where it is empty."""
    return (zh or en) if is_chinese() else (en or zh)
