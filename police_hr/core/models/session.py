"""Sessions that know whose they are, so that an account's sessions can be counted and ended."""

from __future__ import annotations

from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models


class UserSession(AbstractBaseSession):
    """A session in the database. `user_number` is empty until somebody has given the right password."""

    user_number = models.BigIntegerField(null=True, db_index=True)

    class Meta(AbstractBaseSession.Meta):
        db_table = "core_usersession"

    @classmethod
    def get_session_store_class(cls) -> type:
        from police_hr.core.sessions import SessionStore  # noqa: PLC0415  the store needs this model first

        return SessionStore
