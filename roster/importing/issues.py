"""What can be wrong with a row, as code and arguments; the sentence is made when it is shown.

An issue is stored with its row as JSON and rendered in the reader's language, so that the one who
uploads and the one who mends may read different languages.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal, TypedDict

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from police_hr.core.dates import MESSAGES as DATE_MESSAGES

Level = Literal["error", "doubt"]

MESSAGES: dict[str, str | Promise] = {
    "required": _("must be filled in"),
    "too_long": _("has %(count)s characters; at most %(most)s fit"),
    "unstorable": _("contains a character that cannot be stored"),
    "not_whole": _("“%(text)s” is not a whole number"),
    "not_number": _("“%(text)s” is not a number"),
    "not_money": _("“%(text)s” is not an amount with at most two decimals"),
    "month_range": _("the month must be between 01 and 12"),
    "future": _("lies in the future"),
    "not_choice": _("“%(text)s” is none of the known values"),
    "nearest_choice": _("“%(text)s” is none of the known values; the nearest is “%(nearest)s”"),
    "not_yes_no": _("“%(text)s” means neither yes nor no"),
    "field": _("%(text)s"),
    "badge_shape": _("a badge number has at most 20 letters and digits"),
    "id_length": _("should have 18 characters, has %(count)s"),
    "id_shape": _("is not an ID number: %(count)s of its characters do not fit"),
    "id_check": _("the check digit is wrong, it should end in %(digit)s"),
    "id_birth": _("holds an impossible date of birth"),
    "phone_length": _("should have 11 digits, has %(count)s"),
    "phone_shape": _("is not a mobile phone number"),
    "unit_unknown": _("there is no such unit"),
    "unit_nearest": _("there is no such unit; the nearest is “%(nearest)s”"),
    "unit_doubled": _("several units have this name; write the unit code"),
    "parent_unknown": _("the parent unit “%(text)s” is neither in the file nor in the system"),
    "officer_unknown": _("there is no officer with the badge number %(badge)s"),
    "duplicate_in_file": _("is the same as in row %(row)s"),
    "duplicate_badge": _("is the same as in row %(row)s; badge number %(badge)s belongs to %(name)s"),
    "duplicate_fact": _("the same fact stands in row %(row)s"),
    "duplicate_id": _("this ID number belongs to badge number %(badge)s"),
    "rank_is_grade": _("does not fit the grade “%(grade)s”; “%(text)s” was perhaps meant as the grade"),
    "rank_is_grade_alone": _("“%(text)s” is a grade, not a police rank"),
    "rank_unlike_grade": _("does not fit the grade “%(grade)s”"),
    "since_stale": _("unit or post has changed, but this day has not; please confirm whether it should be %(day)s"),
    "birth_unlike_id": _("differs from %(day)s in the ID number; %(day)s is used"),
    "sex_unlike_id": _("differs from the ID number"),
    "under_age": _("the officer would have been %(years)s years old"),
    "before_birth": _("lies before the officer's birth"),
    "ends_before_start": _("lies before the first day"),
    "left_before_joined": _("lies before the day of joining"),
    "known_before_occurred": _("it was known before it happened (%(day)s)"),
    "closed_before_occurred": _("it was closed before it happened"),
    "overlap": _("overlaps another main post from %(day)s"),
    "row_shape": _("%(text)s"),
    "same_person": _(
        "nobody has this ID number, but %(name)s (%(badge)s) has the same name and month of birth: the same person?"
    ),
    "month_unread": _("“%(text)s” is no month; write it as 200706"),
    "day_unread": _("“%(text)s” is no day; write it as 20261123"),
    "photo_bad": _("is no JPEG or PNG of at least 90 pixels each way; everything but the photo is taken over"),
    "badge_missing": _("a new officer needs a badge number: write it here, or into the name of the file"),
    "id_unlike": _("the dossier of %(name)s (%(badge)s) holds another ID number"),
    "level_unknown": _("“%(text)s” is no education that the code table knows"),
    "appraisal_unknown": _("“%(text)s” is no result of a yearly appraisal; it stays on the form alone"),
    "resume_unread": _("line %(line)s has no months: “%(text)s”"),
    "resume_month": _("line %(line)s names a month that does not exist: “%(text)s”"),
    "resume_backwards": _("line %(line)s ends before it begins"),
    "resume_gap": _("there is a gap from %(month)s on (line %(line)s)"),
    "resume_overlap": _("line %(line)s begins in %(month)s, before the line above it ends"),
    "resume_order": _("line %(line)s (%(month)s) stands below a later one"),
    "unit_from_post": _("the unit is read from the current post: %(unit)s"),
    "unit_not_found": _("the unit of the current post is not known; the officer is entered without a unit"),
    "category_unknown": _("“%(text)s” is no category of the file; write 1 to 10, or 4-1 for a part"),
    "category_part": _("category %(text)s has parts; write which, for example %(text)s-1"),
    "part_guessed": _("the part is not written; by its title it stands in %(text)s"),
    "category_unlike": _("a material of this title usually stands in category %(text)s"),
    "number_taken": _("number %(number)s is taken by “%(title)s”; it is entered as number %(free)s"),
    "material_differs": _("stands in the catalogue as number %(number)s with %(pages)s pages, and stays as it is"),
    "kin_file": _("nobody keeps the file in ten categories of themselves or of a relative"),
    "outside_files": _("the file of this officer is not kept by you"),
    "merged_unit": _("this unit was merged or closed"),
}

# What the buttons beside an issue say.
FIXES: dict[str, str | Promise] = {
    "change_to": _("Change to %(value)s"),
    "keep": _("Keep as it is"),
    "keep_value": _("Keep %(value)s"),
    "use_value": _("Use %(value)s"),
    "leave_empty": _("Leave empty"),
    "fill_in": _("Fill in"),
    "skip": _("Skip this row"),
    "move_to_grade": _("Move to the grade column"),
    "new_unit": _("Create the unit"),
    "is_same": _("The same person"),
    "is_new": _("Somebody else: enter as new"),
    "keep_text": _("Keep as text only"),
    "change_badge": _("Change the badge number"),
}


class Fix(TypedDict, total=False):
    """A button: `do` is set | accept | skip | edit | move | unit; `set` writes `value` into `field`.

    `text` is what the label says where that is not `value`.
    """

    do: str
    label: str
    field: str
    value: str
    text: str


class Issue(TypedDict):
    level: Level
    code: str
    field: str
    args: dict[str, Any]
    fixes: list[Fix]


def error(code: str, field: str = "", fixes: Sequence[Fix] = (), **args: Any) -> Issue:
    """An issue that keeps the row out until it is mended or skipped."""
    return {"level": "error", "code": code, "field": field, "args": args, "fixes": list(fixes)}


def doubt(code: str, field: str = "", fixes: Sequence[Fix] = (), **args: Any) -> Issue:
    """An issue that a person should see, but that keeps nothing out."""
    return {"level": "doubt", "code": code, "field": field, "args": args, "fixes": list(fixes)}


def set_to(value: str, field: str, label: str = "change_to") -> Fix:
    return {"do": "set", "label": label, "field": field, "value": value}


def fill_in(field: str, label: str = "fill_in") -> Fix:
    return {"do": "edit", "label": label, "field": field}


def leave_empty(field: str) -> Fix:
    return {"do": "set", "label": "leave_empty", "field": field, "value": ""}


def accept(code: str, field: str, label: str = "keep", text: str = "") -> Fix:
    """Let the row pass although it has the issue `code`."""
    return {"do": "accept", "label": label, "field": field, "value": code, "text": text}


SKIP: Fix = {"do": "skip", "label": "skip"}


def sentence(issue: Mapping[str, Any]) -> str:
    """What `issue` says, in the active language, without the name of its field."""
    code = issue["code"]
    message = DATE_MESSAGES[code.removeprefix("date.")] if code.startswith("date.") else MESSAGES[code]
    return str(message) % issue["args"]


def fix_label(fix: Mapping[str, Any]) -> str:
    """What the button of `fix` says, in the active language."""
    return str(FIXES[fix["label"]]) % {"value": fix.get("text") or fix.get("value", "")}
