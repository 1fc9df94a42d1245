"""Index models as pages: edited part by part, previewed, submitted, decided on, compared, taken along."""

from __future__ import annotations

import datetime as dt
import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from police_hr.core import jobs
from police_hr.core.models import AuditEvent
from scoring.models import IndexModel, IndexModelVersion
from scoring.services import models as services

BASE = "/scoring/models/cn-default"


@pytest.fixture
def draft(empty):
    model = IndexModel.objects.select_related("active").get(is_default=True)
    empty.model = model
    empty.draft = services.start_draft(version=model.active, by=empty.users["cadre"])
    return empty


def form_of(client, part, number=2):
    """What the browser would send: every field of the part as it stands."""
    page = client.get(f"{BASE}/{number}/edit?part={part}")
    form = page.context["form"]
    data = {name: form[name].value() for name in form.fields}
    data = {name: value for name, value in data.items() if value is not None and value is not False}
    return data | {"edition": page.context["version"].edition, "reason": page.context["version"].reason}


def post(client, part, **changes):
    data = form_of(client, part)
    data.update(changes)
    return client.post(f"{BASE}/2/edit?part={part}", {k: v for k, v in data.items() if v is not None})


def stored(draft):
    draft.draft.refresh_from_db()
    return draft.draft.definition


def test_a_cadre_makes_a_draft_and_changes_points_half_life_and_cap(draft):
    client = draft.client("cadre")
    answer = client.post(f"{BASE}/1/draft")
    assert answer.url == f"{BASE}/3/edit"
    answer = post(client, "D", **{"points-D01": "4.5", "half-D01": "30", "cap-D01": "20", "cap": "24", "reason": "why"})
    assert answer.status_code == 302, answer.context["form"].errors
    one = next(one for one in stored(draft)["indicators"] if one["code"] == "D01")
    assert (one["evidence"][0]["points"], one["decay"]["half_life"], one["cap"]) == (4.5, 30, 20)
    assert next(d for d in draft.draft.definition["dimensions"] if d["code"] == "D")["cap"] == 24
    assert (draft.draft.reason, draft.draft.edition) == ("why", 2)
    page = client.get(f"{BASE}/2/edit?part=D").content.decode()
    assert "<del>4</del>" in page, "the former value stands struck beside the new"


def test_saving_what_was_not_touched_changes_no_content(draft):
    client = draft.client("cadre")
    before = draft.draft.digest
    for part in ("A", "B", "K", "rules", "floors"):
        assert post(client, part).status_code == 302
    stored(draft)
    assert draft.draft.digest == before


def test_switching_off_thresholds_and_floors(draft):
    client = draft.client("cadre")
    assert post(client, "A", **{"on-A01": None}).status_code == 302
    assert post(client, "rules", attention="30", help="55", rise="", rise_days="").status_code == 302
    floor = draft.model.active.definition["floors"][0]["code"]
    assert post(client, "floors", **{f"on-{floor}": None}).status_code == 302
    found = stored(draft)
    assert found["indicators"][0]["enabled"] is False
    assert (found["thresholds"], "rise" in found) == ({"attention": 30, "help": 55}, False)
    assert found["floors"][0]["enabled"] is False


@pytest.mark.parametrize(
    ("part", "field", "value"),
    [
        ("D", "points-D01", "1000000"),
        ("D", "points-D01", "=1+1"),
        ("D", "points-D01", "-1"),
        ("D", "points-D01", "0.125"),
        ("D", "half-D01", "0"),
        ("D", "half-D01", "-5"),
        ("D", "half-D01", ""),
        ("A", "cap-A01", "25"),
        ("A", "cap-A01", "0.5"),
        ("D", "cap", "0"),
        ("rules", "attention", "70"),
        ("rules", "min_coverage", "60"),
    ],
)
def test_a_fault_stands_beside_its_field_and_nothing_is_saved(draft, part, field, value):
    answer = post(draft.client("cadre"), part, **{field: value})
    assert answer.status_code == 200
    assert answer.context["form"].errors[field]
    assert answer.context["form"][field].value() == value, "what was typed stays"
    assert stored(draft) == draft.model.active.definition


def test_of_two_editors_the_second_sees_both_and_may_save_again(draft):
    first, second = draft.client("cadre"), draft.client("director")
    late = form_of(second, "D") | {"points-D01": "9"}
    assert post(first, "D", **{"points-D01": "5"}).status_code == 302
    answer = second.post(f"{BASE}/2/edit?part=D", late)
    page = answer.content.decode()
    assert answer.status_code == 200
    assert "while you were editing it" in page
    assert "<del>5</del>" in page
    assert "<ins>9</ins>" in page
    again = late | {"edition": answer.context["version"].edition}
    assert second.post(f"{BASE}/2/edit?part=D", again).status_code == 302
    assert next(one for one in stored(draft)["indicators"] if one["code"] == "D01")["evidence"][0]["points"] == 9


def test_one_indicator_in_full_and_a_new_one(draft):
    client = draft.client("cadre")
    url = f"{BASE}/2/indicators/B01"
    form = client.get(url).context["form"]
    data = {name: form[name].value() for name in form.fields if form[name].value() not in (None, False)}
    data |= {"points-0": "7", "valid_from": "2027-01-01", "valid_to": "2026-01-01", "edition": "1"}
    answer = client.post(url, data)
    assert answer.context["form"].errors["valid_to"]
    assert client.post(url, data | {"valid_to": "2028-01-01"}).status_code == 302
    one = next(one for one in stored(draft)["indicators"] if one["code"] == "B01")
    assert one["evidence"][0]["severity"]["map"][0]["points"] == 7
    assert (one["valid_from"], one["valid_to"]) == ("2027-01-01", "2028-01-01")
    new = f"{BASE}/2/indicators/new?part=A"
    kinds = dict(client.get(new).context["form"].fields["kind"].choices)
    assert not {"MARRIAGE", "CHILDBIRTH", "COMPLAINT_RECEIVED"} & set(kinds)
    data = {
        "code": "A01",
        "name_zh": "新",
        "name_en": "New",
        "kind": "LATE_EARLY",
        "points": "2",
        "mode": "exp",
        "half_life": "30",
    }
    assert client.post(new, data).context["form"].errors["code"]
    assert client.post(new, data | {"code": "A11", "name_en": "=cmd"}).context["form"].errors["name_en"]
    assert client.post(new, data | {"code": "A11", "kind": "MARRIAGE"}).context["form"].errors["kind"]
    assert client.post(new, data | {"code": "A11"}).status_code == 302
    assert stored(draft)["indicators"][-1]["code"] == "A11"
    assert client.get(f"{BASE}/2/indicators/NONE").status_code == 404


def test_the_worked_example_follows_what_is_typed(draft):
    client = draft.client("cadre")
    found = client.get(f"{BASE}/2/example?indicator=D05&points-D05=5&half-D05=60").context["example"]
    # the mock-up of the editor: 5 points, half-life 60 days
    assert found.rows[0].values[:6] == ["5.00", "4.20", "3.54", "2.50", "1.77", "1.25"]
    assert client.get(f"{BASE}/2/example?indicator=D05&points-D05=%3D1%2B1").context["example"].fault
    assert client.get(f"{BASE}/2/example?indicator=none").status_code == 200


def test_the_whole_way_from_draft_to_use_through_pages(board):
    model = IndexModel.objects.select_related("active").get(is_default=True)
    draft = services.start_draft(version=model.active, by=board.users["cadre"])
    cadre, director = board.client("cadre"), board.client("director")
    definition = {**draft.definition, "thresholds": {"attention": 10, "help": 30}}
    services.edit_draft(version=draft, definition=definition, by=board.users["cadre"], edition=1)
    refused = cadre.post(f"{BASE}/2/submit", {"reason": "lower thresholds"}, follow=True)
    assert "Preview first" in refused.content.decode()
    assert cadre.post(f"{BASE}/2/preview").status_code == 302
    assert 'hx-trigger="every 1s"' in cadre.get(f"{BASE}/2/preview").content.decode()
    draft.refresh_from_db()
    jobs.run(draft.preview.job_id)
    page = cadre.get(f"{BASE}/2/preview")
    assert page.context["page"].moved > 0
    assert AuditEvent.objects.filter(action="model.names").exists(), "names are written down before they are shown"
    assert "Submitted" in cadre.post(f"{BASE}/2/submit", {"reason": "lower thresholds"}, follow=True).content.decode()
    assert cadre.post(f"{BASE}/2/approve", {"active_from": timezone.localdate()}).status_code == 403
    assert cadre.get(f"{BASE}/2/edit").status_code == 404, "what is submitted is not edited"
    past = director.post(f"{BASE}/2/approve", {"active_from": "2020-01-01"}, follow=True).content.decode()
    assert "the past is never judged anew" in past
    assert (
        "In use from now on"
        in director.post(f"{BASE}/2/approve", {"active_from": timezone.localdate()}, follow=True).content.decode()
    )
    model.refresh_from_db()
    assert model.active.number == 2


def test_refusing_giving_up_and_who_had_a_hand(draft):
    cadre, director = draft.client("cadre"), draft.client("director")
    post(cadre, "D", **{"points-D01": "5"})
    cadre.post(f"{BASE}/2/submit", {"reason": "a good reason"})
    assert "Reason of the refusal" in director.get(f"{BASE}?version=2").content.decode()
    director.post(f"{BASE}/2/refuse", {"reason": "D01 is too high"})
    assert "D01 is too high" in cadre.get(f"{BASE}?version=2").content.decode()
    own = director.post(f"{BASE}/2/draft").url
    assert own.endswith("/3/edit")
    director.post(f"{BASE}/3/submit", {"reason": "the director's own"})
    assert "another person has to decide" in director.get(f"{BASE}?version=3").content.decode()
    answer = director.post(f"{BASE}/3/approve", {"active_from": timezone.localdate()}, follow=True)
    assert "You had a hand" in answer.content.decode()
    cadre.post(f"{BASE}/3/withdraw")
    assert IndexModelVersion.objects.get(number=3, model=draft.model).state == "withdrawn"


def test_who_acts_for_a_part_of_the_force_only_changes_no_model(draft):
    from roster.access import grant_role
    from tests.pages.scoring.conftest import signed_in

    part = draft.make.account("PART", "political_director", draft.units["S1"])
    client = signed_in(part)
    assert client.get(f"{BASE}?version=2").status_code == 200
    for path in ("1/draft", "2/edit", "2/submit", "2/approve", "2/refuse", "2/withdraw"):
        assert client.post(f"{BASE}/{path}", {"active_from": timezone.localdate()}).status_code == 403
    grant_role(user=part, role="political_director", unit=draft.units["B"], by=None)
    assert signed_in(part).post(f"{BASE}/2/withdraw").status_code == 302


def test_two_versions_side_by_side(draft):
    client = draft.client("cadre")
    post(client, "D", **{"points-D01": "5", "half-D02": "30"})
    page = client.get(f"{BASE}/compare?old=1&new=2")
    lines = [line for section in page.context["sections"] for line in section.lines]
    assert {(line.code, line.old, line.new) for line in lines} == {("D01", "4", "5"), ("D02", "45", "30")}
    assert not client.get(f"{BASE}/compare?old=1&new=1").context["sections"]
    assert client.get(f"{BASE}/compare?old=x&new=99999999999").status_code == 200
    assert client.get("/scoring/models/none/compare").status_code == 404


def test_a_model_goes_out_as_a_file_and_comes_in_as_a_draft(draft):
    client = draft.client("cadre")
    file = client.get(f"{BASE}/1/file")
    assert 'filename="cn-default-v1.json"' in file["Content-Disposition"]
    content = json.loads(file.content)
    content["definition"]["thresholds"]["attention"] = 33
    upload = SimpleUploadedFile("model.json", json.dumps(content).encode())
    answer = client.post("/scoring/models/import", {"file": upload, "reason": "from the file"})
    assert answer.url == f"{BASE}/3/edit"
    for content, words in (
        (b"{", "is not JSON"),
        (b"x" * 1_000_001, "1 MB"),
        (b"\xff\xfe", "UTF-8"),
        (b"[]", "object"),
    ):
        answer = client.post("/scoring/models/import", {"file": SimpleUploadedFile("model.json", content)})
        assert answer.status_code == 400
        assert words in answer.content.decode()
    assert client.post("/scoring/models/import").status_code == 400


def test_every_officer_reads_how_the_index_works_by_the_version_in_force(empty):
    client = empty.client("officer")
    page = client.get("/scoring/method")
    assert page.context["page"].version.number == 1
    assert "Late or early" in page.content.decode()
    model = IndexModel.objects.select_related("active").get(is_default=True)
    changed = json.loads(json.dumps(model.active.definition))
    changed["thresholds"]["attention"] = 33
    draft = services.draft_version(model=model, definition=changed, reason="x", by=empty.users["cadre"])
    services.submit_version(version=draft, reason="a good reason", by=empty.users["cadre"])
    services.approve_version(
        version=draft, active_from=timezone.localdate() + dt.timedelta(days=1), by=empty.users["director"]
    )
    assert client.get("/scoring/method").context["page"].attention_from == "35"
    services.activate_due(timezone.localdate() + dt.timedelta(days=1))
    assert client.get("/scoring/method").context["page"].attention_from == "33"


def test_the_list_of_models_asks_the_same_questions_for_one_version_and_for_three(draft, django_assert_num_queries):
    client = draft.client("cadre")
    client.get("/scoring/models")
    with django_assert_num_queries(QUERIES_OF_THE_LIST):
        client.get("/scoring/models")
    for _number in range(2):
        services.start_draft(version=draft.model.active, by=draft.users["cadre"])
    with django_assert_num_queries(QUERIES_OF_THE_LIST):
        client.get("/scoring/models")


QUERIES_OF_THE_LIST = 9
