"""Appointment forms: one exchange file a row, matched by ID number, else by name and month of birth with a question,
else by badge number."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from police_hr.core.days import from_number, to_number
from roster.counting import counting
from roster.importing import cells
from roster.importing.appointment import archive, facts
from roster.importing.fields import Field
from roster.importing.issues import SKIP, accept, fill_in
from roster.importing.reading import Staged
from roster.importing.targets import base
from roster.importing.targets.appointment_fields import COURSES, FIELDS, FORM_TEXTS, OFFICER_FIELDS
from roster.importing.targets.checks import check_identity
from roster.lrmx import resume as resumes
from roster.lrmx.texts import party_joining
from roster.lrmx.words import code, stated_appraisals, words
from roster.models import Officer
from roster.selectors.appointment import gathering
from roster.selectors.appointment import texts as say
from roster.selectors.appointment.composing import relative

SAME, NEW_PERSON, KEEP_TEXT = "same_person", "new_person", "keep_text"
SHOWN = 40
MONTHS = ("birth_date", "party_joined_on", "work_started_on")


class AppointmentForms(base.Target):
    code = "appointment"
    zh = "任免审批表（.lrmx）"
    en = "Appointment forms (.lrmx)"
    fixed = True

    def make_fields(self) -> dict[str, Field]:
        return base.listed(FIELDS)

    # --- who it is --------------------------------------------------------------------------------------------

    @cached_property
    def known(self) -> dict[int, dict[str, Any]]:
        """Officer id → what the form may change, of the officers that count."""
        names = ("badge_no", "birth_precision", "political_status", *OFFICER_FIELDS)
        found = {}
        people = counting(Officer.objects.exclude(status=Officer.Status.MERGED))
        for row in people.values("pk", *dict.fromkeys(names)):
            for name in MONTHS:
                row[name] = None if row[name] is None else to_number(row[name])
            found[row.pop("pk")] = row
        return found

    @cached_property
    def by_id(self) -> dict[str, int]:
        return {row["id_number"]: pk for pk, row in self.known.items() if row["id_number"]}

    @cached_property
    def by_badge(self) -> dict[str, int]:
        found = {row["badge_no"]: pk for pk, row in self.known.items()}
        return found | {gone: found[kept] for gone, kept in self.look.former_badges.items() if kept in found}

    @cached_property
    def by_name(self) -> dict[tuple[str, int, int], list[int]]:
        found: dict[tuple[str, int, int], list[int]] = {}
        for pk, row in self.known.items():
            if row["name"] and row["birth_date"] is not None:
                found.setdefault(_name_key(row["name"], row["birth_date"]), []).append(pk)
        return found

    def check(self, row: Staged) -> None:
        values = row.values
        if not any(row.cells[1:]):  # a file that could not be read: the reader tells why, and nothing else is to say
            row.issues.clear()
            return
        if (birth := values.get("birth_date")).__class__ is cells.Dated:
            values["birth_date"], values["birth_precision"] = birth
        if values.get("photo", "").startswith(archive.BAD):
            del values["photo"]
            row.doubt("photo_bad", "photo")
        check_identity(row, self.look)
        _check_party(row)
        _check_courses(row)
        _check_resume(row)
        for text in facts.unknown_appraisals(values.get("appraisals", "")):
            row.doubt("appraisal_unknown", "appraisals", text=text)
        found = self._match(row)
        if found is None:
            self._as_new(row)
        else:
            row.target = row.officer = found
            self._compare(row, found)
        row.key = values.get("id_number") or str(values.get("badge_no", "")) or values.get("name", "")
        first = self.first_of(row, found or row.key)
        if first is not None:
            row.error("duplicate_in_file", "id_number" if values.get("id_number") else "name", [SKIP], row=first)

    def _match(self, row: Staged) -> int | None:
        values = row.values
        number = values.get("id_number", "")
        if number in self.by_id:
            return self.by_id[number]
        badge = self.by_badge.get(str(values.get("badge_no", "")))
        if badge is not None and self._is_same(row, badge):
            return badge
        if NEW_PERSON in row.accepted or "birth_date" not in values:
            return None
        twins = self.by_name.get(_name_key(values.get("name", ""), values["birth_date"]), [])
        if len(twins) != 1:
            return None
        told = self.known[twins[0]]
        fixes = [accept(SAME, "name", "is_same"), accept(NEW_PERSON, "name", "is_new"), SKIP]
        row.error(SAME, "name", fixes, name=told["name"], badge=told["badge_no"])
        return twins[0]

    def _is_same(self, row: Staged, pk: int) -> bool:
        """The badge number alone is enough where the names agree; another ID number is asked about."""
        told, number = self.known[pk], row.values.get("id_number", "")
        if told["name"] and row.values.get("name") and told["name"] != row.values["name"]:
            fixes = [fill_in("badge_no", "change_badge"), SKIP]
            row.error("duplicate_badge", "badge_no", fixes, row=row.number, badge=told["badge_no"], name=told["name"])
            return True
        if number and told["id_number"] and told["id_number"] != number:
            fixes = [fill_in("id_number"), accept("id_unlike", "id_number", "keep")]
            row.error("id_unlike", "id_number", fixes, name=told["name"], badge=told["badge_no"])
        return True

    # --- new or changed ---------------------------------------------------------------------------------------

    def _as_new(self, row: Staged) -> None:
        values = row.values
        if not values.get("badge_no"):
            row.error("badge_missing", "badge_no", [fill_in("badge_no"), SKIP])
        if values.get("unit") or not values.get("current_post"):
            return
        unit, post = self._unit_in(values["current_post"])
        if unit:
            values["unit"], values["post"] = unit, post
            row.doubt("unit_from_post", "unit", [fill_in("unit")], unit=self.look.unit_labels[unit])
        else:
            row.doubt("unit_not_found", "unit", [fill_in("unit")])

    def _unit_in(self, text: str) -> tuple[int | None, str]:
        """The unit whose name ends furthest right in the post, and what follows it: 望江派出所 | 副所长."""
        first = text.split("、", 1)[0]
        best: tuple[int, int, int] | None = None
        for name, pk in self.look.unit_names.items():
            place = first.rfind(name)
            if pk and place >= 0 and (best is None or (place + len(name), len(name)) > best[:2]):
                best = (place + len(name), len(name), pk)
        return (best[2], first[best[0] :][:60]) if best else (None, first[:60])

    def _compare(self, row: Staged, pk: int) -> None:
        values, told = row.values, self.known[pk]
        _keep_days(values, told)
        if told["political_status"] == "02" and values.get("political_status") == words()["communist"]:
            values["political_status"] = "02"  # a probationary member has a month of joining, too
        row.before = {name: told[name] for name in OFFICER_FIELDS if name in values and told.get(name) != values[name]}
        if {"party_joined_on", "political_status"} & row.before.keys():
            joined = told["party_joined_on"]
            row.before["party_joined"] = f"{from_number(joined):%Y%m}" if joined is not None else ""
        held = gathering.stated(pk)
        self._compare_facts(row, Officer(pk=pk, sex=told["sex"]), held)
        self._compare_form(row, held.form)
        row.act = "update" if row.before else "same"

    def _compare_facts(self, row: Staged, officer: Officer, facts_held: gathering.Stated) -> None:
        values, before = row.values, row.before
        for prefix in COURSES:
            course = facts.course(values, prefix)
            held = say.highest(facts_held.educations, full_time=prefix == "full_time")
            if course is not None and (held is None or not _same_course(course, held)):
                before[f"{prefix}_education"] = say.education_text(held) if held else ""
                before[f"{prefix}_school"] = say.school_text(held) if held else ""
        stated, appraised = stated_appraisals(values.get("appraisals", "")), {}
        for fact in facts_held.appraisals:
            if not fact.period:
                appraised[fact.year] = fact.result
        if any(appraised.get(year) != result for year, result in stated.items()):
            before["appraisals"] = say.appraisal_text({y: appraised[y] for y in sorted(appraised)[-3:]})
        periods = facts.periods(values.get("resume", ""))
        lines = say.stored_periods(facts_held.lines)
        if periods and periods != lines:
            before["resume"] = resumes.compose(lines)[:SHOWN]
        family = [relative(fact, officer) for fact in facts_held.family]
        held_family = archive.family_cell(family)
        if values.get("family") and not _same_family(values["family"], held_family):
            before["family"] = held_family or ""

    def _compare_form(self, row: Staged, form: Any) -> None:
        """What only the form holds. The same file again changes nothing."""
        values = row.values
        said, kept = (form.texts, form.kept) if form else ({}, {})
        for name in FORM_TEXTS:
            if values.get(name, "") != said.get(name, "") and (form or values.get(name)):
                row.before.setdefault(name, said.get(name, "")[:SHOWN])
        if values.get("photo") and archive.unmarked(values["photo"]) and kept.get("photo") != values["photo"]:
            row.before["photo"] = archive.unmarked(kept.get("photo", ""))
        if kept.get("mark") != values["file"]:
            row.before["file"] = archive.unmarked(kept.get("mark", ""))


def _name_key(name: str, birth: int) -> tuple[str, int, int]:
    day = from_number(birth)
    return name, day.year, day.month


def _keep_days(values: dict[str, Any], told: dict[str, Any]) -> None:
    """A month says nothing against a day within it."""
    for name in MONTHS:
        said, known = values.get(name), told.get(name)
        if said is None or known is None:
            continue
        ours, theirs = from_number(known), from_number(said)
        if (ours.year, ours.month) == (theirs.year, theirs.month):
            values[name] = known
            if name == "birth_date":
                values["birth_precision"] = told["birth_precision"]


def _same_course(course: dict[str, Any], held: Any) -> bool:
    said = course["school"] + course["major"]
    ours = say.school_text(held)
    return course["level"] == held.level and (not said or said in (ours, held.school + held.major))


def _same_family(said: str, held: str | None) -> bool:
    return held is not None and said == held


def _check_party(row: Staged) -> None:
    """入党时间 tells a month, another party with its month, or that there is none."""
    text = row.values.get("party_joined", "")
    if not text:
        return
    found = party_joining(text)
    status = code("parties", found.party) or code("no_party", found.party) if found.party else words()["communist"]
    if found.month is not None:
        row.values["party_joined_on"] = to_number(found.month)
    if status:
        row.values["political_status"] = status
    else:
        row.error("not_choice", "party_joined", [fill_in("party_joined")], text=text[:40])


def _check_courses(row: Staged) -> None:
    for prefix in COURSES:
        text = row.values.get(f"{prefix}_education", "")
        if text and facts.level_of(text) == "":
            name = f"{prefix}_education"
            row.error(
                "level_unknown", name, [fill_in(name), accept("level_unknown", name, "keep_text")], text=text[:40]
            )


def _check_resume(row: Staged) -> None:
    """Months that do not join are told; lines that cannot be read must be mended or kept as a text."""
    for fault in resumes.parse(row.values.get("resume", "")).faults:
        month = f"{fault.month:%Y.%m}" if fault.month else ""
        args = {"line": fault.line, "month": month, "text": fault.text[:40]}
        issue = f"resume_{fault.code}"
        if fault.code in facts.READABLE:
            row.doubt(issue, "resume", [fill_in("resume")], **args)
        else:
            row.error(issue, "resume", [fill_in("resume"), accept(issue, "resume", "keep_text")], **args)
