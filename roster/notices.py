"""What the roster tells people: their requests were decided. The words name nobody, see `police_hr.core.notices`."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from police_hr.core.notices import NoticeKind, register

for kind in (
    NoticeKind(
        "correction.applied",
        _("Your request of %(day)s to correct a dossier was approved; the dossier is corrected."),
        "roster:correction-detail",
        ("day",),
    ),
    NoticeKind(
        "correction.refused",
        _("Your request of %(day)s to correct a dossier was refused. Open it to read why."),
        "roster:correction-detail",
        ("day",),
    ),
    NoticeKind(
        "correction.overtaken",
        _("Your request of %(day)s was overtaken: somebody else changed the same fact. Open it to see both versions."),
        "roster:correction-detail",
        ("day",),
    ),
    NoticeKind(
        "export.consented",
        _("Your export of %(rows)s rows was approved. The file can be fetched for 24 hours."),
        "roster:export-detail",
        ("rows",),
    ),
    NoticeKind(
        "move.failed",
        _("A move that you ordered for %(on)s could not take effect. Open it to read why, and order it again."),
        "roster:move-detail",
        ("on",),
    ),
    NoticeKind(
        "export.refused",
        _("Your export of %(rows)s rows was refused."),
        "roster:export-detail",
        ("rows",),
    ),
    NoticeKind(
        "material.approved",
        _("Your request for materials was approved. It is good until %(day)s."),
        "roster:material-access",
        ("day",),
    ),
    NoticeKind(
        "material.refused",
        _("Your request of %(day)s for materials was refused. Open it to read why."),
        "roster:material-access",
        ("day",),
    ),
):
    register(kind)
