"""Files that come in, and batches at each step."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any

from police_hr.core.identity import check_digit
from police_hr.core.models import User
from roster.models import ImportBatch, ImportRow, Unit
from roster.services.imports.committing import commit
from roster.services.imports.staging import receive, stage
from roster.services.units import create_units
from tests.factories.force import install_defaults, units

HEADER = "警号,姓名,所在单位（全称）,现任职务名称,任职日期,衔级,职级,出生日期,身份证,联系电话,备注"


def csv_bytes(*rows: str, header: str = HEADER, encoding: str = "utf-8") -> bytes:
    return "".join(f"{row}\r\n" for row in (header, *rows)).encode(encoding)


def invented_id(birth: str, serial: int = 1) -> str:
    """An ID number of an area that does not exist (990000), with the right check digit. `birth` is YYYYMMDD."""
    body = f"990000{birth}{serial:03d}"
    return body + check_digit(body)


def received(
    content: bytes, target: str = "officers", *, name: str = "名册.csv", by: User | None = None, **more: Any
) -> ImportBatch:
    return receive(upload=io.BytesIO(content), file_name=name, target=target, by=by, **more)


def staged(content: bytes, target: str = "officers", **more: Any) -> ImportBatch:
    batch = received(content, target, **more)
    stage(batch)
    batch.refresh_from_db()
    return batch


def imported(content: bytes, target: str = "officers", **more: Any) -> ImportBatch:
    batch = staged(content, target, **more)
    commit(batch, more.get("by"))
    batch.refresh_from_db()
    return batch


def row(batch: ImportBatch, number: int) -> ImportRow:
    return ImportRow.objects.get(batch=batch, row_no=number)


def codes(found: ImportRow) -> list[str]:
    return [issue["code"] for issue in found.issues]


def stations(*names: str) -> dict[str, Unit]:
    """A bureau with police stations of these names, and everything an installation starts with."""
    install_defaults()
    units()
    rows: Sequence[dict[str, Any]] = [
        {"code": f"S{index}", "name": name, "parent_code": "B"} for index, name in enumerate(names, 1)
    ]
    made = create_units(rows=rows, by=None)
    return {unit.name: unit for unit in made.values()}
