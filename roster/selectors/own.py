"""What is held about oneself: eight blocks, each counted, an empty one said to be empty; what may be disputed now."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from police_hr.core.access import Viewer
from police_hr.core.calendar import current_calendar
from police_hr.core.i18n import pick
from roster.counting import counting
from roster.models import (
    Appraisal,
    CorrectionRequest,
    Education,
    FamilyMember,
    GradeRecord,
    LedgerEntry,
    Officer,
    Posting,
    Qualification,
    RankRecord,
    ResumeLine,
)
from roster.models.career import CareerFact
from roster.selectors import corrections, facts
from roster.selectors.dossier import fact_counts
from roster.selectors.kinds import COUNSELLOR_KINDS, group_codes_below
from roster.selectors.ledger import describe, entries_of, kind_counts, reported_by

SENSITIVE = 3
# numbers, and yes or no
BARE = re.compile(r"[\d.,%]+|是|否|Yes|No")
RECENT = 60  # days of which new entries are looked at for what may still be disputed


@dataclass(frozen=True)
class Sort:
    """What a block is made of: career facts, and entries of groups and kinds. `tab` opens it."""

    label: str | Promise
    word: str | Promise
    tab: str
    models: tuple[type[CareerFact], ...] = ()
    groups: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()


INTERNAL, PERSONAL, SENSITIVE_WORD, DISCIPLINE = _("internal"), _("personal"), _("sensitive"), _("discipline")
SORTS = (
    Sort(_("Basic facts, ranks and grades"), INTERNAL, "basics", (RankRecord, GradeRecord)),
    Sort(_("Resume, education, training"), INTERNAL, "postings", (Posting, ResumeLine, Education, Qualification),
         groups=("TRAINING", "CAREER")),
    Sort(_("Attendance, duty, leave"), INTERNAL, "timeline", groups=("DAILY", "WORKLOAD")),
    Sort(_("Appraisals and honours"), PERSONAL, "timeline", (Appraisal,), groups=("APPRAISAL", "HONOUR")),
    Sort(_("Family and important matters"), SENSITIVE_WORD, "family", (FamilyMember,), groups=("FAMILY", "MATTERS")),
    Sort(_("Health and care (no diagnosis)"), SENSITIVE_WORD, "timeline", groups=("HEALTH",)),
    Sort(_("Talks and visits"), SENSITIVE_WORD, "timeline", groups=("POLITICAL",)),
    Sort(_("Sanctions and verified findings"), DISCIPLINE, "timeline", groups=("DISCIPLINE",)),
)  # fmt: skip


@dataclass(frozen=True)
class Block:
    """One block: its name, the word of its class, how many facts, and the tab that shows them."""

    label: str | Promise
    word: str | Promise
    count: int
    tab: str


@dataclass(frozen=True)
class Care:
    """Care facts that others reported: that they are there, and how many are not closed; nothing else."""

    count: int
    open: int


@dataclass(frozen=True)
class Disputable:
    """An own entry of late: what it says, and until when it may be disputed without evidence."""

    entry: LedgerEntry
    text: str
    until: dt.date
    asked: CorrectionRequest | None


def blocks(viewer: Viewer, officer: Officer, care: Care) -> list[Block]:
    """The eight blocks of one's own dossier. Four queries."""
    held = fact_counts(officer)
    by_group: dict[str, int] = {}
    for kind in kind_counts(viewer, officer):
        by_group[kind.group] = by_group.get(kind.group, 0) + kind.whole
    found = []
    for sort in SORTS:
        groups = {code for group in sort.groups for code in group_codes_below(group)}
        count = sum(held.get(model, 0) for model in sort.models) + sum(by_group.get(code, 0) for code in groups)
        if sort.tab == "basics":
            count += len(facts.payload_of(facts.Fact(facts.OFFICER, officer, officer, 1)))
        if "HEALTH" in sort.groups:
            count += care.count
        found.append(Block(sort.label, sort.word, count, sort.tab))
    return found


def care_by_others(viewer: Viewer, officer: Officer) -> Care:
    """The care facts about an officer, who is `viewer`, that somebody else reported. What a counsellor marked is not
    among them, nor what the officer reported: that is shown in full. One query."""
    rows = counting(LedgerEntry.objects.filter(officer=officer, sensitivity=SENSITIVE, voided_on=None))
    rows = rows.filter(kind_version__care=True).exclude(kind__code__in=COUNSELLOR_KINDS)
    rows = rows.exclude(reported_by(viewer, officer))
    states = list(rows.values_list("closed_on", "kind_version__open_ended"))
    return Care(len(states), sum(open_ended and closed is None for closed, open_ended in states))


def disputable(viewer: Viewer, officer: Officer) -> list[Disputable]:
    """The own entries whose days of dispute still run, newest first, with the request that waits about each."""
    today, calendar = timezone.localdate(), current_calendar()
    since = today - dt.timedelta(days=RECENT)
    rows = list(entries_of(viewer, officer).filter(recorded_on__gte=since))
    running = [(entry, corrections.dispute_until(entry, calendar)) for entry in rows]
    running = [(entry, until) for entry, until in running if until >= today]
    waiting = {
        asked.fact_number: asked
        for asked in CorrectionRequest.objects.filter(
            officer=officer, fact=facts.ENTRY, dispute=True, state=CorrectionRequest.State.OPEN
        )
    }
    texts = describe([entry for entry, _until in running])
    return [
        Disputable(entry, _line(text), until, waiting.get(entry.pk))
        for (entry, until), text in zip(running, texts, strict=True)
    ]


def disputes_of(viewer: Viewer) -> list[CorrectionRequest]:
    """One's own requests, newest first."""
    return list(corrections.visible_to(viewer).filter(requested_by=viewer.user, officer=viewer.officer_id)[:10])


def _line(fields: Sequence[tuple[str, str]]) -> str:
    # a number says nothing without its name
    colon = pick("：", ": ")
    return " · ".join(f"{label}{colon}{text}" if BARE.fullmatch(text) else text for label, text in fields[:3])
