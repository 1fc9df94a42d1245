"""What a force for measuring holds beside its officers: one dossier full in every tab, and what fills the lists.

Rows straight into the tables where there are many, as in `force`.
"""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Iterator, Sequence
from typing import Any

from police_hr.core.models import AuditEvent, User
from roster.models import (
    Appraisal,
    CorrectionRequest,
    Doubt,
    Education,
    ExportRequest,
    FamilyMember,
    GradeRecord,
    Material,
    MaterialAccess,
    Move,
    MoveOrder,
    Officer,
    Posting,
    Qualification,
    RankRecord,
    ResumeLine,
    Ruling,
)
from roster.services.doubts import recheck
from tests.bench.force import TODAY
from tests.factories.force import FACTS, seeded_facts

BATCH = 2_000
DOUBTFUL, CORRECTED, MOVED = 3, 50, 50  # one officer of so many
# kind, payload, verified, may stay open: what stands on the tabs that the facts of tests do not fill
TABBED = (
    ("TRAINING_COURSE", {"type": "rotation", "name": "轮训一班"}, False, False),
    ("TALENT_POOL", {"level": "chief", "field": "cyber"}, False, False),
    ("LEAVE", {"type": "annual", "reason": "回乡探亲"}, False, False),
    ("HEALTH_HOSPITAL", {"impact": "major"}, False, False),
    ("TALK", {"type": "heart", "topic": "近期思想"}, False, False),
    ("PARTY_REVIEW", {"year": 2025, "result": "excellent"}, False, False),
    ("PUNISHMENT", {"measure": "P1", "served_on": "2026-01-05", "effect_until": "2027-01-04"}, True, False),
)


def full_dossier(officer: Officer, *, by: User) -> None:
    """A long life: 8 postings, 15 years of appraisals, a resume, about 200 ledger entries, a file of 40 materials,
    and 300 readings written down."""
    seeded_facts([officer], until=TODAY, each=200, kinds=(*FACTS, *TABBED), seed=3)
    years = range(TODAY.year - 16, TODAY.year)
    RankRecord.objects.bulk_create(
        RankRecord(officer=officer, rank=f"R{11 - place:02d}", since=dt.date(year, 3, 1))
        for place, year in enumerate(years[::3])
    )
    GradeRecord.objects.bulk_create(
        GradeRecord(officer=officer, grade=f"G{12 - place:02d}", since=dt.date(year, 6, 1))
        for place, year in enumerate(years[::4])
    )
    Posting.objects.bulk_create(
        Posting(officer=officer, unit_id=officer.unit_id, post="民警", level="L0", starts_on=dt.date(year, 7, 1),
                ends_on=dt.date(year + 2, 6, 30))
        for year in years[::2]
    )  # fmt: skip
    Education.objects.bulk_create(
        Education(officer=officer, level=level, school="示例警察学院", major="侦查学", ends_on=dt.date(year, 7, 1))
        for level, year in (("31", 2004), ("21", 2009), ("14", 2015))
    )
    Appraisal.objects.bulk_create(Appraisal(officer=officer, year=year, result="N2") for year in years)
    Qualification.objects.bulk_create(
        Qualification(officer=officer, kind="law", level="3", number=str(year), gained_on=dt.date(year, 5, 1))
        for year in years[::3]
    )
    FamilyMember.objects.bulk_create(
        FamilyMember(officer=officer, relation=relation, name="示例", employment="示例市某单位退休职工")
        for relation in ("wife", "son", "father", "mother")
    )
    ResumeLine.objects.bulk_create(
        ResumeLine(
            officer=officer, starts_on=dt.date(year, 7, 1), ends_on=dt.date(year + 1, 7, 1), text="示例派出所民警"
        )
        for year in years[:-2]
    )
    Material.objects.bulk_create(
        Material(officer=officer, category=str(category), number=number, title="年度考核登记表")
        for category in (1, 2, 3, 5, 6, 7, 8, 10)
        for number in range(1, 6)
    )
    _readings(officer, by)
    recheck(officer_ids=[officer.pk])


def _readings(officer: Officer, by: User) -> None:
    AuditEvent.objects.bulk_create(
        AuditEvent(actor=by, actor_label=by.badge_no, action="officer.view", object_type="officer",
                   object_id=str(officer.pk), officer_number=officer.pk, details={"tab": "basics", "class": 1})
        for _number in range(300)
    )  # fmt: skip


def whole_force(*, by: User) -> None:
    """Three appraisals each, some facts, doubts of every third officer, a reading of each, requests and moves."""
    chance = random.Random(5)
    people = list(Officer.objects.order_by("pk").only("pk", "badge_no"))
    other = User.objects.create_user("900002", None, name="白露", must_change_password=False)
    Appraisal.objects.bulk_create(
        (
            Appraisal(officer=officer, year=TODAY.year - ago, result=chance.choices(["N1", "N2", "N3"], [15, 80, 5])[0])
            for officer in people
            for ago in (1, 2, 3)
        ),
        batch_size=BATCH,
    )
    AuditEvent.objects.bulk_create(
        (
            AuditEvent(actor=by, action="officer.view", object_type="officer", object_id=str(officer.pk),
                       officer_number=officer.pk)
            for officer in people
        ),
        batch_size=BATCH,
    )  # fmt: skip
    seeded_facts(people[::5], until=TODAY, each=1, kinds=(*FACTS, *TABBED))
    _doubts(people[::DOUBTFUL], by, chance)
    CorrectionRequest.objects.bulk_create(_corrections(people[::CORRECTED], by, other, chance), batch_size=BATCH)
    _moves(people[::MOVED], by, chance)
    ExportRequest.objects.bulk_create(
        (ExportRequest(requested_by=by, reason="核对名册", officers=[officer.pk], columns=["name"], rows=1)
         for officer in people[:200]),
    )  # fmt: skip
    MaterialAccess.objects.bulk_create(
        MaterialAccess(officer=officer, categories=["1"], reason="任前审核", requested_by=by, ends_on=TODAY)
        for officer in people[:200]
    )


def _doubts(people: Sequence[Officer], by: User, chance: random.Random) -> None:
    """Like those that the checks find in the first dossiers; every tenth is settled."""
    recheck(officer_ids=[officer.pk for officer in people[:400]])
    samples = list(Doubt.objects.all()[:200])
    rulings = Ruling.objects.bulk_create(
        Ruling(officer=officer, code="any", verdict="stands", document="示组干〔2026〕1号", reason="经核实",
               decided_on=TODAY, made_by=by)
        for officer in people[400::10]
    )  # fmt: skip
    settled = {ruling.officer_id: ruling for ruling in rulings}
    rows = []
    for officer in people[400:]:
        like, since = chance.choice(samples), TODAY - dt.timedelta(days=chance.randrange(90))
        rows.append(
            Doubt(officer=officer, code=like.code, fingerprint=like.fingerprint, severity=like.severity,
                  sensitivity=like.sensitivity, details=like.details, first_seen=since, since=since, last_seen=TODAY,
                  ruling=settled.get(officer.pk))
        )  # fmt: skip
    Doubt.objects.bulk_create(rows, batch_size=BATCH)


def _corrections(
    people: Sequence[Officer], by: User, other: User, chance: random.Random
) -> Iterator[CorrectionRequest]:
    for officer in people:
        decided: dict[str, Any] = {}
        if chance.random() < 0.7:
            decided = {"state": "applied", "decided_by": other, "decided_at": dt.datetime(2026, 11, 1, tzinfo=dt.UTC)}
        yield CorrectionRequest(
            officer=officer, fact="officer", fact_number=officer.pk, operation="change", requested_by=by,
            seen={"native_place": "示例市"}, wanted={"native_place": "示例县"}, reason="与原始材料不符",
            token=officer.badge_no, **decided,
        )  # fmt: skip


def _moves(people: Sequence[Officer], by: User, chance: random.Random) -> None:
    orders = MoveOrder.objects.bulk_create(
        (
            MoveOrder(kind="transfer", document="示干任〔2026〕1号", effective_on=TODAY, unit_id=3, created_by=by)
            for _officer in people
        ),
        batch_size=BATCH,
    )
    Move.objects.bulk_create(
        (
            Move(order=order, officer=officer, effective_on=TODAY, state=chance.choice(["pending", "done"]))
            for order, officer in zip(orders, people, strict=True)
        ),
        batch_size=BATCH,
    )
