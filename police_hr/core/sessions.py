"""The session store (SESSION_ENGINE): Django's own in the database, with the account beside each session."""

from __future__ import annotations

from typing import Any

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore as DatabaseStore

from police_hr.core.models import UserSession


class SessionStore(DatabaseStore):
    """Saving a session that was ended meanwhile fails (Django's `UpdateError`), so none comes back to life."""

    @classmethod
    def get_model_class(cls) -> type[UserSession]:
        return UserSession

    def create_model_instance(self, data: dict[str, Any]) -> Any:
        session: Any = super().create_model_instance(data)
        session.user_number = data.get(SESSION_KEY)
        return session
