"""The paper file: categories, the catalogue and its versions, scans and their faults."""

from __future__ import annotations

import datetime as dt
import threading
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import DatabaseError, IntegrityError, connection, transaction

from police_hr.core.access import viewer_for
from police_hr.core.models import AuditEvent
from roster.models import Material, Officer
from roster.selectors import categories, codes
from roster.selectors import materials as selectors
from roster.services import materials as services
from roster.services.defaults import install_defaults
from tests.factories import papers
from tests.factories.cast import Cast, cast

# A folder for each test: what another stores at the same time is no orphan here, and is not swept away.
pytestmark = pytest.mark.usefixtures("data_dir")

FACTS = {"title": "干部履历表", "formed_on": dt.date(2021, 3, 1), "formed_precision": "month", "pages": 2, "copies": 1}


@pytest.fixture
def force(db: Any) -> Cast:
    codes.forget()
    install_defaults()
    return cast()


def add(force: Cast, category: str = "1", **facts: Any) -> Material:
    content = facts.pop("content", None)
    material, _made = services.catalogue_material(
        officer=force.officer_a, category=category, facts=FACTS | facts, content=content, by=force["hr_cadre"]
    )
    return material


def files_there() -> list[Path]:
    folder = Path(settings.DATA_DIR) / "files" / services.FOLDER
    return [path for path in folder.rglob("*") if path.is_file()]


def refused(act: Any, **arguments: Any) -> ValidationError:
    with pytest.raises(ValidationError) as found:
        act(**arguments)
    return found.value


# --- categories -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("title", "code"),
    [
        ("干部任免审批表", "9-2"),  # domain/dossier.md §2.4: to nine, not to three
        ("拟提任考察材料", "9-2"),
        ("2024年度考核登记表", "3"),
        ("干部履历表", "1"),
        ("自传", "2"),
        ("大学本科学位证书", "4-1"),
        ("执法资格考试材料", "4-2"),
        ("2023年晋升警衔培训结业证书", "4-4"),
        ("入党志愿书", "6"),
        ("个人三等功审批表", "7"),
        ("关于给予警告处分的决定", "8"),
        ("工资变动审批表", "9-1"),
        ("因私出国（境）审批表", "9-3"),
        ("党代表登记表", "9-4"),
        ("工伤认定书", "10"),
    ],
)
def test_a_title_speaks_for_its_category(force: Cast, title: str, code: str):
    found = categories.suggest(title)
    assert found is not None
    assert found.code == code


def test_a_title_of_no_known_word_speaks_for_none(force: Cast):
    assert categories.suggest("便条") is None
    assert categories.suggest("") is None


def test_the_ten_have_four_parts_of_the_fourth_and_the_ninth(force: Cast):
    known = categories.categories()
    leaves = [code for code, category in known.items() if not category.heading]
    assert leaves == ["1", "2", "3", "4-1", "4-2", "4-3", "4-4", "5", "6", "7", "8", "9-1", "9-2", "9-3", "9-4", "10"]
    assert known["8"].sensitivity == 4


# --- the catalogue --------------------------------------------------------------------------------------------


def test_numbers_run_on_in_their_category_and_nothing_is_numbered_twice(force: Cast):
    codes_made = [add(force).code, add(force).code, add(force, "9-2", title="干部任免审批表").code]
    assert codes_made == ["1-1", "1-2", "9-2-1"]
    services.withdraw_material(material=Material.objects.get(category="1", number=2), reason="误归", by=None)
    assert add(force).code == "1-3"
    with pytest.raises(IntegrityError), transaction.atomic():
        Material.objects.create(officer=force.officer_a, category="1", number=1, title="x")


def test_a_scan_is_kept_with_its_digest_and_its_pages_counted(force: Cast):
    scan = papers.pdf("一", "二", "三")
    material = add(force, content=scan)
    assert (material.sort, material.scan_pages) == ("pdf", 3)
    assert selectors.scan_path(material).read_bytes() == scan
    event = AuditEvent.objects.get(action="material.add")
    assert event.details["sha256"] == material.sha256


@pytest.mark.parametrize(
    "content", [b"", b"<html></html>", papers.jpeg() + papers.archive(), papers.plain_pdf(), papers.pdf()[:-20]]
)
def test_a_scan_that_is_none_leaves_no_row_and_no_file(force: Cast, content: bytes):
    before = files_there()
    refused(add, force=force, content=content)
    assert not Material.objects.exists()
    assert files_there() == before


@pytest.mark.parametrize(
    ("category", "facts", "field"),
    [
        ("4", {}, "category"),
        ("11", {}, "category"),
        ("1", {"title": " "}, "title"),
        ("1", {"title": "a\x00b"}, "title"),
        ("1", {"formed_on": dt.date(2999, 1, 1)}, "formed_on"),
        ("1", {"pages": 0}, "pages"),
    ],
)
def test_what_cannot_be_is_refused_beside_its_field(force: Cast, category: str, facts: Any, field: str):
    assert field in refused(add, force=force, category=category, **facts).message_dict


def test_a_form_sent_twice_makes_one_material(force: Cast):
    before = len(files_there())
    made = [
        services.catalogue_material(
            officer=force.officer_a, category="1", facts=FACTS, content=papers.jpeg(), key="1:abc", by=force["hr_cadre"]
        )
        for _again in range(2)
    ]
    assert [new for _material, new in made] == [True, False]
    assert made[0][0] == made[1][0]
    assert len(files_there()) == before + 1


def test_a_row_without_its_audit_is_not_written_and_its_file_goes(force: Cast, monkeypatch: pytest.MonkeyPatch):
    def broken(**_event: Any) -> None:
        raise DatabaseError("disk full")

    before = files_there()
    monkeypatch.setattr("police_hr.core.audit.record", broken)
    with pytest.raises(DatabaseError):
        add(force, content=papers.jpeg())
    assert not Material.objects.exists()
    assert files_there() == before


def test_a_crash_between_file_and_row_leaves_an_orphan_that_the_sweep_takes(
    force: Cast, monkeypatch: pytest.MonkeyPatch
):
    from police_hr.core import files

    held = add(force, content=papers.jpeg())
    # what a killed process leaves: the file is whole, no row came
    orphan = files.take_in(papers.png(), folder=services.FOLDER)
    assert files.sweep() == 0
    assert files.sweep(older_than=-1) >= 1
    assert selectors.scan_path(held).is_file()
    assert not files.kept_path(orphan.kept.path, services.FOLDER).exists()


def test_a_replacement_keeps_the_old_version_and_the_number(force: Cast):
    old = add(force, content=papers.jpeg())
    fresh = services.replace_material(
        material=old, facts=FACTS | {"title": "干部履历表（2024）"}, reason="重新填写", by=force["hr_cadre"]
    )
    old.refresh_from_db()
    assert (old.is_current, old.replaced_by, old.title) == (False, fresh, "干部履历表")
    assert (fresh.code, fresh.file, fresh.root_id) == (old.code, old.file, old.pk)
    again = services.replace_material(material=fresh, facts=FACTS, content=papers.png(), reason="重扫", by=None)
    assert again.root_id == old.pk
    assert again.sha256 != old.sha256
    assert [one.pk for one in selectors.versions(viewer_for(force["hr_cadre"]), again)] == [again.pk, fresh.pk, old.pk]


def test_the_loser_of_two_editors_is_told_who_was_quicker_and_what_it_says_now(force: Cast):
    old = add(force)
    services.replace_material(material=old, facts=FACTS | {"title": "新表"}, reason="更正", by=force["hr_cadre"])
    error = refused(services.replace_material, material=old, facts=FACTS, reason="更正", by=force["hr_cadre"])
    assert error.code == "stale"
    assert "新表" in error.messages[0]
    assert force["hr_cadre"].name in error.messages[0]
    assert refused(services.move_material, material=old, category="2", reason="x", by=None).code == "stale"


def test_moving_gives_a_number_of_the_new_category(force: Cast):
    add(force, "9-2", title="干部任免审批表")
    wrong = add(force, "3", title="考察材料")
    moved = services.move_material(material=wrong, category="9-2", reason="应归九类", by=force["hr_cadre"])
    assert moved.code == "9-2-2"
    assert Material.objects.filter(is_current=True).count() == 2
    assert (
        "category" in refused(services.move_material, material=moved, category="9-2", reason="x", by=None).message_dict
    )


def test_completeness_names_what_a_file_lacks(force: Cast):
    viewer = viewer_for(force["hr_cadre"])
    before = selectors.catalogue(viewer, force.officer_a)
    add(force)
    after = selectors.catalogue(viewer, force.officer_a)
    first = next(section for section in after.sections if section.category.code == "1")
    assert first.missing == []
    assert next(s for s in after.sections if s.category.code == "9-2").missing
    assert after.percent > before.percent == 0


def test_the_catalogue_asks_as_often_for_three_materials_as_for_one(force: Cast, django_assert_num_queries: Any):
    viewer = viewer_for(force["hr_cadre"])
    viewer.has("material.view")
    add(force)
    selectors.catalogue(viewer, force.officer_a)
    with django_assert_num_queries(5):
        selectors.catalogue(viewer, Officer.objects.select_related("unit").get(pk=force.officer_a.pk))
    add(force)
    add(force, "9-1")
    with django_assert_num_queries(5):
        selectors.catalogue(viewer, Officer.objects.select_related("unit").get(pk=force.officer_a.pk))


@pytest.mark.django_db(transaction=True)
def test_two_uploads_at_once_get_two_numbers():
    codes.forget()
    install_defaults()
    force = cast()
    ready = threading.Barrier(2)
    failures: list[Exception] = []

    def upload(colour: str) -> None:
        try:
            ready.wait(timeout=20)
            add(force, content=papers.jpeg(colour=colour))
        except Exception as error:  # noqa: BLE001  # told in the main thread
            failures.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=upload, args=(colour,)) for colour in ("red", "blue")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert sorted(Material.objects.values_list("number", flat=True)) == [1, 2]
