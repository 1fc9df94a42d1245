"""The pages of pictures: the bytes for those in scope, the form, the wall."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from roster.models import OfficerPhoto
from roster.selectors import codes
from roster.services.defaults import install_defaults
from roster.services.photos import store_photo
from tests.factories import papers
from tests.factories.cast import Cast, cast
from tests.factories.force import officers


@pytest.fixture
def force(db: Any) -> Cast:
    return cast()


def client_of(force: Cast, role: str) -> Client:
    client = Client()
    client.force_login(force[role])
    return client


def address(force: Cast, name: str = "officer-photo") -> str:
    return reverse(f"roster:{name}", args=[force.officer_a.pk])


@pytest.mark.parametrize(
    ("role", "status"),
    [
        ("hr_cadre", 200),
        ("unit_head", 200),
        ("officer", 200),
        ("zhou", 404),
        ("counsellor", 403),
        ("system_admin", 403),
    ],
)
def test_the_picture_is_sent_to_those_in_whose_scope_the_officer_is(force: Cast, role: str, status: int):
    store_photo(officer=force.officer_a, content=papers.jpeg(), by=None)
    answer = client_of(force, role).get(address(force))
    assert answer.status_code == status
    assert (answer["Content-Type"] == "image/jpeg") == (status == 200)
    assert Client().get(address(force)).status_code == 302


def test_a_browser_keeps_the_picture_for_this_person_as_long_as_it_is_this_one(force: Cast):
    photo = store_photo(officer=force.officer_a, content=papers.jpeg(), by=None)
    client = client_of(force, "hr_cadre")
    answer = client.get(address(force), {"v": photo.sha256[:16]})
    assert answer["Cache-Control"] == "private, max-age=86400, immutable"
    assert answer["ETag"] == f'"{photo.sha256}"'
    assert client.get(address(force), headers={"If-None-Match": answer["ETag"]}).status_code == 304
    assert client.get(address(force))["Cache-Control"] == "private, no-cache"
    store_photo(officer=force.officer_a, content=papers.jpeg(colour="red"), by=None)
    assert client.get(address(force), {"v": photo.sha256[:16]})["Cache-Control"] == "private, no-cache"


def test_no_picture_and_a_lost_file_are_404(force: Cast, data_dir: Any):
    client = client_of(force, "hr_cadre")
    assert client.get(address(force)).status_code == 404
    photo = store_photo(officer=force.officer_a, content=papers.jpeg(), by=None)
    (data_dir / photo.file).unlink()
    assert client.get(address(force)).status_code == 404


def test_no_stored_file_is_reached_by_its_path(force: Cast):
    photo = store_photo(officer=force.officer_a, content=papers.jpeg(), by=None)
    for prefix in ("/", "/static/", "/media/", "/files/", "/static/../"):
        assert Client().get(prefix + photo.file).status_code == 404


def test_a_cadre_puts_a_picture_in_and_takes_it_back(force: Cast):
    client = client_of(force, "hr_cadre")
    assert client.get(address(force, "officer-photo-edit")).status_code == 200
    upload = SimpleUploadedFile("IMG_1.heic", papers.jpeg(), content_type="image/heic")
    assert client.post(address(force, "officer-photo-edit"), {"photo": upload}).status_code == 302
    photo = OfficerPhoto.objects.get()
    assert photo.stored_by == force["hr_cadre"]
    dossier = reverse("roster:officer-detail", args=[force.officer_a.pk])
    assert photo.sha256[:16] in client.get(dossier).content.decode()
    assert photo.sha256[:16] in client.get(reverse("roster:officer-list"), {"view": "wall"}).content.decode()
    assert client.post(address(force, "officer-photo-withdraw"), {"photo": photo.pk}).status_code == 302
    assert photo.sha256[:16] not in client.get(dossier).content.decode()


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.jpg", b""),
        ("a.jpg", b"<svg xmlns='http://www.w3.org/2000/svg'/>"),
        ("a.jpg", b"<html></html>"),
        ("a.jpg", papers.jpeg()[:-50]),
    ],
)
def test_what_is_refused_stays_on_the_form_with_a_sentence(force: Cast, name: str, content: bytes):
    answer = client_of(force, "hr_cadre").post(
        address(force, "officer-photo-edit"), {"photo": SimpleUploadedFile(name, content)}
    )
    assert answer.status_code == 200
    assert "ph-note--stop" in answer.content.decode()
    assert not OfficerPhoto.objects.exists()


def test_a_picture_of_another_officer_cannot_be_taken_back_through_this_one(force: Cast):
    other = store_photo(officer=force.officer_b, content=papers.jpeg(), by=None)
    client = client_of(force, "hr_cadre")
    assert client.post(address(force, "officer-photo-withdraw"), {"photo": other.pk}).status_code == 404
    for role in ("unit_political_officer", "leadership"):
        assert client_of(force, role).get(address(force, "officer-photo-edit")).status_code == 403


def test_the_wall_asks_no_more_for_three_pictures_than_for_one(force: Cast):
    codes.forget()
    install_defaults()
    client, wall = client_of(force, "hr_cadre"), reverse("roster:officer-list")
    counts = []
    for number in (1, 2):
        for officer in officers(number, force.branch_a, first=100 * number):
            store_photo(officer=officer, content=papers.jpeg(), by=None)
        client.get(wall, {"view": "wall"})
        with CaptureQueriesContext(connection) as found:
            client.get(wall, {"view": "wall"})
        counts.append(len(found))
    assert counts[0] == counts[1] <= 12
