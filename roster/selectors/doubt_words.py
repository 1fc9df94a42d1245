"""Doubts in words: what disagrees, where both values stand, and how each value is written."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from police_hr.core.wording import day
from roster.models import Officer
from roster.selectors import codes

Text = str | Promise
# What is amiss and what to look at. The two values stand beside the sentence, so it does not repeat them.
SENTENCES: Mapping[str, Text] = {
    "id_number_fault": _("The ID number cannot be right. Compare it with the card."),
    "birth_vs_id": _("The record and the ID number give different months of birth."),
    "birth_day_vs_id": _("The record and the ID number give different days of birth."),
    "sex_vs_id": _("The record and the ID number give different sexes."),
    "id_area": _("No province has an ID number that begins with %(area)s."),
    "retirement_passed": _("The age of retirement was reached on %(on)s. Retire, or enter the approved extension."),
    "retired_early": _("The age of retirement is reached on %(on)s only. Compare the approval of early retirement."),
    "work_age": _("Work began at %(age)s; at least %(least)s years of age are asked for."),
    "police_age": _("Joined the police at %(age)s; at least %(least)s years of age are asked for."),
    "police_before_work": _("Joining the police is work: it cannot come before the start of work."),
    "posting_before_police": _("A posting began before the day of joining the police."),
    "rank_before_police": _("A police rank was conferred before the day of joining the police."),
    "work_vs_resume": _("The first line of work in the resume begins %(months)s months apart from the start of work."),
    "party_age": _("Joined the party at %(age)s; at least %(least)s years of age are asked for."),
    "party_date_missing": _("A member of the party needs a day of joining."),
    "party_date_unexpected": _("There is a day of joining the party, but the political status is another one."),
    "probation_long": _("Probation of the party lasts %(longest)s months at most. Enter the full membership."),
    "probation_short": _("Full membership follows %(shortest)s months of probation at the earliest."),
    "league_age": _("Membership of the Youth League ends after %(most)s years of age."),
    "education_dates": _("The course ends before it begins."),
    "education_age": _("Graduated at %(age)s; this education is not finished before %(least)s."),
    "degree_level": _("This degree is not given for this education."),
    "school_level": _("A school whose name holds “%(word)s” does not lead to this education."),
    "education_overlap": _("Two full-time courses share %(months)s months."),
    "education_work": _("Full-time study and work share %(months)s months. Was it in-service study?"),
    "education_highest": _("The highest education of the record is not that of the best course."),
    "education_resume": _("The resume tells of something else in the months of this full-time study."),
    "resume_gap": _("Between two lines of the resume %(months)s months are missing."),
    "resume_overlap": _("A line of the resume begins before the one above it has ended."),
    "resume_within": _("A line that happened during another one reaches beyond it."),
    "resume_not_current": _("The last line of the resume has ended, but the officer serves."),
    "resume_post": _("The last line of the resume does not name the present post."),
    "posting_gap": _("Between two main postings %(months)s months are missing."),
    "posting_overlap": _("A main posting begins before the one before it has ended."),
    "no_current_post": _("The officer serves, but holds no main post today."),
    "posting_unit_closed": _("The present posting is at a unit that is closed."),
    "posting_after_leaving": _("A posting goes on after the officer left."),
    "status_left": _("The officer serves, but has a day of leaving."),
    "left_missing": _("The officer no longer serves, but has no day of leaving."),
    "rank_unknown": _("The code table of police ranks does not have this code."),
    "rank_order": _("The later police rank is not the higher one."),
    "rank_skip": _("Between two police ranks one is missing."),
    "rank_term": _("Promoted after %(served)s months; %(code)s asks for %(term)s."),
    "rank_band": _("The post goes with the ranks from %(highest)s to %(lowest)s."),
    "rank_missing": _("Joined long ago, but no police rank is recorded."),
    "grade_unknown": _("The code tables of grades do not have this code."),
    "grade_order": _("The later grade is not the higher one."),
    "grade_skip": _("Between two grades one is missing."),
    "grade_term": _("Promoted after %(served)s months; %(code)s asks for %(term)s."),
    "staffing_rank": _("People of this staffing type have no police rank."),
    "staffing_grade": _("People of this staffing type have no grade."),
    "staffing_post": _("People of this staffing type hold no leading post."),
    "appraisal_missing": _("The appraisal of %(year)s is missing, though the whole year was served."),
    "appraisal_twice": _("The year %(year)s has two different results."),
    "appraisal_outside": _("The year %(year)s lies outside the years of work."),
    "photo_missing": _("The dossier has no photo."),
    "spouse_missing": _("Married, but no spouse is recorded in the family."),
    "spouse_deceased": _("Married, but the spouse is recorded as deceased."),
    "spouse_unexpected": _("Not married, but a living spouse is recorded."),
    "spouse_two": _("Two living spouses are recorded."),
    "child_age": _("A child is less than %(least)s years younger."),
    "parent_age": _("A parent is less than %(least)s years older."),
}
TABLES: Mapping[tuple[str, str], str] = {
    ("officer", "sex"): "sex",
    ("officer", "political_status"): "political_status",
    ("officer", "staffing"): "staffing_type",
    ("officer", "education"): "education",
    ("officer", "marriage"): "marriage",
    ("education", "level"): "education",
    ("education", "degree"): "degree",
    ("posting", "level"): "leadership_level",
    ("rankrecord", "rank"): "police_rank",
    ("familymember", "relation"): "family_relation",
}
FAULTS: Mapping[str, Text] = {
    "length": _("not 18 characters"),
    "characters": _("other characters than digits"),
    "birth": _("no possible day of birth"),
}
# facts whose days are written as months
BY_MONTH = frozenset({"resumeline", "education", "familymember", "posting"})
# days that stand for a month: its first and last
BOUNDARIES = frozenset({1, 28, 29, 30, 31})


@dataclass(frozen=True)
class PlaceWords:
    """One of the two places: what it is, its value, and where it is mended ("" where nobody mends it)."""

    label: str
    value: str
    missing: bool
    mend_url: str = ""


def sentence(code: str, params: Mapping[str, Any]) -> str:
    """What is amiss, in the active language; empty for a check that has none."""
    words = dict(params)
    table = {"rank_band": "police_rank", "rank_term": "police_rank"}.get(code, "")
    for name in ("code", "highest", "lowest"):
        if name in words:
            words[name] = (
                codes.label(table, words[name]) if table else codes.grade_labels().get(words[name], words[name])
            )
    if "on" in words:
        words["on"] = day(dt.date.fromisoformat(words["on"]), "full")
    return str(SENTENCES.get(code, "")) % words


def place_words(place: Mapping[str, Any], officer_id: int, *, mends: bool) -> PlaceWords:
    """A place of a doubt's details in words of the active language."""
    value = _value(place)
    missing = place["pk"] is None or not value
    if missing:
        value = gettext("%(what)s: missing") % {"what": value} if value else gettext("missing")
    return PlaceWords(_label(place), value, missing, _mend_url(place, officer_id) if mends else "")


def _label(place: Mapping[str, Any]) -> str:
    model = apps.get_model("roster", place["model"])
    field = str(model._meta.get_field(place["field"]).verbose_name)
    if model is Officer or place["model"] == "officerphoto":
        return field if model is Officer else str(model._meta.verbose_name)
    return gettext("%(fact)s · %(field)s") % {"fact": model._meta.verbose_name, "field": field}


def _value(place: Mapping[str, Any]) -> str:
    model, name, value = place["model"], place["field"], str(place["value"])
    if words := _words_of(model, name):
        return str(words.get(value, value))
    if (model, name) == ("officer", "id_number"):
        return _of_number(value)
    if found := _day(value):
        return day(found, "term" if model in BY_MONTH and found.day in BOUNDARIES else "full")
    return gettext("to date") if name == "ends_on" and not value else value


def _words_of(model: str, name: str) -> Mapping[str, Text] | None:
    """The words of a field that holds codes; None of any other."""
    if (model, name) == ("officer", "status"):
        return dict(Officer.Status.choices)
    if name == "grade":
        return codes.grade_labels()
    if name == "deceased":
        return {"True": gettext("deceased")}
    if name == "result":
        return {**codes.labels("periodic_appraisal"), **codes.labels("annual_appraisal")}
    table = TABLES.get((model, name))
    return codes.labels(table) if table else None


def _of_number(value: str) -> str:
    """What the ID number says: a day of birth, a sex, an area, its last digit."""
    if found := _day(value):
        return gettext("says %(what)s") % {"what": day(found, "full")}
    if value in {"M", "F"}:
        return gettext("says %(what)s") % {"what": codes.label("sex", value)}
    if value in FAULTS:
        return str(FAULTS[value])
    if len(value) == 1:
        return gettext("last digit %(digit)s") % {"digit": value}
    return gettext("begins with %(digits)s") % {"digits": value} if value else ""


def _day(value: str) -> dt.date | None:
    try:
        return dt.date.fromisoformat(value) if len(value) == 10 else None
    except ValueError:
        return None


def _mend_url(place: Mapping[str, Any], officer_id: int) -> str:
    """The page where this value is corrected."""
    if place["model"] == "unit":
        return reverse("roster:unit-detail", args=[place["pk"]]) if place["pk"] else ""
    if place["model"] == "officerphoto":
        return reverse("roster:officer-photo-edit", args=[officer_id])
    try:
        address = reverse("roster:correction-new", args=[officer_id])
    except NoReverseMatch:
        return ""
    return f"{address}?fact={place['model']}.{place['pk'] or 'new'}&field={place['field']}"
