"""Why a batch as a whole cannot go on: stored as code and arguments, said in the reader's language."""

from __future__ import annotations

from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from police_hr.core.i18n import pick
from police_hr.core.tabular.errors import MESSAGES as TABLE_MESSAGES
from police_hr.core.tabular.errors import TableError

MESSAGES: dict[str, str | Promise] = {
    "missing_fields": _("No column of the file is mapped to: %(names)s. Map them by hand or complete the file."),
    "nothing_mapped": _("None of the columns was recognised. Is this the right kind of table?"),
    "changed": _(
        "Records changed since this batch was checked (another import, or an edit). It was checked again: "
        "please look through the result and submit it once more."
    ),
    "taken": _("Another import is writing the same badge numbers. Wait for it to finish, then submit again."),
    "file_gone": _("The file kept for this batch is missing or was altered. Upload it again."),
    "unknown_target": _("What this file was to be imported as no longer exists. Upload it again."),
    "errors_left": _("%(count)s rows with errors are neither mended nor skipped."),
    "stopped": _("The work stopped unexpectedly; nothing was imported. Try again, or discard the batch."),
    "disk_full": _(
        "The disk of the server is full. Nothing was imported and nothing was lost; tell the administrator, "
        "then try again."
    ),
    "cancelled": _("The work was cancelled; nothing was imported."),
    "archive_damaged": _("The archive is damaged or cut off. Pack the files again."),
    "archive_without": _("There is no .lrmx file in the archive. Choose the exchange files of the appointment form."),
    "archive_too_large": _("The archive holds more than %(most)s files or is too large. Split it."),
    "empty_batch": _("There is nothing to import in this file."),
}


# problems that the next attempt may not meet again
PASSING = frozenset({"changed", "taken", "stopped", "cancelled", "disk_full"})


class ImportStopped(Exception):
    """A batch cannot go on; `code` and `args_` say why."""

    def __init__(self, code: str, **args: Any) -> None:
        super().__init__(code)
        self.code, self.args_ = code, args

    def __str__(self) -> str:
        return sentence({"code": self.code, "args": self.args_})


def from_table_error(problem: TableError) -> dict[str, Any]:
    params = {key: value if isinstance(value, int | float) else str(value) for key, value in problem.params.items()}
    args = {"row": problem.row, "column": problem.column, **params}
    return {"code": "table." + problem.code, "args": args}


def sentence(problem: dict[str, Any]) -> str:
    """What `problem` says, in the active language."""
    code, args = problem["code"], problem["args"]
    if code.startswith("table."):
        told: str = str(TABLE_MESSAGES[code.removeprefix("table.")]) % args
        return told
    if code == "missing_fields":
        names = pick("、", ", ").join(pick(*name) for name in args["fields"])
        return str(MESSAGES[code]) % {"names": names}
    text: str = str(MESSAGES[code]) % args
    return text
