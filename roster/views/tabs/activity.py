"""Tabs of the ledger's facts: awards, complaints, training, talents, attendance, care, talks, political work.

One declarative table for each sort of fact; which fields have a column of their own is all that is written here.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from roster.views.tabs.base import Opening, Tab, counted, facts, tables
from roster.views.tabs.entries import Part, entry_tables, groups_of, kinds_of

AWARDS = (
    Part(
        _("Awards"),
        _("No award is recorded."),
        kinds=("AWARD", "COLLECTIVE_AWARD"),
        columns=("grade", "unit", "decided_by", "document_no"),
    ),
    Part(
        _("Honorary titles and models"),
        _("No title is recorded."),
        kinds=("HONOUR_TITLE", "MODEL_SELECTED"),
        columns=("title", "category", "level", "year", "decided_by"),
    ),
    Part(_("Other merits"), _("No award or honour is recorded."), groups=("HONOUR",), columns=("type", "level")),
)
# Results only: what is being looked into is a clue and stands on no tab.
COMPLAINTS = (
    Part(
        _("Results of verification"),
        _("No complaint was verified."),
        kinds=("COMPLAINT_VERIFIED", "COMPLAINT_UNFOUNDED", "MALICIOUS_COMPLAINT", "EARLY_SIGN"),
        columns=("channel", "category", "severity", "clarified_on", "decided_by", "document_no"),
        verified=True,
        sensitivity=4,
    ),
)
TRAINING = (
    Part(
        _("Courses"),
        _("No course is recorded."),
        kinds=("TRAINING_COURSE",),
        columns=("type", "name", "period", "organiser", "result"),
    ),
    Part(
        _("Tests of fitness, shooting and law"),
        _("No test is recorded."),
        kinds=("TRAINING_RESULT",),
        columns=("type", "subject", "result", "makeup"),
    ),
    Part(_("Study points"), _("No study point is recorded."), kinds=("STUDY_POINTS",), columns=("period", "points")),
    Part(
        _("Qualifications that lack"),
        _("No training is recorded yet. Courses, tests, study points and missing qualifications stand here."),
        kinds=("QUALIFICATION_LACKING",),
        groups=("TRAINING",),
        columns=("qualification", "state"),
    ),
)
TALENTS = (
    Part(
        _("Pool of talents"),
        _("Nobody has put this officer into a pool of talents yet."),
        kinds=("TALENT_POOL", "COMPETITION"),
        columns=("level", "field", "type", "event", "place", "period"),
    ),
    Part(_("Skills"), _("No skill is recorded."), kinds=("SKILL",), columns=("field", "name", "level")),
    Part(_("Other talents"), _("No talent is recorded."), groups=("TALENT",)),
)
ATTENDANCE = (
    Part(
        _("Leave"),
        _("No leave is recorded."),
        kinds=("LEAVE",),
        columns=("type", "period", "days", "reason"),
        sensitivity=2,
    ),
    Part(
        _("Overtime and load"),
        _("No overtime is recorded."),
        kinds=("OVERTIME", "LEAVE_NOT_TAKEN"),
        groups=("WORKLOAD",),
        columns=("period", "month", "task", "year"),
    ),
    Part(
        _("Attendance"),
        _("Nothing of attendance is recorded yet. Leave, overtime, load and absences stand here."),
        groups=("ATTENDANCE",),
        columns=("type", "excused"),
    ),
)
# Levels and measures, never what a doctor or a counsellor wrote.
CARE = (
    Part(
        _("Measures of care"),
        _("No measure is recorded."),
        kinds=("CARE_MEASURE",),
        columns=("type", "value"),
        sensitivity=3,
    ),
    Part(
        _("Body and mind"),
        _("Nothing about health is recorded."),
        groups=("HEALTH",),
        columns=("level", "impact", "year"),
        rest=False,
        sensitivity=3,
    ),
)
TALKS = (
    Part(
        _("Talks"),
        _("No talk is recorded."),
        kinds=("TALK",),
        columns=("code", "type", "talker", "topic"),
        sensitivity=2,
    ),
    Part(
        _("Visits"),
        _("No visit is recorded."),
        kinds=("VISIT",),
        columns=("code", "place_type", "visitor", "consolation_type", "consolation"),
        sensitivity=3,
    ),
    Part(
        _("Important matters"),
        _("Nothing is recorded yet. Talks, visits and matters that were reported stand here."),
        groups=("MATTERS",),
        columns=("item", "destination", "period", "on_time", "approved"),
    ),
)
POLITICAL = (
    Part(
        _("Daily patrols and rectification"),
        _("No problem was found on a patrol."),
        groups=("PATROL",),
        columns=("item", "severity", "matter", "rectify_by", "rectified"),
    ),
    Part(
        _("Missions"),
        _("No mission is recorded."),
        groups=("OPERATIONS",),
        columns=("mission", "task", "place", "period", "days"),
    ),
    Part(
        _("Milestones of service"),
        _("Nothing of political work is recorded yet."),
        groups=("SERVICE", "POLITICAL"),
        kinds=("POLICE_ANNIVERSARY", "FESTIVAL"),
        columns=("years", "festival", "stage"),
    ),
)


def _of(parts: Sequence[Part]) -> Callable[[Opening], dict[str, Any]]:
    def content(opening: Opening) -> dict[str, Any]:
        blocks, foot = entry_tables(opening, parts)
        return tables(*blocks, **foot)

    return content


def _talents(opening: Opening) -> dict[str, Any]:
    blocks, foot = entry_tables(opening, TALENTS)
    own = opening.officer.speciality
    return tables(facts(gettext("Speciality"), [(gettext("Speciality"), own)], "") if own else None, *blocks, **foot)


def _tab(code: str, order: int, label: Any, parts: Sequence[Part], **more: Any) -> Tab:
    return Tab(code, order, label, more.pop("content", _of(parts)),
               counted(kinds=kinds_of(parts), groups=groups_of(parts)), **more)  # fmt: skip


TABS = (
    _tab("awards", 8, _("Awards"), AWARDS, front=True, title=_("Awards and honours")),
    _tab("complaints", 10, _("Complaints"), COMPLAINTS, sensitivity=4, title=_("Complaints: results of verification")),
    _tab("training", 11, _("Training"), TRAINING, front=True),
    _tab("talents", 12, _("Talents"), TALENTS, content=_talents, title=_("Talents and the pool of talents")),
    _tab("attendance", 13, _("Attendance"), ATTENDANCE, sensitivity=2, title=_("Attendance, leave and overtime")),
    _tab("care", 15, _("Health and care"), CARE, sensitivity=3),
    _tab("talks", 16, _("Talks and visits"), TALKS, sensitivity=2, front=True,
         title=_("Talks, visits and important matters")),
    _tab("political", 18, _("Political work"), POLITICAL, title=_("Political-work ledger")),
)  # fmt: skip
