"""Argon2id at the cost OWASP ASVS 5.0 approves: about eight times cheaper than Django's default,
so that a morning of 10,000 sign-ins does not take an hour on two cores."""

from __future__ import annotations

from threading import BoundedSemaphore
from typing import Any

from django.conf import settings
from django.contrib.auth.hashers import Argon2PasswordHasher

# A storm of sign-ins queues here, and leaves memory and cores for the pages of those already in.
_slots = BoundedSemaphore(settings.HASHING_SLOTS)


class Argon2Hasher(Argon2PasswordHasher):
    time_cost = 1
    memory_cost = 47_104  # KiB
    parallelism = 1

    def encode(self, password: str, salt: str) -> Any:
        with _slots:
            return super().encode(password, salt)

    def verify(self, password: str, encoded: str) -> Any:
        with _slots:
            return super().verify(password, encoded)
