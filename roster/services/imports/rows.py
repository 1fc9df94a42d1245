"""What a person decides about single rows of a staged batch: mend a cell, take a fix, accept, skip."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from roster.importing.issues import SKIP, Issue
from roster.importing.reading import HIDDEN, Staged, plain
from roster.importing.targets import Target
from roster.models import ImportBatch, ImportRow
from roster.services.imports import passes
from roster.services.imports.staging import refuse_unless

if TYPE_CHECKING:
    from police_hr.core.models import User

State = ImportBatch.State
LONGEST_CELL = 2_000
Decisions = dict[str, Any]


def mend_cell(*, batch: ImportBatch, row_no: int, field: str, text: str, by: User | None) -> ImportRow:
    """Write `text` into the cell of `field`. The file stays as it is; the change is kept beside it."""
    column = column_of(batch, field)
    text = text.replace("\x00", "").strip()
    if len(text) > LONGEST_CELL:
        raise ValidationError(_("A cell has at most %(most)d characters.") % {"most": LONGEST_CELL})

    def decide(decisions: Decisions, row: ImportRow) -> None:
        decisions.setdefault("cells", {})[str(column)] = text
        # what was accepted of the old text does not hold for the new one
        decisions["accept"] = []
        decisions["skip"] = False

    return _decide(batch, row_no, decide)


def skip_row(*, batch: ImportBatch, row_no: int, skip: bool = True, by: User | None) -> ImportRow:
    """Leave the row out, or take it in again."""

    def decide(decisions: Decisions, row: ImportRow) -> None:
        decisions["skip"] = skip

    return _decide(batch, row_no, decide)


def take_fix(*, batch: ImportBatch, row_no: int, issue: int, fix: int, by: User | None) -> ImportRow:
    """Carry out the fix number `fix` of the issue number `issue` of the row, as it is stored there."""
    row = ImportRow.objects.filter(batch=batch, row_no=row_no).first()
    if row is None or issue >= len(row.issues) or fix >= len(row.issues[issue]["fixes"]):
        raise ValidationError(_("This row has changed meanwhile. Look at it again."))
    chosen = row.issues[issue]["fixes"][fix]
    act = chosen["do"]
    if act == "skip":
        return skip_row(batch=batch, row_no=row_no, by=by)
    if act == "set":
        return mend_cell(batch=batch, row_no=row_no, field=chosen["field"], text=chosen["value"], by=by)
    if act == "unit":
        return _make_unit(batch, row_no, chosen["value"])
    if act == "move":
        return _move(batch, row_no, chosen["field"], chosen["value"])
    if act == "accept":
        return _decide(
            batch, row_no, lambda decisions, _row: decisions.setdefault("accept", []).append(chosen["value"])
        )
    raise ValidationError(_("Write the right value into the cell."))


def skip_all_errors(*, batch: ImportBatch, by: User | None) -> int:
    """Skip every row that stands as an error. Returns how many."""
    refuse_unless(batch, State.STAGED)
    with transaction.atomic():
        batch = ImportBatch.objects.select_for_update().get(pk=batch.pk)
        rows = list(ImportRow.objects.filter(batch=batch, state="error"))
        standing = int(batch.counts.get("error", 0))
        if len(rows) < standing:
            # more errors than are kept row by row: the batch as a whole leaves them out
            batch.options = {**batch.options, "on_error": "skip"}
            batch.save(update_fields=["options"])
            return standing
        counts = dict(batch.counts)
        for row in rows:
            counts["digest"] ^= passes.fingerprint(row.row_no, "error", row.act, row.target_number)
            counts["digest"] ^= passes.fingerprint(row.row_no, "skip", row.act, row.target_number)
            row.decisions = {**row.decisions, "skip": True}
            row.state = "skip"
        counts["error"], counts["skip"] = 0, counts.get("skip", 0) + len(rows)
        ImportRow.objects.bulk_update(rows, ["decisions", "state"], batch_size=500)
        batch.counts = counts
        batch.save(update_fields=["counts"])
    return len(rows)


def column_of(batch: ImportBatch, field: str) -> int:
    """The column that is mapped to `field`. Raises ValidationError where none is."""
    for entry in batch.mapping:
        if entry["field"] == field:
            return int(entry["column"])
    raise ValidationError(_("No column of the file is mapped to this field."))


def _move(batch: ImportBatch, row_no: int, source: str, goal: str) -> ImportRow:
    """Move a cell to another column; a value that stands there already is kept, the wrong one is emptied."""
    start, end = column_of(batch, source), column_of(batch, goal)

    def decide(decisions: Decisions, row: ImportRow) -> None:
        cells = decisions.setdefault("cells", {})
        if not row.cells[end]:
            cells[str(end)] = row.cells[start]
        cells[str(start)] = ""

    return _decide(batch, row_no, decide)


def _make_unit(batch: ImportBatch, row_no: int, name: str) -> ImportRow:
    """Have the unit made with the batch, below the root, under a code of the batch."""
    made = dict(batch.options.get("new_units", {}))
    made.setdefault(name, f"{batch.number}-{len(made) + 1}")
    batch.options = {**batch.options, "new_units": made}
    batch.options["found_units"] = {**batch.options.get("found_units", {}), made[name]: name}
    batch.save(update_fields=["options"])
    return _decide(batch, row_no, lambda decisions, _row: None)


def _decide(batch: ImportBatch, row_no: int, decide: Callable[[Decisions, ImportRow], object]) -> ImportRow:
    """Lay a decision over a row, judge the row anew and keep the batch's counts true."""
    with transaction.atomic():
        batch = ImportBatch.objects.select_for_update().get(pk=batch.pk)
        refuse_unless(batch, State.STAGED)
        row = ImportRow.objects.select_for_update().filter(batch=batch, row_no=row_no).first()
        if row is None:
            raise ValidationError(_("The batch has no row %(row)d to decide about.") % {"row": row_no})
        decisions: Decisions = dict(row.decisions)
        decide(decisions, row)
        target = passes.open_target(batch)
        judged = _judge(batch, target, row, decisions)
        _recount(batch, row, judged)
        row.decisions = decisions
        row.cells = [cell if cell == HIDDEN else _shown(cell) for cell in judged.cells]
        row.values = plain({n: value for n, value in judged.values.items() if not target.fields_hidden(n)})
        row.state, row.act, row.before = judged.state, judged.act, judged.before
        row.issues, row.key = list(judged.issues), judged.key[:120]
        row.target_number, row.officer_number = judged.target, judged.officer
        row.save()
    return row


def _judge(batch: ImportBatch, target: Target, row: ImportRow, decisions: Decisions) -> Staged:
    reader = passes.make_reader(batch, target)
    judged = reader.read(row.row_no, list(row.cells), decisions)
    if judged.key:
        twin = ImportRow.objects.filter(batch=batch, key=judged.key).exclude(row_no=row.row_no).exclude(state="skip")
        first = twin.order_by("row_no").first()
        if first is not None and not any(issue["code"].startswith("duplicate") for issue in judged.issues):
            key_field = next((name for name, field in target.fields.items() if field.key), "")
            judged.error("duplicate_in_file", key_field, [SKIP], row=first.row_no)
    return judged


def _recount(batch: ImportBatch, old: ImportRow, new: Staged) -> None:
    counts = dict(batch.counts)
    acts: Counter[str] = Counter(counts.get("acts", {}))
    reasons: Counter[str] = Counter(counts.get("reasons", {}))
    states = Counter({state: counts.get(state, 0) for state in (old.state, new.state)})
    states[old.state] -= 1
    states[new.state] += 1
    if old.state not in ("error", "skip"):
        acts[old.act] -= 1
    if new.state not in ("error", "skip"):
        acts[new.act] += 1
    reasons.subtract({_reason(issue) for issue in old.issues})
    reasons.update({_reason(issue) for issue in new.issues})
    for state in (old.state, new.state):
        counts[state] = states[state]
    counts["acts"] = {act: count for act, count in acts.items() if count}
    counts["reasons"] = {reason: count for reason, count in reasons.items() if count > 0}
    counts["digest"] ^= passes.fingerprint(old.row_no, old.state, old.act, old.target_number)
    counts["digest"] ^= passes.fingerprint(new.number, new.state, new.act, new.target)
    batch.counts = counts
    batch.save(update_fields=["counts"])


def _reason(issue: Issue | dict[str, Any]) -> str:
    return f"{issue['level']}.{issue['code']}"


def _shown(cell: Any) -> Any:
    return cell.isoformat() if hasattr(cell, "isoformat") else cell
