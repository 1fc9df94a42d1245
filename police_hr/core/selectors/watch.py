"""What the three administrators look at first: does it work, who cannot sign in, what was done with it."""

from __future__ import annotations

import datetime as dt
import shutil
from dataclasses import dataclass
from urllib.parse import urlencode

from django.conf import settings
from django.db.models import Count, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from police_hr.core.access import Viewer
from police_hr.core.models import AuditEvent, JobRun, User, UserSession
from police_hr.core.selectors import accounts
from police_hr.core.selectors.jobs import jobs_visible_to
from police_hr.core.wording import day

LOOKED_BACK = 7  # days
UNHEARD = dt.timedelta(minutes=5)  # a job that waits longer: no worker is there
LITTLE_SPACE = 2.0  # GB
GB = 1024**3


@dataclass(frozen=True)
class Line:
    """A line of a tile: what it is, its number or words, the list behind it, whether somebody is to act."""

    label: str
    value: int | str
    url: str = ""
    due: bool = False


def system_lines(viewer: Viewer) -> list[Line]:
    """Jobs, space and version of the installation: two queries."""
    now = timezone.now()
    url = reverse("core:job-list")
    rows = jobs_visible_to(viewer).order_by()
    counts = rows.aggregate(
        open=Count("pk", filter=Q(state__in=JobRun.OPEN)),
        unheard=Count("pk", filter=Q(state=JobRun.State.WAITING, created_at__lt=now - UNHEARD)),
        failed=Count("pk", filter=Q(state=JobRun.State.FAILED, finished_at__gte=now - dt.timedelta(days=LOOKED_BACK))),
    )
    last = rows.filter(state=JobRun.State.DONE).order_by("-finished_at").values_list("finished_at", flat=True).first()
    free = shutil.disk_usage(settings.DATA_DIR).free / GB
    return [
        Line(_("Jobs failed in the last 7 days"), counts["failed"], f"{url}?state=failed", counts["failed"] > 0),
        Line(_("Jobs waiting or running"), counts["open"], f"{url}?state=open"),
        Line(_("Jobs that no worker takes up"), counts["unheard"], f"{url}?state=waiting", counts["unheard"] > 0),
        Line(_("Last job finished"), day(last, "moment") if last else "–", f"{url}?state=done"),
        Line(_("Free disk space"), f"{free:,.1f} GB", due=free < LITTLE_SPACE),
        Line(_("Version"), settings.VERSION),
    ]


def account_lines(viewer: Viewer) -> list[Line]:
    """Who can sign in, and who cannot: three queries."""
    url = reverse("core:user-list")
    counts = User.objects.aggregate(
        active=Count("pk", filter=Q(is_active=True)),
        first=Count("pk", filter=Q(is_active=True, must_change_password=True)),
        disabled=Count("pk", filter=Q(is_active=False)),
    )
    locked = accounts.locked_accounts().count()
    sessions = UserSession.objects.filter(expire_date__gt=timezone.now()).exclude(user_number=None).count()
    return [
        Line(_("Open accounts"), counts["active"], f"{url}?state=active"),
        Line(_("Still with the first password"), counts["first"], f"{url}?state=first_password"),
        Line(_("Disabled accounts"), counts["disabled"], f"{url}?state=disabled"),
        Line(_("Locked at the moment"), locked, due=locked > 0),
        Line(_("Sessions open at the moment"), sessions),
    ]


def audit_lines(viewer: Viewer) -> list[Line]:
    """How often the acts that an auditor looks for were done in the last 7 days, with their events: one query."""
    since = timezone.localdate() - dt.timedelta(days=LOOKED_BACK - 1)
    start = timezone.make_aware(dt.datetime.combine(since, dt.time.min))
    watched = {
        "sign_in.failed": _("Failed sign-ins"),
        "sign_in.locked": _("Locked sign-ins"),
        "reading": _("Warnings about very many dossiers read"),
        "officer.open_with_reason": _("Sensitive facts opened with a reason"),
        "officer.unmask": _("Masked numbers shown"),
        "export": _("Exports asked for, allowed and fetched"),
        "grant": _("Roles given and withdrawn"),
        "user": _("Changes of accounts"),
    }
    alarming = ("sign_in.locked", "reading")
    counts = AuditEvent.objects.filter(at__gte=start).aggregate(
        all=Count("pk"),
        **{action.replace(".", "__at__"): Count("pk", filter=Q(action__startswith=action)) for action in watched},
    )
    url = reverse("core:audit-list")
    lines = [Line(_("All events"), counts["all"], f"{url}?{urlencode({'since': since})}")]
    for action, label in watched.items():
        number = counts[action.replace(".", "__at__")]
        query = urlencode({"action": action, "since": since})
        lines.append(Line(label, number, f"{url}?{query}", number > 0 and action in alarming))
    return lines
