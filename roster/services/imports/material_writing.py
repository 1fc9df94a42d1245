"""How an imported catalogue of materials is written: hidden rows that the flip makes current."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice

from django.db import transaction

from roster.importing.reading import Staged
from roster.importing.targets.materials import Materials, formed_day
from roster.models import ImportBatch, Material
from roster.services.imports.writing import Writer

CHUNK = 2_000


class MaterialWriter(Writer[Materials]):
    """Rows are written as not current, so that no catalogue shows them and no number is taken before the flip."""

    def write(self, rows: Iterable[Staged]) -> None:
        new = (self._material(row) for row in rows if row.act == "new")
        while chunk := list(islice(new, CHUNK)):
            with transaction.atomic():
                Material.objects.bulk_create(chunk)

    def _material(self, row: Staged) -> Material:
        values = row.values
        return Material(
            officer_id=row.officer or 0,
            category=values["category"],
            number=values["number"],
            title=values["title"],
            formed_on=formed_day(values),
            formed_precision=values.get("formed_precision", "day"),
            pages=values["pages"],
            copies=values["copies"],
            remark=values.get("remark", "").strip(),
            is_current=False,
            catalogued_by=self.by,
            batch=self.batch,
        )

    def apply(self, batch: ImportBatch) -> None:
        """All stand in the catalogue at once. A number that somebody took meanwhile breaks the constraint, and with it
        the whole import."""
        Material.objects.filter(batch=batch).update(is_current=True)

    def revert(self, batch: ImportBatch) -> None:
        """Take out what stands as it came, and give its numbers free; what a person replaced or took out since stays
        as it is."""
        Material.objects.filter(batch=batch, is_current=True, withdrawn_at=None).update(is_current=False)
