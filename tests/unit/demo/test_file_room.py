"""What the file room of the invented force holds: photos, catalogues with scans, requests in each state."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest
from django.utils import timezone

from police_hr.demo import file_room
from police_hr.demo.accounts import open_accounts
from police_hr.demo.force import force_of
from police_hr.demo.portraits import portrait
from police_hr.demo.writing import write_foundation, write_people, write_units
from roster.models import Material, MaterialAccess, OfficerPhoto
from roster.selectors.categories import suggest


@pytest.fixture
def filled(db: Any) -> Any:
    force = force_of(120, timezone.localdate(), "示例市公安局")
    write_foundation()
    write_units(force)
    write_people(force, lambda: None)
    open_accounts(force)
    file_room.fill(force)
    return force


def test_photos_files_and_requests_are_there_once_however_often_it_is_filled(filled: Any):
    def counts() -> list[int]:
        return [model.objects.count() for model in (OfficerPhoto, Material, MaterialAccess)]

    first = counts()
    file_room.fill(filled)
    assert counts() == first
    assert first[0] == file_room.FEWEST
    assert Material.objects.exclude(file="").exists()
    assert Material.objects.values("officer").distinct().count() == file_room.FEWEST
    states = Counter(MaterialAccess.objects.values_list("state", flat=True))
    assert states == {"waiting": 1, "approved": 2, "refused": 1}


def test_each_paper_lies_where_its_title_says(filled: Any):
    for material in Material.objects.all():
        found = suggest(material.title)
        assert found is None or found.code == material.category, material


def test_portraits_differ_and_are_the_same_each_time():
    drawn = {portrait(female=female, number=number, grey=False) for female in (True, False) for number in range(6)}
    assert len(drawn) == 12
    assert portrait(female=True, number=1, grey=True) == portrait(female=True, number=1, grey=True)
