"""Officers: identity and present post, rank and grade, new or updated by badge number."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from police_hr.core.days import from_number, to_number
from roster.counting import counting
from roster.importing import cells
from roster.importing.fields import Field
from roster.importing.issues import SKIP, accept, fill_in, set_to
from roster.importing.reading import Staged
from roster.importing.targets import base
from roster.importing.targets.checks import check_identity, check_rank_against_grade, nearest_rank_fix
from roster.importing.targets.officer_fields import CAREER, DAYS, FIELDS, PLAIN
from roster.models import Officer


class Officers(base.Target):
    code = "officers"
    zh = "民警信息"
    en = "Officers"

    def make_fields(self) -> dict[str, Field]:
        return base.listed(FIELDS)

    def reader(self, name: str, other: str = "") -> cells.Read:
        read = super().reader(name, other)
        return nearest_rank_fix(self.look, read) if name == "rank" else read

    @cached_property
    def current(self) -> dict[str, tuple[int, dict[str, Any]]]:
        """Badge number → (id, the mapped fields as they are), of the officers that count."""
        names = [field for field in (*PLAIN, *CAREER) if field in self.mapped or field in ("name", "birth_date")]
        found = {}
        people = counting(Officer.objects.exclude(status=Officer.Status.MERGED))
        for row in people.values("pk", "badge_no", "birth_precision", *names):
            for name in DAYS & row.keys():
                row[name] = None if row[name] is None else to_number(row[name])
            found[row["badge_no"]] = (row.pop("pk"), row)
        return found

    @cached_property
    def id_owners(self) -> dict[str, str]:
        """ID number → badge number."""
        rows = counting(Officer.objects.exclude(id_number="").exclude(status=Officer.Status.MERGED))
        return dict(rows.values_list("id_number", "badge_no"))

    def check(self, row: Staged) -> None:
        values = row.values
        if (birth := values.get("birth_date")).__class__ is cells.Dated:
            values["birth_date"], values["birth_precision"] = birth
        if values.get("left_on") and "status" not in values:
            values["status"] = "left"
        badge = str(values.get("badge_no", ""))
        if badge in self.look.former_badges:
            badge = values["badge_no"] = self.look.former_badges[badge]
        row.key = badge
        known = self.current.get(badge)
        doubled = self._check_doubles(row, badge, known)
        check_identity(row, self.look)
        check_rank_against_grade(row, self.look)
        if known and not doubled:
            row.target = row.officer = known[0]
            self._compare(row, known[1])

    def _check_doubles(self, row: Staged, badge: str, known: Any) -> bool:
        """Whether the badge number stands in an earlier row; ID numbers that are not unique are told, too."""
        if not badge:
            return False
        doubled = self.first_of(row, badge)
        if doubled is not None:
            owner = known[1].get("name") if known else ""
            code = "duplicate_badge" if owner else "duplicate_in_file"
            row.error(
                code, "badge_no", [fill_in("badge_no", "change_badge"), SKIP], row=doubled, badge=badge, name=owner
            )
        number = row.values.get("id_number")
        if number:
            owner = self.id_owners.get(number, badge)
            if owner != badge:
                row.error("duplicate_id", "id_number", [fill_in("id_number"), SKIP], badge=owner)
            elif (first := self.first_of(row, ("id", number))) is not None:
                row.error("duplicate_in_file", "id_number", [fill_in("id_number"), SKIP], row=first)
        return doubled is not None

    def _compare(self, row: Staged, current: dict[str, Any]) -> None:
        values = row.values
        if values.get("birth_precision") != "day" and "birth_date" in values and not _sharper(values, current):
            # 1985.03 says nothing against 1985-03-17
            values["birth_date"], values["birth_precision"] = current["birth_date"], current["birth_precision"]
        row.before = {
            name: current.get(name)
            for name, value in values.items()
            if name in current and current[name] != value and not _same_month(name, current[name], value)
        }
        row.act = "update" if row.before else "same"
        moved = "unit" in row.before or "post" in row.before
        if moved and "post_since" in values and "post_since" not in row.before and current.get("post_since"):
            month, old = f"{self.look.today:%Y.%m}", f"{from_number(values['post_since']):%Y.%m}"
            fixes = [set_to(month, "post_since"), accept("since_stale", "post_since", "keep_value", old)]
            row.doubt("since_stale", "post_since", fixes, day=month)


def _sharper(values: dict[str, Any], current: dict[str, Any]) -> bool:
    """Whether the file says more about the day of birth than is known, or something else."""
    known = current.get("birth_date")
    return known is None or not _same_period(known, values["birth_date"], values.get("birth_precision", "day"))


def _same_period(known: int, said: int, precision: str) -> bool:
    ours, theirs = from_number(known), from_number(said)
    return ours.year == theirs.year and (precision == "year" or ours.month == theirs.month)


def _same_month(name: str, known: Any, said: Any) -> bool:
    """A month stands for its first day: 2021.03 is no change against 2021-03-15."""
    if name not in DAYS or name == "birth_date" or known is None or said is None:
        return False
    return from_number(said).day == 1 and _same_period(known, said, "month")
