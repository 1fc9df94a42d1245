"""Waking workers through the broker. A broker that is down is no error: beat calls again later."""

from __future__ import annotations

import logging

from celery import current_app
from django.conf import settings
from kombu.exceptions import OperationalError

logger = logging.getLogger(__name__)


def send(task: str, *numbers: int) -> bool:
    """Send a task by its full name with numbers as arguments; False if no broker is set or it did not answer."""
    if not settings.REDIS_URL:
        return False
    try:
        current_app.send_task(task, args=numbers, retry=False)
    except Exception as error:
        if not _is_fault_of_broker(error):
            raise
        logger.warning("%s%s waits for beat: the broker did not answer (%s)", task, numbers, error)
        return False
    return True


def _is_fault_of_broker(error: Exception) -> bool:
    # Imported late: the redis package is 20 MiB, and a web worker that starts no job never needs it.
    from redis.exceptions import RedisError  # noqa: PLC0415

    return isinstance(error, OperationalError | RedisError | OSError)
