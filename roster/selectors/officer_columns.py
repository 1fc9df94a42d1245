"""The columns of the officer list: what they are called, how a cell is written, who may export them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from police_hr.core import wording
from police_hr.core.dates import age_on, years_before, years_months
from roster.access import today
from roster.engine.promotion import Case, Verdict, assess
from roster.engine.retirement import retirement_of
from roster.models import Officer
from roster.selectors import codes
from roster.selectors.masks import masked
from roster.selectors.promotions import Bands, Steps, bands, steps_of

Text = str | Promise
LONG_IN_POST = 10  # years after which an officer should be moved
PROMOTION_AHEAD, RETIREMENT_AHEAD = 200, 180  # days


@dataclass(frozen=True)
class Words:
    """What cells need besides the officer, read once for the whole page."""

    units: Mapping[int, str]
    on: dt.date
    ranks: Mapping[str, str]
    grades: Mapping[str, str]
    levels: Mapping[str, str]
    branches: Mapping[str, str]
    staffing: Mapping[str, str]
    party: Mapping[str, str]
    education: Mapping[str, str]
    steps: Steps
    bands: Bands

    @classmethod
    def read(cls, units: Mapping[int, str]) -> Words:
        """From the code tables, which are cached."""
        return cls(
            units=units,
            on=today(),
            ranks=codes.labels("police_rank"),
            grades=codes.grade_labels(),
            levels=codes.labels("leadership_level"),
            branches=codes.labels("police_branch"),
            staffing=codes.labels("staffing_type"),
            party=codes.labels("political_status"),
            education=codes.labels("education"),
            steps=steps_of("rank"),
            bands=bands(),
        )


@dataclass(frozen=True)
class Column:
    """One column. `value` gives a cell for a file, `cell` for the page (where it differs).

    `sort` is a key of `officer_list.SORTS`; `spoken` names the cell on a phone; `exporters` are the roles
    that may take it along (None: everybody who may export). `long`: its cells give way where the page is narrow.
    """

    code: str
    title: Text
    value: Callable[[Officer, Words], object]
    cell: Callable[[Officer, Words], str | SafeString] | None = None
    sort: str = ""
    align: str = ""
    spoken: bool = False
    exporters: frozenset[str] | None = None
    listed: bool = True
    long: bool = False

    def written(self, officer: Officer, words: Words) -> str | SafeString:
        """The cell of the page; blank where there is no such fact."""
        if self.cell is not None:
            return self.cell(officer, words)
        value = self.value(officer, words)
        return wording.day(value, "term") if isinstance(value, dt.date) else "" if value is None else str(value)


def _age(officer: Officer, words: Words) -> int | None:
    return age_on(officer.birth_date, words.on) if officer.birth_date else None


def _years(since: dt.date | None, words: Words) -> int | None:
    return age_on(since, words.on) if since else None


def _duration(since: dt.date, on: dt.date) -> str:
    years, months = years_months(since, max(on, since))
    if years and months:
        return _("%(years)sy %(months)sm") % {"years": years, "months": months}
    return _("%(years)sy") % {"years": years} if years else _("%(months)sm") % {"months": months}


def _in_post(officer: Officer, words: Words) -> str | SafeString:
    since = officer.post_since
    if since is None:
        return ""
    return format_html("{} <i>{}</i>", wording.day(since, "term"), _duration(since, words.on))


def _reminder(officer: Officer, words: Words) -> tuple[str, bool]:
    """What is due for this officer in words, and whether it is overdue."""
    if officer.post_since and officer.post_since <= years_before(words.on, LONG_IN_POST):
        return _("10 years in post"), True
    leaves = retirement_of(officer.birth_date, officer.sex, officer.staffing)
    if leaves is not None and leaves.on <= words.on + dt.timedelta(days=RETIREMENT_AHEAD):
        return _("Retires %(month)s") % {"month": wording.day(leaves.on, "term")}, leaves.on < words.on
    case = Case(officer.rank, officer.rank_since, ceiling=words.bands.ceiling(officer))
    rank = assess(case, words.steps, words.on)
    if rank.verdict == Verdict.READY and rank.on and rank.on <= words.on + dt.timedelta(days=PROMOTION_AHEAD):
        return _("Rank due %(month)s") % {"month": wording.day(rank.on, "term")}, False
    return "", False


def _reminder_cell(officer: Officer, words: Words) -> str | SafeString:
    text, hot = _reminder(officer, words)
    return format_html('<span class="ph-hot">{}</span>', text) if hot else text


HR_ONLY = frozenset({"hr_cadre"})
COLUMNS: tuple[Column, ...] = (
    Column("name", gettext_lazy("Name"), lambda o, w: o.name, sort="name", listed=False),
    Column("badge", gettext_lazy("Badge number"), lambda o, w: o.badge_no, sort="badge"),
    Column("sex", gettext_lazy("Sex"), lambda o, w: o.get_sex_display(), sort="sex"),
    Column("age", gettext_lazy("Age"), _age, sort="age", align="num", spoken=True),
    Column("born", gettext_lazy("Date of birth"), lambda o, w: o.birth_date, sort="born"),
    Column("unit", gettext_lazy("Unit"), lambda o, w: w.units.get(o.unit_id or 0, ""), sort="unit", long=True),
    Column("post", gettext_lazy("Post"), lambda o, w: o.post, sort="post", long=True),
    Column("level", gettext_lazy("Post level"), lambda o, w: w.levels.get(o.post_level, o.post_level), sort="level"),
    Column("rank", gettext_lazy("Police rank"), lambda o, w: w.ranks.get(o.rank, o.rank), sort="rank", long=True),
    Column("rank_since", gettext_lazy("Rank since"), lambda o, w: o.rank_since, sort="rank_since", spoken=True),
    Column("grade", gettext_lazy("Grade"), lambda o, w: w.grades.get(o.grade, o.grade), sort="grade", long=True),
    Column("grade_since", gettext_lazy("Grade since"), lambda o, w: o.grade_since, sort="grade_since", spoken=True),
    Column("in_post", gettext_lazy("In post since"), lambda o, w: o.post_since, _in_post, sort="in_post"),
    Column("branch", gettext_lazy("Police branch"), lambda o, w: w.branches.get(o.branch, o.branch), sort="branch"),
    Column(
        "staffing", gettext_lazy("Staffing type"), lambda o, w: w.staffing.get(o.staffing, o.staffing), sort="staffing"
    ),
    Column("status", gettext_lazy("Status"), lambda o, w: o.get_status_display(), sort="status"),
    Column(
        "party",
        gettext_lazy("Political status"),
        lambda o, w: w.party.get(o.political_status, o.political_status),
        sort="party",
    ),
    Column("party_joined", gettext_lazy("Joined the party"), lambda o, w: o.party_joined_on, sort="party_joined"),
    Column(
        "education", gettext_lazy("Education"), lambda o, w: w.education.get(o.education, o.education), sort="education"
    ),
    Column("work_started", gettext_lazy("Start of work"), lambda o, w: o.work_started_on, sort="work_started"),
    Column("police_since", gettext_lazy("Joined the police"), lambda o, w: o.police_since, sort="police_since"),
    Column(
        "service",
        gettext_lazy("Years of police service"),
        lambda o, w: _years(o.police_since, w),
        sort="service",
        align="num",
        spoken=True,
    ),
    Column("speciality", gettext_lazy("Speciality"), lambda o, w: o.speciality),
    Column(
        "phone",
        gettext_lazy("Mobile phone"),
        lambda o, w: masked("officer.phone", o.phone),
        exporters=HR_ONLY,
        listed=False,
    ),
    Column(
        "id_number",
        gettext_lazy("ID number"),
        lambda o, w: masked("officer.id_number", o.id_number),
        exporters=HR_ONLY,
        listed=False,
    ),
    Column("reminder", gettext_lazy("Reminder"), lambda o, w: _reminder(o, w)[0], _reminder_cell, long=True),
)
BY_CODE: Mapping[str, Column] = {column.code: column for column in COLUMNS}
LISTED = tuple(column for column in COLUMNS if column.listed)
DEFAULT = ("badge", "age", "unit", "post", "rank", "grade", "in_post", "reminder")


def exportable(roles: Iterable[str]) -> list[Column]:
    """The columns that somebody with these roles may take along, in their order."""
    held = set(roles)
    return [column for column in COLUMNS if column.exporters is None or column.exporters & held]


def file_rows(officers: Iterable[Officer], columns: Sequence[Column], words: Words) -> Iterable[list[Any]]:
    """The rows of a file, one value a column."""
    for officer in officers:
        yield [column.value(officer, words) for column in columns]
