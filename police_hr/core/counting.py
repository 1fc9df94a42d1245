"""Counting several heaps of rows at once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import connection
from django.db.models import QuerySet


def sizes(heaps: Sequence[QuerySet[Any]]) -> list[int]:
    """How many rows each of these has: one statement for all."""
    if not heaps:
        return []
    parts, params = [], []
    for number, rows in enumerate(heaps):
        compiler = rows.order_by().values("pk").query.get_compiler(connection=connection, elide_empty=False)
        sql, values = compiler.as_sql()
        parts.append(f"(SELECT COUNT(*) FROM ({sql}) AS heap_{number})")  # noqa: S608  Django's own statement
        params += values
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {', '.join(parts)}", params)
        return list(cursor.fetchone())
