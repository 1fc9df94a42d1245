"""Checks across the cells of an officer's row: ID number, birth, sex, rank and grade, ages."""

from __future__ import annotations

import datetime as dt
from typing import Any

from police_hr.core.days import from_number, to_number
from roster.importing import cells
from roster.importing.issues import Fix, accept, fill_in, set_to
from roster.importing.lookups import Lookups
from roster.importing.reading import Staged

LEAST_AGE = 16
# The police rank that usually goes with a grade (人民警察警衔条例, bands of the code table rank_band):
# an offer for a button, never a judgement.
USUAL_RANK = {
    "G01": "R04", "G02": "R05", "G03": "R05", "G04": "R06", "G05": "R06", "G06": "R06",
    "G07": "R06", "G08": "R07", "G09": "R08", "G10": "R09", "G11": "R10", "G12": "R11",
}  # fmt: skip
# Police ranks of officers (警员) go with the two lowest grades only.
LOW_RANKS = frozenset({"R12", "R13"})


def nearest_rank_fix(look: Lookups, read: cells.Read) -> cells.Read:
    """`read` for the rank column: a grade written there is recognised as one."""
    grades = look.table("duty_grade", "technical_grade", "general_grade")

    def read_rank(cell: Any) -> Any:
        try:
            return read(cell)
        except cells.CellFault:
            text = cells.as_text(cell)
            if text in grades:
                raise cells.CellFault("rank_is_grade_alone", [_move(), fill_in("rank")], text=text) from None
            raise

    return read_rank


def _move() -> Fix:
    return {"do": "move", "label": "move_to_grade", "field": "rank", "value": "grade"}


def check_rank_against_grade(row: Staged, look: Lookups) -> None:
    """A low police rank beside a high grade: a grade written into the wrong column, or a slip."""
    rank, grade = row.values.get("rank"), row.values.get("grade")
    if rank not in LOW_RANKS or grade is None or grade in ("G11", "G12") or grade not in USUAL_RANK:
        return
    names = look.labels_of_ranks
    usual = names[USUAL_RANK[grade]]
    fixes = [_move(), set_to(usual, "rank")]
    row.error("rank_is_grade", "rank", fixes, grade=names[grade], text=names[rank])


def check_identity(row: Staged, look: Lookups) -> None:
    """Birth and sex against the ID number, ages on joining, days in their order."""
    values = row.values
    number, birth = values.get("id_number"), values.get("birth_date")
    if number and len(number) == 18:
        _check_against_id(row, number, birth)
        birth = values.get("birth_date")
    since, left = values.get("police_since"), values.get("left_on")
    if birth is not None:
        for name in ("police_since", "work_started_on"):
            if (day := values.get(name)) is not None:
                years = from_number(day).year - from_number(birth).year
                if day < birth:
                    row.error("before_birth", name, [fill_in(name)])
                elif years < LEAST_AGE:
                    row.doubt("under_age", name, years=years)
    if since is not None and left is not None and left < since:
        # an old file cannot be asked again: people left and came back, and only the last joining was kept
        tell = row.doubt if look.options.get("historical") else row.error
        tell("left_before_joined", "left_on", [fill_in("left_on")])


def _check_against_id(row: Staged, number: str, birth: int | None) -> None:
    values = row.values
    try:
        said = to_number(dt.date(int(number[6:10]), int(number[10:12]), int(number[12:14])))
    except ValueError:  # a number that a person chose to keep as it is
        return
    if birth is None:
        values["birth_date"], values["birth_precision"] = said, "day"
    else:
        ours, theirs = from_number(birth), from_number(said)
        exact = values.get("birth_precision", "day") == "day"
        if (ours.year, ours.month) != (theirs.year, theirs.month) or (exact and birth != said):
            day, other = (f"{d:%Y-%m-%d}" if exact else f"{d:%Y.%m}" for d in (theirs, ours))
            use_ours = accept("birth_unlike_id", "birth_date", "use_value", other)
            row.doubt("birth_unlike_id", "birth_date", [set_to(day, "birth_date", "use_value"), use_ours], day=day)
        if "birth_unlike_id" not in row.accepted:
            values["birth_date"], values["birth_precision"] = said, "day"
    sex = "M" if int(number[16]) % 2 else "F"
    if values.setdefault("sex", sex) != sex:
        row.doubt("sex_unlike_id", "sex", [fill_in("sex")])
