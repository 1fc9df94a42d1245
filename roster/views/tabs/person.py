"""Tabs about the person: basic facts with the three axes, family, party and league."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from police_hr.core.wording import day
from roster.models import FamilyMember
from roster.selectors import codes
from roster.selectors import dossier as selectors
from roster.selectors.axes import axes
from roster.selectors.masks import maskable
from roster.selectors.merging import former_badges
from roster.views.tabs.base import Opening, Tab, counted, facts, of_fact, table, tables
from roster.views.tabs.entries import Part, entry_tables, groups_of, kinds_of

# licences that the basic facts name: kinds of qualification
LICENCES = ("driving", "gun")
FAMILY_EVENTS = (
    Part(
        _("Family events"),
        _("No family event is recorded."),
        groups=("FAMILY",),
        columns=("relation", "impact"),
        sensitivity=selectors.FAMILY,
    ),
)
PARTY = (
    Part(_("Party posts"), _("No party post is recorded."), kinds=("PARTY_POST",), columns=("post", "branch")),
    Part(_("Party dues"), _("No party dues are recorded."), kinds=("PARTY_DUES",), columns=("period", "branch")),
    Part(_("Party reviews"), _("No review is recorded."), kinds=("PARTY_REVIEW",), columns=("year", "result")),
    Part(
        _("Party and league life"),
        _("Nothing of party or league life is recorded yet. Dues, posts, reviews and transfers stand here."),
        kinds=("PARTY_ABSENCE", "BIRTHDAY"),
        groups=("PARTY",),
        columns=("meeting", "excused"),
    ),
)


def _basics(opening: Opening) -> dict[str, Any]:
    head = opening.head or selectors.head(opening.viewer, opening.officer)
    officer = head.officer
    career = [(str(axis.label), " · ".join(filter(None, [str(axis.value), str(axis.note)]))) for axis in axes(officer)]
    career = [(label, text) for label, text in career if text]
    career += [
        (gettext("Unit"), head.unit),
        (gettext("Post level"), head.post_level),
        (gettext("Police branch"), head.branch),
        (gettext("Staffing type"), head.staffing),
        (gettext("Start of work"), day(officer.work_started_on, "term")),
        (gettext("Joined the police"), _joined(head)),
        (gettext("Speciality"), officer.speciality),
        *_licences(opening),
        (gettext("State of service"), head.status),
        (gettext("Left the force"), day(officer.left_on, "full")),
    ]
    nothing = gettext("Nothing is recorded.")
    return tables(
        facts(gettext("Identity"), [*_identity(head), *_badges(opening)], nothing, selectors.PERSONAL),
        facts(gettext("Post, rank and grade"), career, nothing),
        facts(gettext("Contact"), [(gettext("Mobile phone"), head.phone), (gettext("Home address"), head.address)], "",
              selectors.PERSONAL) if head.phone or head.address else None,
    )  # fmt: skip


def _identity(head: selectors.Head) -> list[tuple[str, str]]:
    officer = head.officer
    # the day is personal, the month stands on every list
    day_style = "full" if head.is_personal else "term"
    born = {"day": day_style, "month": "term"}.get(officer.birth_precision)
    birth = day(officer.birth_date, born) if born else str(officer.birth_date.year if officer.birth_date else "")
    return [
        (gettext("Name"), officer.label),
        (gettext("Badge number"), officer.badge_no),
        (gettext("Former name"), officer.former_name),
        (gettext("Sex"), head.sex),
        (gettext("Date of birth"), birth),
        (gettext("ID number"), head.id_number),
        (gettext("Ethnicity"), head.ethnicity),
        (gettext("Ancestral home"), head.native_place),
        (gettext("Birthplace"), head.birthplace),
        (gettext("Political status"), with_month(head.political_status, officer.party_joined_on)),
        (gettext("Education"), head.education),
        (gettext("Professional title"), officer.professional_title),
        (gettext("Blood type"), head.blood_type),
        (gettext("State of health"), head.health),
        (gettext("Marital status"), head.marriage),
    ]


def _badges(opening: Opening) -> list[tuple[str, str]]:
    """The badge numbers of dossiers that were merged into this one."""
    label, merged = gettext("Former badge number"), gettext("merged")
    return [
        (label, f"{merge.gone.badge_no} · {merged} {day(merge.merged_at, 'full')}")
        for merge in former_badges(opening.viewer, opening.officer)
    ]


def _joined(head: selectors.Head) -> str:
    return " · ".join(filter(None, [day(head.officer.police_since, "full"), head.entry_source]))


def _licences(opening: Opening) -> list[tuple[str, str]]:
    """The driving licence and the permit to carry a gun, with the day until which they hold."""
    today = timezone.localdate()
    lines = []
    for row in selectors.qualifications(opening.viewer, opening.officer, kinds=LICENCES):
        fact = row.fact
        text = fact.level or gettext("held")
        if fact.expires_on is not None:
            words = gettext("expired %(day)s") if fact.expires_on < today else gettext("valid until %(day)s")
            text = f"{text} · {words % {'day': day(fact.expires_on, 'full')}}"
        lines.append((row.label, text))
    return lines


def with_month(words: str, since: Any) -> str:
    return f"{words} {day(since, 'term')}".strip()


def head_line(head: selectors.Head) -> list[str]:
    """The short facts under the axes: party, joined when, education, staffing. What is not held is left out."""
    officer = head.officer
    joined = gettext("joined the police %(month)s") % {"month": day(officer.police_since, "term")}
    lines = [
        with_month(head.political_status, officer.party_joined_on),
        joined if officer.police_since else "",
        head.education,
        head.staffing,
        head.branch,
    ]
    return [line for line in lines if line]


def _family(opening: Opening) -> dict[str, Any]:
    found = selectors.family(opening.viewer, opening.officer)
    rows = [
        of_fact(
            row.fact,
            [
                row.label,
                maskable("familymember", row.fact.pk, "name", row.fact.name, opens=True),
                day(row.fact.birth_month, "term"),
                codes.label("political_status", row.fact.political_status),
                gettext("deceased") if row.fact.deceased else row.fact.employment,
            ],
        )
        for row in found or []
    ]
    columns = [
        gettext("Relation"), gettext("Name"), gettext("Born"), gettext("Political status"),
        gettext("Employer and post"),
    ]  # fmt: skip
    members = table(
        gettext("Family"), columns, rows, gettext("No member of the family is recorded."),
        sensitivity=selectors.FAMILY, locked=found is None, model="familymember",
    )  # fmt: skip
    events, foot = entry_tables(opening, FAMILY_EVENTS)
    return tables(members, *(block for block in events if block.rows), **foot)


def _party(opening: Opening) -> dict[str, Any]:
    officer = opening.officer
    years = selectors.whole_years(officer.party_joined_on, timezone.localdate())
    standing = [
        (gettext("Political status"), codes.label("political_status", officer.political_status)),
        (gettext("Joined the party"), day(officer.party_joined_on, "term")),
        (
            gettext("Years in the party"),
            ngettext("%(count)d year", "%(count)d years", years) % {"count": years} if years is not None else "",
        ),
    ]
    blocks, foot = entry_tables(opening, PARTY)
    return tables(facts(gettext("Party standing"), standing, gettext("Nothing is recorded.")), *blocks, **foot)


TABS = (
    Tab("basics", 1, _("Basic facts"), _basics, sensitivity=selectors.PERSONAL, front=True),
    Tab(
        "family",
        14,
        _("Family"),
        _family,
        counted(FamilyMember, groups=groups_of(FAMILY_EVENTS)),
        sensitivity=selectors.FAMILY,
        front=True,
        title=_("Family and social relations"),
    ),
    Tab(
        "party",
        19,
        _("Party and league"),
        _party,
        counted(kinds=kinds_of(PARTY), groups=groups_of(PARTY)),
    ),
)
