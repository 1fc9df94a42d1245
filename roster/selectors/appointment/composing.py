"""From the facts to the form: the file's own wording where it says the same as the dossier, ours where it does not."""

from __future__ import annotations

import base64
import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from police_hr.core.access import Viewer
from roster.access import classes_for
from roster.lrmx import Document, FamilyMember
from roster.lrmx import resume as resumes
from roster.lrmx.resume import Fault
from roster.lrmx.texts import day_of, file_month, month_of, party_joining, plain_name
from roster.lrmx.words import code, family_key, level_of, stated_appraisals, word, words
from roster.models import AppointmentForm, Officer, OfficerPhoto
from roster.models import FamilyMember as FamilyFact
from roster.selectors.appointment import texts as say
from roster.selectors.appointment.gathering import Gathered, gather
from roster.selectors.photos import photo_path

# what a viewer may not open is left out and named: the code of the block, for the page to say how to open it
PERSONAL, APPRAISALS, FAMILY, SANCTIONS = "personal", "appraisals", "family", "sanctions"
PERSONAL_CLASS = 2


@dataclass(frozen=True)
class Form:
    """A form with what it had to leave out (`withheld`), and what is wrong with its resume."""

    officer: Officer
    document: Document
    withheld: tuple[str, ...]
    faults: tuple[Fault, ...]
    current: AppointmentForm | None


def appointment_form(viewer: Viewer, officer: Officer, as_of: dt.date) -> Form:
    """The form of one officer. `as_of` is the day for ages where no version of the form names another."""
    return appointment_forms(viewer, [officer], as_of)[0]


def appointment_forms(viewer: Viewer, officers: Sequence[Officer], as_of: dt.date) -> list[Form]:
    """The forms of `officers` (their units joined), in their order. The number of queries does not grow with them."""
    gathered = gather(viewer, officers)
    return [_Composer(viewer, officer, gathered, as_of).form() for officer in officers]


class _Composer:
    def __init__(self, viewer: Viewer, officer: Officer, gathered: Gathered, as_of: dt.date) -> None:
        self.officer, self.gathered, self.as_of = officer, gathered, as_of
        self.open = classes_for(viewer, officer)["open"]
        self.current = gathered.forms.get(officer.pk)
        self.said: dict[str, str] = dict(self.current.texts) if self.current else {}
        self.withheld: list[str] = []

    def form(self) -> Form:
        document = Document()
        for name, text in (*self._identity().items(), *self._education().items(), *self._free().items()):
            setattr(document, name, text)
        document.current_post = self._post()
        document.resume = self._resume()
        document.awards = self._awards()
        self._personal(document)
        document.family = self._family()
        if self.current:
            kept = self.current.kept
            document.order = tuple(kept.get("order", ()))
            document.extra = tuple((tag, xml) for tag, xml in kept.get("extra", ()))
            document.family_extra = tuple((tag, xml) for tag, xml in kept.get("family_extra", ()))
            document.attributes = kept.get("attributes", {})
        faults = tuple(resumes.parse(document.resume).faults)
        return Form(self.officer, document, tuple(self.withheld), faults, self.current)

    def _kept(self, name: str, composed: str, *, same: bool) -> str:
        """The file's wording where it says the same."""
        return self.said[name] if same and self.said.get(name) else composed

    def _month_said(self, name: str) -> dt.date | None:
        return month_of(self.said.get(name, ""))

    def _identity(self) -> dict[str, str]:
        o, said = self.officer, self.said
        born = o.birth_date.replace(day=1) if o.birth_date and o.birth_precision != "year" else None
        work = o.work_started_on.replace(day=1) if o.work_started_on else None
        joined = party_joining(said.get("party_joined", "")).month
        party_month = o.party_joined_on.replace(day=1) if o.party_joined_on else None
        personal = {
            "birth_month": self._kept("birth_month", file_month(born), same=born == self._month_said("birth_month")),
            "native_place": o.native_place,
            "birthplace": o.birthplace,
        }
        return {
            "name": self._kept("name", say.filed_name(o.name), same=plain_name(said.get("name", "")) == o.name),
            "sex": {"M": "男", "F": "女"}.get(o.sex, ""),
            **(personal if PERSONAL_CLASS in self.open else dict.fromkeys(personal, "")),
            "party_joined": self._kept("party_joined", say.party(o), same=joined == party_month),
            "work_started": self._kept("work_started", file_month(work), same=work == self._month_said("work_started")),
            "professional_title": o.professional_title,
            "speciality": o.speciality,
        }

    def _education(self) -> dict[str, str]:
        facts = self.gathered.educations.get(self.officer.pk, ())
        found: dict[str, str] = {}
        for prefix, full_time in (("full_time", True), ("in_service", False)):
            fact = say.highest(facts, full_time=full_time)
            if fact is None:
                continue
            level = say.education_text(fact)
            said = self.said.get(f"{prefix}_education", "")
            same = level_of(said) == fact.level
            found[f"{prefix}_education"] = self._kept(f"{prefix}_education", level, same=same)
            found[f"{prefix}_degree"] = say.degree_text(fact)
            found[f"{prefix}_school"] = say.school_text(fact)
            other = f"{prefix}_degree_school"
            found[other] = self._kept(other, "", same=self.said.get(f"{prefix}_school") == found[f"{prefix}_school"])
        return found

    def _free(self) -> dict[str, str]:
        """What only the form knows; days are those of today where no version names any."""
        names = ("proposed_post", "removed_post", "reason", "reporting_unit", "filled_by", "version")
        found = {name: self.said.get(name, "") for name in names}
        for name in ("age_as_of", "filled_on"):
            found[name] = self.said.get(name) or f"{self.as_of:%Y%m%d}"
        return found

    def _post(self) -> str:
        """The file's wording as long as unit, post and grade are those it was written for."""
        officer = self.officer
        same = self.current is not None and self.current.basis == [officer.unit_id, officer.post, officer.grade]
        return self._kept("current_post", say.current_post(self.gathered, officer), same=same)

    def _resume(self) -> str:
        lines = self.gathered.lines.get(self.officer.pk, ())
        if not lines:
            return resumes.compose(say.composed_periods(self.gathered, self.officer))
        periods = say.stored_periods(lines)
        same = resumes.parse(self.said.get("resume", "")).periods == periods
        return self._kept("resume", resumes.compose(periods), same=same)

    def _awards(self) -> str:
        """The file's text up to its day, then what the ledger got since; sanctions only where they are open."""
        pk = self.officer.pk
        stated = self.said.get("awards", "").strip()
        since = day_of(self.said.get("filled_on", "")) if stated else None
        told = [say.award_sentence(e) for e in self.gathered.honours.get(pk, ()) if not since or e.occurred_on > since]
        sanctions = self.gathered.sanctions.get(pk, ())
        told += [say.sanction_sentence(entry) for entry in sanctions if not since or entry.occurred_on > since]
        if pk in self.gathered.closed:
            self.withheld.append(SANCTIONS)
        if stated and told and stated != words()["no_awards"]:
            return f"{stated.rstrip('。；;')}；{say.sentences(told)}"
        return say.sentences(told) or stated or words()["no_awards"]

    def _personal(self, document: Document) -> None:
        """Class 2, besides month and place of birth: ethnicity, health, ID number, photo, appraisals."""
        if PERSONAL_CLASS not in self.open:
            self.withheld += [PERSONAL, APPRAISALS]
            return
        o = self.officer
        health = code("health", self.said.get("health", ""))
        document.ethnicity = say.chinese("ethnicity", o.ethnicity)
        document.health = self._kept("health", _health(o.health), same=health == o.health)
        document.id_number = o.id_number
        document.photo = _picture(self.gathered.photos.get(o.pk))
        facts = say.appraisal_facts(self.gathered, o)
        stated = stated_appraisals(self.said.get("appraisals", ""))
        document.appraisals = self._kept("appraisals", say.appraisal_text(facts), same=stated == facts or not facts)

    def _family(self) -> tuple[FamilyMember, ...]:
        facts = self.gathered.family.get(self.officer.pk, ())
        if 3 not in self.open:
            if facts:
                self.withheld.append(FAMILY)
            return ()
        place = {code_: number for number, code_ in enumerate(words()["relation_order"])}
        ordered = sorted(facts, key=lambda fact: (place.get(fact.relation, 99), fact.birth_month or dt.date.max))
        composed = [relative(fact, self.officer) for fact in ordered]
        stated = [FamilyMember(**_tupled(item)) for item in self.current.family] if self.current else []
        if stated and sorted(map(family_key, stated)) == sorted(map(family_key, composed)):
            return tuple(stated)
        return tuple(composed)


def _tupled(item: dict[str, Any]) -> dict[str, Any]:
    return {**item, "order": tuple(item["order"]), "extra": tuple((tag, xml) for tag, xml in item["extra"])}


def _health(held: str) -> str:
    return word("health", held) or say.chinese("health", held)


def relative(fact: FamilyFact, officer: Officer) -> FamilyMember:
    """A relative as the form words them."""
    status = fact.political_status
    employment = fact.employment
    if fact.deceased and not any(said in employment for said in words()["deceased_words"]):
        employment = f"{employment}（{words()['deceased']}）" if employment else words()["deceased"]
    return FamilyMember(
        relation=say.relation_text(fact.relation, officer),
        name=fact.name,
        birth_month=file_month(fact.birth_month),
        political_status=word("political_status", status) or say.chinese("political_status", status),
        employment=employment,
    )


def _picture(photo: OfficerPhoto | None) -> str:
    """The stored picture as the file has it, "" where there is none or its file is gone."""
    if photo is None or not photo_path(photo).is_file():
        return ""
    return base64.b64encode(photo_path(photo).read_bytes()).decode("ascii")
