"""Mapping profiles: the ones we ship, and the ones that remember how a form was mapped last time."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from roster.importing.recognition import signature
from roster.models import DataSource, MappingProfile

if TYPE_CHECKING:
    from police_hr.core.models import User

SHIPPED = Path(__file__).resolve().parents[2] / "defaults" / "profiles.json"
SAVED = "saved-"


def shipped_profiles() -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(SHIPPED.read_text(encoding="utf-8"))["profiles"]
    return found


def install_profiles() -> int:
    """Bring the shipped profiles up to date; repeating it changes nothing. Returns how many were written."""
    known = {profile.code: profile for profile in MappingProfile.objects.filter(shipped=True)}
    sources = dict(DataSource.objects.values_list("code", "pk"))
    written = 0
    for row in shipped_profiles():
        wanted = {
            "name_zh": row["zh"],
            "name_en": row["en"],
            "target": row["target"],
            "columns": row["columns"],
            "options": row["options"],
            "source_id": sources.get(row["source"]),
            "shipped": True,
        }
        profile = known.get(row["code"])
        if profile is None or any(getattr(profile, name) != value for name, value in wanted.items()):
            MappingProfile.objects.update_or_create(code=row["code"], defaults=wanted)
            written += 1
    return written


def find_profile(code: str) -> MappingProfile | None:
    """The profile `code`; shipped ones are installed when they are first asked for."""
    if not MappingProfile.objects.filter(code=code).exists() and any(row["code"] == code for row in shipped_profiles()):
        install_profiles()
    return MappingProfile.objects.filter(code=code).first()


def remembered(target: str, columns: Sequence[str]) -> MappingProfile | None:
    """How a file with this header was mapped last time."""
    return MappingProfile.objects.filter(code=SAVED + signature(target, columns)).first()


def remember(
    *, target: str, columns: Sequence[str], mapping: Sequence[Mapping[str, Any]], file_name: str, by: User | None
) -> MappingProfile:
    """Keep a mapping that a person has committed with, for the next file of this form."""
    entries = [{key: entry[key] for key in ("header", "field", "read") if key in entry} for entry in mapping]
    stem = Path(file_name).stem[:60] or target
    profile, _made = MappingProfile.objects.update_or_create(
        code=SAVED + signature(target, columns),
        defaults={"target": target, "columns": entries, "name_zh": stem, "name_en": stem, "owner": by},
    )
    return profile
