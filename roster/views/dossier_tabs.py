"""The tabs of a dossier: what each shows, loaded when it is opened."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from police_hr.core.access import Viewer
from police_hr.core.wording import day
from roster.access import classes_for
from roster.models import (
    Appraisal,
    Education,
    FamilyMember,
    GradeRecord,
    Officer,
    Posting,
    Qualification,
    RankRecord,
)
from roster.models.career import CareerFact
from roster.selectors import codes
from roster.selectors import dossier as selectors

Counts = Mapping[type[CareerFact], int]


@dataclass(frozen=True)
class Table:
    """One table of a tab. The first cell of a row leads it on a phone. `locked`: the class is not open."""

    title: str
    columns: Sequence[str]
    rows: Sequence[Sequence[str]]
    empty: str
    locked: bool = False

    @property
    def labelled(self) -> list[list[tuple[str, str]]]:
        """The rows with the column's name beside each cell."""
        return [list(zip(self.columns, row, strict=True)) for row in self.rows]


@dataclass(frozen=True)
class Tab:
    """A tab. `tables` gives its tables; None where the tab has a template of its own. `models` are counted."""

    code: str
    label: str | Promise
    tables: Callable[[Viewer, Officer], list[Table]] | None = None
    models: tuple[type[CareerFact], ...] = ()
    sensitivity: int = 1

    def count(self, counts: Counts) -> int | None:
        return sum(counts[model] for model in self.models) if self.models else None


def _postings(viewer: Viewer, officer: Officer) -> list[Table]:
    rows = []
    for row in selectors.postings(viewer, officer):
        fact = row.posting
        renamed = gettext("%(then)s (now %(now)s)") % {"then": row.unit_then, "now": row.unit_now}
        unit = renamed if row.renamed else row.unit_then
        post = fact.post or gettext("not recorded")
        if not fact.main:
            post = gettext("%(post)s (additional post)") % {"post": post}
        rows.append([_period(fact.starts_on, fact.ends_on), unit, post, row.level, _paper(fact)])
    columns = [
        gettext("Period"),
        gettext("Unit"),
        gettext("Post"),
        gettext("Level"),
        gettext("Document"),
    ]
    return [Table(gettext("Postings"), columns, rows, gettext("No posting is recorded."))]


def _ranks(viewer: Viewer, officer: Officer) -> list[Table]:
    heads = [gettext("Since"), gettext("Police rank"), gettext("Kind of conferment"), gettext("Document")]
    ranks = [
        [day(r.fact.since, "term"), r.label, r.fact.kind, _paper(r.fact)] for r in selectors.ranks(viewer, officer)
    ]
    grade_heads = [gettext("Since"), gettext("Grade"), gettext("Document")]
    grades = [[day(r.fact.since, "term"), r.label, _paper(r.fact)] for r in selectors.grades(viewer, officer)]
    return [
        Table(gettext("Police ranks"), heads, ranks, gettext("No police rank is recorded.")),
        Table(gettext("Grades"), grade_heads, grades, gettext("No grade is recorded.")),
    ]


def _education(viewer: Viewer, officer: Officer) -> list[Table]:
    rows = [
        [
            _period(row.fact.starts_on, row.fact.ends_on),
            row.fact.school,
            row.fact.major,
            " · ".join(filter(None, [row.label, codes.label("degree", row.fact.degree)])),
            gettext("full time") if row.fact.full_time else gettext("in service"),
        ]
        for row in selectors.educations(viewer, officer)
    ]
    columns = [
        gettext("Period"), gettext("School"), gettext("Major"), gettext("Education and degree"),
        gettext("Form"),
    ]  # fmt: skip
    return [Table(gettext("Education"), columns, rows, gettext("No education is recorded."))]


def _qualifications(viewer: Viewer, officer: Officer) -> list[Table]:
    rows = [
        [row.label, row.fact.level, row.fact.number, day(row.fact.gained_on, "full"), day(row.fact.expires_on, "full")]
        for row in selectors.qualifications(viewer, officer)
    ]
    columns = [
        gettext("Qualification"), gettext("Level"), gettext("Certificate"), gettext("Gained on"),
        gettext("Valid until"),
    ]  # fmt: skip
    return [Table(gettext("Qualifications"), columns, rows, gettext("No qualification is recorded."))]


def _appraisals(viewer: Viewer, officer: Officer) -> list[Table]:
    rows = [
        [str(row.fact.year), row.fact.period or gettext("whole year"), row.label, _paper(row.fact)]
        for row in selectors.appraisals(viewer, officer)
    ]
    columns = [gettext("Year"), gettext("Period"), gettext("Result"), gettext("Document")]
    locked = selectors.PERSONAL not in classes_for(viewer, officer)["open"]
    return [Table(gettext("Appraisals"), columns, rows, gettext("No appraisal is recorded."), locked)]


def _family(viewer: Viewer, officer: Officer) -> list[Table]:
    found = selectors.family(viewer, officer)
    rows = [
        [
            row.label,
            row.fact.name,
            day(row.fact.birth_month, "term"),
            codes.label("political_status", row.fact.political_status),
            gettext("deceased") if row.fact.deceased else row.fact.employment,
        ]
        for row in found or []
    ]
    columns = [
        gettext("Relation"), gettext("Name"), gettext("Born"), gettext("Political status"),
        gettext("Employer and post"),
    ]  # fmt: skip
    empty = gettext("No member of the family is recorded.")
    return [Table(gettext("Family"), columns, rows, empty, locked=found is None)]


TABS: tuple[Tab, ...] = (
    Tab("timeline", _("Ledger timeline")),
    Tab("basics", _("Basic facts")),
    Tab("postings", _("Postings"), _postings, (Posting,)),
    Tab("ranks", _("Ranks and grades"), _ranks, (RankRecord, GradeRecord)),
    Tab("education", _("Education"), _education, (Education,)),
    Tab("qualifications", _("Qualifications"), _qualifications, (Qualification,)),
    Tab("appraisals", _("Appraisals"), _appraisals, (Appraisal,), sensitivity=2),
    Tab("family", _("Family"), _family, (FamilyMember,), sensitivity=3),
)


def basics(head: selectors.Head) -> list[tuple[str, str]]:
    """(label, text) of the facts about the person; those that are not held are left out."""
    officer = head.officer
    born = {"day": "full", "month": "term"}.get(officer.birth_precision)
    birth = day(officer.birth_date, born) if born else str(officer.birth_date.year if officer.birth_date else "")
    facts = [
        (gettext("Badge number"), officer.badge_no),
        (gettext("Former name"), officer.former_name),
        (gettext("Sex"), head.sex),
        (gettext("Date of birth"), birth),
        (gettext("ID number"), head.id_number),
        (gettext("Mobile phone"), head.phone),
        (gettext("Ethnicity"), head.ethnicity),
        (gettext("Ancestral home"), officer.native_place),
        (gettext("Political status"), _with_day(head.political_status, officer.party_joined_on)),
        (gettext("Start of work"), day(officer.work_started_on, "term")),
        (gettext("Joined the police"), day(officer.police_since, "term")),
        (gettext("Staffing type"), head.staffing),
        (gettext("Police branch"), head.branch),
        (gettext("Unit"), head.unit),
        (gettext("Education"), head.education),
        (gettext("Speciality"), officer.speciality),
        (gettext("State of service"), head.status),
        (gettext("Left the force"), day(officer.left_on, "full")),
    ]
    return [(label, text) for label, text in facts if text]


def head_line(head: selectors.Head) -> list[str]:
    """The short facts under the axes: party, joined when, education, staffing. What is not held is left out."""
    officer = head.officer
    joined = gettext("joined the police %(month)s") % {"month": day(officer.police_since, "term")}
    facts = [
        _with_day(head.political_status, officer.party_joined_on),
        joined if officer.police_since else "",
        head.education,
        head.staffing,
        head.branch,
    ]
    return [fact for fact in facts if fact]


def _with_day(words: str, since: Any) -> str:
    return f"{words} {day(since, 'term')}".strip()


def _period(first: Any, last: Any) -> str:
    if first is None and last is None:
        return ""
    end = day(last, "term") if last else gettext("to date")
    return f"{day(first, 'term')}—{end}"


def _paper(fact: CareerFact) -> str:
    return "；".join(filter(None, [fact.document, fact.remark]))
