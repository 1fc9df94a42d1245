"""Password rules beyond Django's own."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

CONTEXT_WORDS = ("police", "gongan", "jingcha", "public security")


class ContextWordsValidator:
    """Refuses passwords that contain the badge number, the name or the house's own words."""

    def validate(self, password: str, user: Any = None) -> None:
        lowered = password.lower()
        words = [*CONTEXT_WORDS]
        if user is not None:
            words += [str(getattr(user, "badge_no", "")).lower(), str(getattr(user, "name", "")).lower()]
        if any(len(word) >= 2 and word in lowered for word in words):
            raise ValidationError(
                _("The password must not contain your badge number, your name or words such as “police”."),
                code="password_context_word",
            )

    def get_help_text(self) -> str:
        return _("Not your badge number, your name or words such as “police”.")
