"""What commands of scoring are told in words."""

from __future__ import annotations

import argparse
import datetime as dt

from django.core.management.base import CommandError

from scoring.models import IndexModel, IndexModelVersion


def days(text: str) -> list[dt.date]:
    try:
        return sorted({dt.date.fromisoformat(part.strip()) for part in text.split(",")})
    except ValueError:
        raise argparse.ArgumentTypeError(f"“{text}” is not days like 2013-01-01,2014-01-01") from None


def share(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = 0.0
    if not 0 < value <= MOST:
        raise argparse.ArgumentTypeError(f"“{text}” is not a share above 0 and at most {MOST}")
    return value


MOST = 0.5


def version_called(name: str) -> IndexModelVersion:
    """`code`: the version in use, or the newest where none is; `code:3`: version 3. CommandError otherwise."""
    code, _, number = name.partition(":")
    model = IndexModel.objects.select_related("active").filter(code=code).first()
    if model is None:
        raise CommandError(f"There is no index model called “{code}”.")
    versions = model.versions.select_related("model").order_by("-number")
    found = versions.filter(number=int(number)).first() if number.isdigit() else model.active or versions.first()
    if found is None:
        raise CommandError(f"The index model “{code}” has no version {number}.".replace(" .", "."))
    return found
