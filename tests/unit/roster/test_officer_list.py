"""The officer list's reads: counts that add up, search, scope, order, saved filters, exports."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.http import QueryDict
from django.utils import timezone

from police_hr.core import jobs
from police_hr.core.access import viewer_for
from police_hr.core.models import AuditEvent
from police_hr.core.tabular import verify_xlsx
from roster.access import path_range, read_bounds
from roster.forms.officer_filter import read_query
from roster.models import ExportRequest, ImportBatch, Officer
from roster.selectors import facets, search
from roster.selectors.officer_list import AGE_BANDS, COLUMNS, SORTS, OfficerQuery, age_condition, narrowed, ordered
from roster.services import exports, saved_filters
from roster.services.export_forms import form_of
from roster.services.officers import create_officers
from tests.factories.cast import cast
from tests.factories.force import account, officers

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("defaults")]
TODAY = timezone.localdate()


def counts(viewer, **query):
    return facets.counts(viewer, OfficerQuery(**query), read_bounds())


@pytest.fixture
def people():
    """A cadre over the bureau, twelve officers of two branches with different ranks, ages and states."""
    found = cast()
    made = officers(8, found.branch_a, first=11) + officers(4, found.branch_b, first=31)
    for place, officer in enumerate(made):
        Officer.objects.filter(pk=officer.pk).update(
            rank=f"R{6 + place % 3:02d}",
            birth_date=None if place == 5 else dt.date(1960 + 4 * place, 3, 1),
            status="retired" if place == 7 else "serving",
            post_since=dt.date(TODAY.year - place, 1, 1),
            branch="" if place == 2 else "traffic",
        )
    return found


def viewer_of(found, role="hr_cadre"):
    return viewer_for(found[role])


# --- counts ---------------------------------------------------------------------------------------------------
QUERIES = [
    {},
    {"chosen": {"rank": ("R06", "R07")}},
    {"chosen": {"rank": ("R06",), "branch": ("traffic", "-"), "age": ("56", "51-55", "-")}},
    {"chosen": {"status": ("serving", "retired")}},
    {"post_years_gte": 3},
    {"age_from": 30, "age_to": 50},
    {"q": "民警"},
]


@pytest.mark.parametrize("query", QUERIES)
def test_counts_add_up_to_what_is_shown(people, query):
    viewer = viewer_of(people)
    found, asked = counts(viewer, **query), OfficerQuery(**query)
    assert found.shown == narrowed(viewer, asked).count() > 0
    for facet in COLUMNS:
        ticked = asked.status if facet == "status" else asked.chosen.get(facet, ())
        values = found.facets[facet]
        assert sum(n for value, n in values.items() if not ticked or value in ticked) == found.shown, facet


def test_an_unticked_value_says_how_many_it_would_add(people):
    viewer = viewer_of(people)
    added = counts(viewer, chosen={"rank": ("R06",)}).facets["rank"]["R07"]
    both = counts(viewer, chosen={"rank": ("R06", "R07")}).shown
    assert both == counts(viewer, chosen={"rank": ("R06",)}).shown + added


def test_out_of_scope_is_in_no_count(people):
    found = counts(viewer_of(people, "unit_political_officer"))
    assert found.shown == 8  # seven serving of the fixture, one of the cast
    assert set(found.units) == {people.branch_a.pk}
    assert counts(viewer_for(people["nobody"])).shown == 0


def test_officers_of_a_hidden_batch_do_not_count(people):
    viewer = viewer_of(people)
    before = counts(viewer).shown
    batch = ImportBatch.objects.create(number="DR-2026-0001", target="officers", file_name="a.csv")
    create_officers(rows=[{"badge_no": "777777", "name": "隐身"}], batch=batch, by=None)
    assert read_bounds().hidden == (batch.pk,)
    assert counts(viewer).shown == before
    assert search.suggestions(viewer, "777777") == []


def test_the_counts_are_one_statement(people, django_assert_num_queries):
    bounds, query = read_bounds(), OfficerQuery(chosen={"rank": ("R06",)}, q="民警")
    viewer = viewer_of(people)
    with django_assert_num_queries(1):
        facets.counts(viewer, query, bounds)


def test_bounds_change_the_statement_and_not_the_officers(people):
    for role in ("hr_cadre", "unit_political_officer", "nobody"):
        viewer = viewer_of(people, role)
        plain = narrowed(viewer, OfficerQuery())
        assert set(plain) == set(narrowed(viewer, OfficerQuery(), bounds=read_bounds()))


def test_bands_of_age_leave_no_gap():
    edges = list(AGE_BANDS.values())
    assert [oldest + 1 for _youngest, oldest in edges[:-1]] == [youngest for youngest, _oldest in edges[1:]]


@pytest.mark.parametrize(("birth", "age"), [((1996, 2, 29), 29), ((1996, 3, 1), 29), ((1996, 2, 28), 30)])
def test_an_age_is_reached_on_the_birthday(people, birth, age):
    """On 28 February 2026: who was born on 29 February 1996 is still 29."""
    Officer.objects.filter(pk=people.officer_a.pk).update(birth_date=dt.date(*birth))
    one = Officer.objects.filter(pk=people.officer_a.pk)
    assert one.filter(age_condition(age, age, dt.date(2026, 2, 28))).exists()
    assert not one.filter(age_condition(age + 1, None, dt.date(2026, 2, 28))).exists()


# --- order ------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("key", sorted(set(SORTS) - {"unit", "status"}))
def test_every_order_of_one_state_has_an_index(key):
    """A page of 100,000 serving officers is read along an index; sorting them would take four times as long.
    The order by unit lies in another table, that by status is the state itself."""
    fields = ["status", *(name.removeprefix("-") for name in SORTS[key])]
    assert any(index.fields[: len(fields)] == fields for index in Officer._meta.indexes)


@pytest.mark.parametrize("key", SORTS)
def test_every_order_shows_everybody_once(people, key):
    viewer = viewer_of(people)
    for sort in (key, f"-{key}"):
        query = OfficerQuery(sort=sort)
        shown = list(ordered(narrowed(viewer, query), query, viewer))
        assert len(shown) == len(set(shown)) == counts(viewer).shown


def test_the_oldest_come_first_and_the_unknown_last(people):
    viewer, query = viewer_of(people), OfficerQuery(sort="-age")
    births = [officer.birth_date for officer in ordered(narrowed(viewer, query), query, viewer)]
    known = [birth for birth in births if birth]
    assert known == sorted(known)
    assert births[-1] is None


def test_a_unit_means_all_below_it(people):
    below = narrowed(viewer_of(people), OfficerQuery(unit=people.branch_a.pk, unit_path=people.branch_a.path))
    assert set(below) == set(Officer.objects.filter(path_range(people.branch_a.path, "unit__path"), status="serving"))


# --- addresses ----------------------------------------------------------------------------------------------------
def test_an_address_says_all_of_the_query(people):
    viewer = viewer_of(people)
    address = f"q=x&unit={people.branch_a.pk}&rank=R06&rank=R07&age=56&age_from=20&post_years_gte=5&sort=-age&view=wall"
    query, notices = read_query(QueryDict(address), viewer)
    assert notices == []
    again, _notices = read_query(QueryDict(query.url[1:]), viewer)
    assert again == query
    assert query.chosen == {"rank": ("R06", "R07"), "age": ("56",)}


@pytest.mark.parametrize(
    "address",
    [
        "unit=1e9",
        "unit=99999999999999999999",
        "page=0",
        "sort=id;drop",
        "view=map",
        "age=12",
        "age_from=-1",
        "post_years_gte=x",
    ],
)
def test_what_cannot_be_is_left_out_with_a_sentence(people, address):
    query, notices = read_query(QueryDict(address), viewer_of(people))
    assert query == OfficerQuery()
    assert len(notices) == 1


def test_a_unit_out_of_scope_is_as_unknown_as_none(people):
    viewer = viewer_for(people["zhou"])
    answers = [read_query(QueryDict(f"unit={pk}"), viewer) for pk in (people.branch_a.pk, 2**40)]
    assert answers[0] == answers[1]


# --- saved filters ------------------------------------------------------------------------------------------------
def test_a_filter_of_the_same_name_is_replaced(people):
    by = people["hr_cadre"]
    saved_filters.save_filter(name="老所长", query="age=56", by=by)
    saved_filters.save_filter(name=" 老所长 ", query="rank=R06", by=by)
    assert [saved.query for saved in by.saved_filters.all()] == ["rank=R06"]
    with pytest.raises(ValidationError):
        saved_filters.save_filter(name="  ", query="", by=by)
    with pytest.raises(ValidationError):
        saved_filters.delete_filter(saved=by.saved_filters.get(), by=people["leadership"])


# --- exports --------------------------------------------------------------------------------------------------------
def ask(
    found, *, columns=("name", "badge", "phone"), reason="年度统计上报", file_format="xlsx", role="hr_cadre", **query
):
    return exports.request_export(
        viewer=viewer_of(found, role), query=OfficerQuery(**query), columns=columns, reason=reason,
        file_format=file_format, by=found[role],
    )  # fmt: skip


@pytest.fixture
def many(people):
    officers(60, people.branch_a, first=5000)
    return people


@pytest.mark.usefixtures("data_dir")
def test_a_small_export_is_written_checked_and_handed_to_its_owner(people):
    export = ask(people)
    assert export.state == "writing"
    jobs.run(export.job_id)
    export.refresh_from_db()
    assert export.state == "ready"
    path = exports.file_for(export=export, by=people["hr_cadre"])
    assert verify_xlsx(path, ["姓名", "警号", "联系电话", "手机", "手机号码", "移动电话"]).rows == export.rows
    assert path.stat().st_mode & 0o077 == 0
    with pytest.raises(ValidationError):
        exports.file_for(export=export, by=people["political_director"])
    told = AuditEvent.objects.filter(object_type="export").values_list("action", flat=True)
    assert set(told) == {"export.request", "export.write", "export.download"}


@pytest.mark.usefixtures("data_dir")
def test_a_text_table_is_masked_and_says_whose_it_is(people):
    export = ask(people, file_format="csv")
    jobs.run(export.job_id)
    export.refresh_from_db()
    text = exports.file_for(export=export, by=people["hr_cadre"]).read_text("utf-8-sig")
    assert "139****" in text
    assert people.officer_a.phone not in text
    assert export.number in text.splitlines()[-1]


@pytest.mark.usefixtures("data_dir")
def test_a_large_export_waits_for_a_second_person(many):
    export = ask(many)
    assert (export.state, export.job_id) == ("waiting", None)
    for role in ("hr_cadre", "unit_political_officer", "leadership"):
        with pytest.raises(ValidationError):
            exports.decide_export(export=export, viewer=viewer_of(many, role), consent=True, by=many[role])
    decided = exports.decide_export(
        export=export, viewer=viewer_of(many, "political_director"), consent=True, by=many["political_director"]
    )
    jobs.run(decided.job_id)
    decided.refresh_from_db()
    assert decided.state == "ready"
    with pytest.raises(ValidationError):
        exports.decide_export(
            export=export, viewer=viewer_of(many, "political_director"), consent=False, by=many["political_director"]
        )


@pytest.mark.parametrize(
    "changes",
    [
        {"approved_by": "hr_cadre", "approved_at": timezone.now()},
        {"state": "ready"},
        {"approved_by": "leadership"},
    ],
)
def test_the_database_insists_on_the_second_person(many, changes):
    export = ask(many)
    if "approved_by" in changes:
        changes = {**changes, "approved_by": many[changes["approved_by"]]}
    with pytest.raises(IntegrityError), transaction.atomic():
        ExportRequest.objects.filter(pk=export.pk).update(**changes)


def test_who_may_not_see_all_rows_cannot_consent(many):
    export = ask(many)
    cadre_of_b = account("900777", "hr_cadre", many.branch_b)
    assert not exports.may_decide(viewer_for(cadre_of_b), export)


@pytest.mark.parametrize("wrong", [{"reason": "   "}, {"columns": ("birthplace",)}, {"columns": ()}, {"q": "nobody"}])
def test_an_export_needs_reason_columns_and_rows(people, wrong):
    with pytest.raises(ValidationError):
        ask(people, **wrong)
    assert not ExportRequest.objects.exists()


def test_columns_depend_on_the_role(people):
    with pytest.raises(ValidationError):
        ask(people, role="political_director", columns=("name", "phone"))
    assert ask(people, role="political_director", columns=("name",)).columns == ["name"]


@pytest.mark.usefixtures("data_dir")
def test_a_file_goes_after_a_day(people):
    export = ask(people)
    jobs.run(export.job_id)
    ExportRequest.objects.update(expires_at=timezone.now())
    export.refresh_from_db()
    with pytest.raises(ValidationError):
        exports.file_for(export=export, by=people["hr_cadre"])
    assert exports.expire_exports() == 1
    assert list(exports.folder().iterdir()) == []


@pytest.mark.usefixtures("data_dir")
def test_a_file_that_fails_its_check_is_not_kept(people, monkeypatch):
    export = ask(people)
    form = replace(form_of("list"), check=lambda *_args: (_ for _ in ()).throw(jobs.JobError("not clean")))
    monkeypatch.setattr(exports, "form_of", lambda code: form)
    jobs.run(export.job_id)
    export.refresh_from_db()
    assert export.state == "failed"
    assert list(exports.folder().iterdir()) == []


def test_the_plain_list_is_counted_in_indexes_alone(people, django_assert_num_queries):
    viewer, bounds = viewer_of(people), read_bounds()
    with django_assert_num_queries(1) as captured:
        facets.counts(viewer, OfficerQuery(), bounds)
    ways = officers_read_by(captured.captured_queries[0]["sql"])
    assert ways
    # to PostgreSQL both ways cost the same as long as the table was never vacuumed
    fitting = {"Index Only Scan"} if connection.vendor == "sqlite" else {"Index Only Scan", "Index Scan"}
    assert set(ways) <= fitting


def officers_read_by(sql: str) -> list[str]:
    """How the plan of a statement reads officers, in the words of PostgreSQL."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute(f"EXPLAIN QUERY PLAN {sql}")
            lines = [row[3] for row in cursor.fetchall() if "roster_officer" in row[3]]
            return ["Index Only Scan" if "COVERING INDEX" in line else line for line in lines]
        # so few rows are read whole unless that is forbidden; it stays so where no index holds what is asked
        cursor.execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_bitmapscan = off")
        cursor.execute(f"EXPLAIN (FORMAT JSON) {sql}")
        (plan,) = cursor.fetchone()[0]
    nodes, found = [plan["Plan"]], []
    while nodes:
        node = nodes.pop()
        nodes += node.get("Plans", [])
        if node.get("Relation Name") == "roster_officer":
            found.append(node["Node Type"])
    return found
