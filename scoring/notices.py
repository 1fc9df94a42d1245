"""What the index tells people: a decision on their tier, an objection that waits or was answered. Names nobody."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from police_hr.core.notices import NoticeKind, register

register(
    NoticeKind(
        "tier.decided",
        _("A decision on your tier was made. You see its grounds on your page and may object until %(until)s."),
        "scoring:own-index",
        ("until",),
    )
)
register(
    NoticeKind(
        "objection.waits",
        _("An objection to the index waits for its answer by %(until)s."),
        "scoring:objection-detail",
        ("until",),
    )
)
register(NoticeKind("objection.answered", _("Your objection was answered."), "scoring:objection-detail"))
