"""The tab of the appointment form (干部任免审批表): the sheet as it prints, what is wrong with it, how it leaves."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from police_hr.core.roles import Permission
from roster.lrmx.resume import Fault
from roster.printing.sheet import FAMILY_ROWS, sheet_of
from roster.selectors.appointment import APPRAISALS, FAMILY, PERSONAL, SANCTIONS, Form, appointment_form
from roster.views.tabs.base import Opening, Tab

TEMPLATE = "roster/dossier/_approval.html"
WITHHELD = {
    PERSONAL: _("month and place of birth, ancestral home, ethnicity, health, ID number and photo"),
    APPRAISALS: _("annual appraisals"),
    FAMILY: _("the family"),
    SANCTIONS: _("sanctions"),
}
FAULTS = {
    "unread": _("Line %(line)s of the resume has no months: “%(text)s”."),
    "month": _("Line %(line)s of the resume names a month that does not exist: “%(text)s”."),
    "backwards": _("Line %(line)s of the resume ends before it begins."),
    "gap": _("The resume has a gap from %(month)s on (line %(line)s)."),
    "overlap": _("Line %(line)s of the resume begins in %(month)s, before the line above it ends."),
    "order": _("Line %(line)s of the resume (%(month)s) stands below a later one."),
}


def fault_text(fault: Fault) -> str:
    """What is wrong, in words."""
    month = f"{fault.month:%Y.%m}" if fault.month else ""
    return str(FAULTS[fault.code]) % {"line": fault.line, "month": month, "text": fault.text}


def sheet_context(form: Form) -> dict[str, Any]:
    """What `_approval_sheet.html` draws."""
    sheet = sheet_of(form.document, today=timezone.localdate())
    rows: list[dict[str, str]] = [*sheet.family, *({} for _row in range(FAMILY_ROWS - len(sheet.family)))]
    return {
        "cells": sheet.cells,
        "periods": sheet.resume,
        "family": rows,
        "family_span": len(rows) + 1,
        "has_photo": bool(form.document.photo),
    }


def _approval(opening: Opening) -> dict[str, Any]:
    officer = opening.officer
    form = appointment_form(opening.viewer, officer, timezone.localdate())
    path = officer.unit.path if officer.unit_id and officer.unit else ""
    may_ask = any(opening.may_ask(number) for number in (3, 4))
    return {
        "template": TEMPLATE,
        "form": form,
        "sheet": sheet_context(form),
        "withheld": [WITHHELD[code] for code in form.withheld],
        "withheld_opens": may_ask and bool(form.withheld),
        "faults": [fault_text(fault) for fault in form.faults],
        "may_write": opening.viewer.covers(Permission.OFFICER_EDIT, path),
        "may_print": opening.viewer.covers(Permission.EXPORT, path) and not form.withheld,
        "prints": opening.viewer.covers(Permission.EXPORT, path),
        "formats": [("pdf", "printer", gettext("PDF")), ("docx", "file-text", gettext("Word")),
                    ("lrmx", "download", ".lrmx")],
    }  # fmt: skip


TABS = (Tab("approval", 2, _("Appointment form"), _approval, sensitivity=2, front=True),)
