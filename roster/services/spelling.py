"""Pinyin for search, cut to the columns that hold it."""

from __future__ import annotations

from django.db import models

from police_hr.core.names import syllables, text_syllables
from roster.models import Officer, Unit


def officer_spelling(name: str) -> dict[str, str]:
    """`pinyin` and `initials` of a person's name: {"pinyin": "zhangwei", "initials": "zw"} for 张伟."""
    return _spelling(Officer, syllables(name) if name.strip() else [], latin=name.isascii())


def unit_spelling(name: str) -> dict[str, str]:
    """`pinyin` and `initials` of a unit's name."""
    return _spelling(Unit, text_syllables(name), latin=name.isascii())


def _spelling(model: type[models.Model], parts: list[str], *, latin: bool) -> dict[str, str]:
    texts = {"pinyin": (" " if latin else "").join(parts), "initials": "".join(part[0] for part in parts)}
    return {name: text[: model._meta.get_field(name).max_length] for name, text in texts.items()}
