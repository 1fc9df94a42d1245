"""Tabs of the typed career facts: resume and postings, schooling, ranks, posts and grades, appraisals."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from police_hr.core.wording import day
from roster.models import Appraisal, Education, GradeRecord, Posting, Qualification, RankRecord, ResumeLine
from roster.selectors import codes
from roster.selectors import dossier as selectors
from roster.selectors.axes import axes, span
from roster.views.tabs.base import (
    Facts,
    Opening,
    Tab,
    Table,
    counted,
    facts,
    of_fact,
    paper,
    period,
    table,
    tables,
)
from roster.views.tabs.entries import Part, entry_tables, groups_of, kinds_of

CAREER_EVENTS = (
    Part(_("Career events"), _("No career event is recorded."), groups=("POSTING",), columns=("from_unit", "to_unit")),
)
APPRAISAL_ENTRIES = (
    Part(
        _("Performance"),
        _("No performance result is recorded."),
        groups=("APPRAISAL",),
        kinds=("KPI_RANK", "KPI_DROP", "CASE_QUALITY"),
        columns=("percentile", "peer_group", "grade"),
        sensitivity=2,
    ),
)


def _resume(opening: Opening) -> dict[str, Any]:
    lines = selectors.resume(opening.viewer, opening.officer)
    rows = [of_fact(line, [period(line.starts_on, line.ends_on), _meanwhile(line), paper(line)]) for line in lines]
    columns = [gettext("Period"), gettext("Place and post"), gettext("Document")]
    empty = gettext("No line of the resume is recorded.")
    postings = _postings(opening)
    return tables(table(gettext("Resume"), columns, rows, empty) if rows or not postings.rows else None, postings)


def _meanwhile(line: ResumeLine) -> str:
    """A line that happened during another one is set as the form sets it."""
    return gettext("(meanwhile) %(text)s") % {"text": line.text} if line.within_id else line.text


def _postings(opening: Opening) -> Table:
    rows = []
    for row in selectors.postings(opening.viewer, opening.officer):
        fact = row.posting
        renamed = gettext("%(then)s (now %(now)s)") % {"then": row.unit_then, "now": row.unit_now}
        unit = renamed if row.renamed else row.unit_then
        held = span(fact.starts_on, fact.ends_on or timezone.localdate())
        rows.append(
            of_fact(fact, [period(fact.starts_on, fact.ends_on), unit, _post(fact), row.level, held, paper(fact)])
        )
    columns = [
        gettext("Period"), gettext("Unit"), gettext("Post"), gettext("Level"), gettext("Time in post"),
        gettext("Document"),
    ]  # fmt: skip
    return table(gettext("Postings"), columns, rows, gettext("No posting is recorded."), model="posting")


def _post(fact: Posting) -> str:
    post = fact.post or gettext("not recorded")
    return post if fact.main else gettext("%(post)s (additional post)") % {"post": post}


def _education(opening: Opening) -> dict[str, Any]:
    viewer, officer = opening.viewer, opening.officer
    rows = [
        of_fact(
            row.fact,
            [
                period(row.fact.starts_on, row.fact.ends_on),
                row.fact.school,
                row.fact.major,
                " · ".join(filter(None, [row.label, codes.label("degree", row.fact.degree)])),
                gettext("full time") if row.fact.full_time else gettext("in service"),
                paper(row.fact),
            ],
        )
        for row in selectors.educations(viewer, officer)
    ]
    columns = [
        gettext("Period"), gettext("School"), gettext("Major"), gettext("Education and degree"),
        gettext("Way of study"), gettext("Document"),
    ]  # fmt: skip
    title = (gettext("Professional title"), officer.professional_title)
    return tables(
        table(gettext("Education"), columns, rows, gettext("No education is recorded."), model="education"),
        facts(gettext("Professional title"), [title], "") if officer.professional_title else None,
        _qualifications(opening),
    )


def _qualifications(opening: Opening) -> Table:
    rows = [
        of_fact(
            row.fact,
            [row.label, row.fact.level, row.fact.number, day(row.fact.gained_on, "full"),
             day(row.fact.expires_on, "full"), paper(row.fact)],
            tags=_expired(row.fact.expires_on),
        )
        for row in selectors.qualifications(opening.viewer, opening.officer)
    ]  # fmt: skip
    columns = [
        gettext("Qualification"), gettext("Level"), gettext("Certificate"), gettext("Gained on"),
        gettext("Valid until"), gettext("Document"),
    ]  # fmt: skip
    return table(
        gettext("Professional qualifications"),
        columns,
        rows,
        gettext("No qualification is recorded."),
        model="qualification",
    )


def _expired(until: dt.date | None) -> list[tuple[str, str]]:
    return [(gettext("expired"), "watch")] if until is not None and until < timezone.localdate() else []


def _ranks(opening: Opening) -> dict[str, Any]:
    found = selectors.ranks(opening.viewer, opening.officer)
    held = _held([row.fact.since for row in found], opening)
    rows = [
        of_fact(row.fact, [day(row.fact.since, "full"), row.label, row.fact.kind, length, paper(row.fact)])
        for row, length in zip(found, held, strict=True)
    ]
    columns = [
        gettext("Conferred on"), gettext("Police rank"), gettext("Kind of conferment"), gettext("Time in rank"),
        gettext("Document"),
    ]  # fmt: skip
    return tables(
        _axis(opening, 1),
        table(gettext("Police ranks held"), columns, rows, gettext("No police rank is recorded."), model="rankrecord"),
    )


def _posts_and_grades(opening: Opening) -> dict[str, Any]:
    found = selectors.grades(opening.viewer, opening.officer)
    held = _held([row.fact.since for row in found], opening)
    rows = [
        of_fact(row.fact, [day(row.fact.since, "full"), row.label, length, paper(row.fact)])
        for row, length in zip(found, held, strict=True)
    ]
    columns = [gettext("Since"), gettext("Grade"), gettext("Time in grade"), gettext("Document")]
    grades = table(gettext("Grades held"), columns, rows, gettext("No grade is recorded."), model="graderecord")
    events, foot = entry_tables(opening, CAREER_EVENTS)
    shown = [block for block in events if block.rows]
    return tables(_axis(opening, 0), _axis(opening, 2), grades, _postings(opening), *shown, **foot)


def _axis(opening: Opening, number: int) -> Facts | None:
    """What is held today on one of the three axes, under the name of that axis."""
    axis = axes(opening.officer)[number]
    if not axis.value:
        return None
    title = gettext("%(axis)s held now") % {"axis": axis.label}
    return facts(title, [(str(axis.label), str(axis.value)), (gettext("Since"), str(axis.note))], "")


def _held(since: Sequence[dt.date], opening: Opening) -> list[str]:
    """How long each of the steps was held, newest first: until the next one, the latest until today."""
    ends = [opening.officer.left_on or timezone.localdate(), *since][: len(since)]
    return [span(first, last) if first <= last else "" for first, last in zip(since, ends, strict=True)]


def _appraisals(opening: Opening) -> dict[str, Any]:
    locked = not opening.opens(selectors.PERSONAL)
    found = selectors.appraisals(opening.viewer, opening.officer)
    yearly = [
        of_fact(row.fact, [str(row.fact.year), row.label, paper(row.fact)]) for row in found if not row.fact.period
    ]
    periodic = [
        of_fact(row.fact, [str(row.fact.year), row.fact.period, row.label, paper(row.fact)])
        for row in found
        if row.fact.period
    ]
    result, document = gettext("Result"), gettext("Document")
    first = table(
        gettext("Yearly appraisals"), [gettext("Year"), result, document], yearly,
        gettext("No yearly appraisal is recorded."), sensitivity=selectors.PERSONAL, locked=locked,
    )  # fmt: skip
    second = table(
        gettext("Periodic appraisals"), [gettext("Year"), gettext("Period"), result, document], periodic, "",
        sensitivity=selectors.PERSONAL,
    )  # fmt: skip
    performance, foot = entry_tables(opening, APPRAISAL_ENTRIES)
    return tables(first, second if periodic else None, *(part for part in performance if part.rows), **foot)


TABS = (
    Tab("postings", 3, _("Resume"), _resume, counted(Posting, ResumeLine), front=True, title=_("Resume and postings")),
    Tab(
        "education",
        4,
        pgettext_lazy("tab", "Education"),
        _education,
        counted(Education, Qualification),
        front=True,
        title=_("Education, professional title and qualifications"),
    ),
    Tab(
        "ranks",
        5,
        pgettext_lazy("tab", "Police ranks"),
        _ranks,
        counted(RankRecord),
        front=True,
        title=_("History of police ranks"),
    ),
    Tab(
        "grades",
        6,
        _("Posts and grades"),
        _posts_and_grades,
        counted(GradeRecord, Posting, kinds=kinds_of(CAREER_EVENTS), groups=groups_of(CAREER_EVENTS)),
        front=True,
        title=_("History of posts and grades"),
    ),
    Tab(
        "appraisals",
        7,
        _("Appraisals"),
        _appraisals,
        counted(Appraisal, kinds=kinds_of(APPRAISAL_ENTRIES), groups=groups_of(APPRAISAL_ENTRIES)),
        sensitivity=selectors.PERSONAL,
        front=True,
        title=_("Yearly and periodic appraisals, performance"),
    ),
)
