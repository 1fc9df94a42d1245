"""What the checks of dossiers go by, as the code tables say now."""

from __future__ import annotations

from django.conf import settings
from django.db.models import Count, Exists, OuterRef, Q

from roster.engine.checks import Row, Rules, build_rules
from roster.models import Officer, OfficerPhoto
from roster.selectors import codes

TABLES = (
    "police_rank", "duty_grade", "technical_grade", "general_grade", "rank_band", "education", "staffing_type",
    "school_kind", "province", "dossier_check", "dossier_check_limit",
)  # fmt: skip
# the area of invented people, which is issued to nobody
DEMO_AREA = "99"


def current_rules() -> Rules:
    """The rules of today. A code that is withdrawn from `dossier_check` is a check that is not run. One query, and
    those of tables that are not remembered yet."""
    tables = {
        table: [
            Row(entry.code, entry.order, entry.attributes)
            for entry in codes.entries(table)
            if not (entry.withdrawn and table == "dossier_check")
        ]
        for table in TABLES
    }
    share = next((row.attributes["value"] for row in tables["dossier_check_limit"] if row.code == "photo_share"), 100)
    areas = (DEMO_AREA,) if settings.DEMO else ()
    return build_rules(tables, photos=_keeps_photos(share), more_areas=areas)


def check_classes() -> dict[str, int]:
    """Check → the class of sensitivity of what it compares."""
    return {entry.code: entry.attributes["class"] for entry in codes.entries("dossier_check")}


def _keeps_photos(share: int) -> bool:
    """Whether pictures are kept here at all: a check that finds everybody tells nobody anything."""
    photo = Exists(OfficerPhoto.objects.filter(officer=OuterRef("pk"), withdrawn_at=None))
    serving = Officer.objects.filter(status__in=[Officer.Status.SERVING, Officer.Status.SECONDED])
    counts = serving.aggregate(all=Count("pk"), held=Count("pk", filter=Q(photo)))
    return bool(counts["all"]) and counts["held"] * 100 >= counts["all"] * share
