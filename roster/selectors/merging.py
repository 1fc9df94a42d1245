"""What merging two dossiers of one person would do: what goes over, what both hold, what differs, what forbids it."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from police_hr.core import wording
from police_hr.core.access import Viewer
from police_hr.core.identity import mask_id_number, mask_phone
from roster.counting import counting
from roster.models import (
    Appraisal,
    CorrectionRequest,
    Education,
    FamilyMember,
    GradeRecord,
    LedgerEntry,
    Material,
    Move,
    Officer,
    OfficerMerge,
    Posting,
    Qualification,
    RankRecord,
    ResumeLine,
)
from roster.models.career import CareerFact
from roster.selectors import codes

CAREER: tuple[type[CareerFact], ...] = (
    Posting, RankRecord, GradeRecord, Education, Appraisal, Qualification, FamilyMember, ResumeLine,
)  # fmt: skip
# What an identity is made of; the badge number, the state and what follows from the career are not carried over.
FIELDS = (
    "name", "former_name", "sex", "birth_date", "id_number", "phone", "ethnicity", "native_place", "birthplace",
    "political_status", "party_joined_on", "work_started_on", "police_since", "staffing", "branch", "education",
    "speciality", "health", "marriage", "professional_title", "blood_type", "address", "entry_source",
)  # fmt: skip
TABLES = {
    "ethnicity": "ethnicity", "political_status": "political_status", "staffing": "staffing_type",
    "branch": "police_branch", "education": "education", "health": "health", "marriage": "marriage",
}  # fmt: skip
# of a fact, what says where it came from and whether it holds: two of one content are one fact
ORIGIN = {
    "id", "officer_id", "source_id", "batch_id", "document", "remark", "created_at", "voided_on", "voided_by_id",
    "void_reason", "replaced_by_id", "within_id",
}  # fmt: skip


@dataclass(frozen=True)
class Line:
    """A fact of the identity in both dossiers, in words."""

    label: str
    kept: str
    gone: str


@dataclass(frozen=True)
class Plan:
    """The merger of `gone` into `kept`.

    `fills`: fields empty in the kept dossier that the other fills. `differs`: held by both and not the same; the
    kept one stays. `entries`: ledger entries that go over; `known`: those that the kept dossier holds as well.
    `facts`: career facts that go over, by model; `stays`: the present post of the other, where both have one.
    `forbids`: why it cannot be done now.
    """

    kept: Officer
    gone: Officer
    fills: tuple[str, ...]
    fill_lines: tuple[Line, ...]
    differs: tuple[Line, ...]
    entries: tuple[LedgerEntry, ...]
    known: tuple[LedgerEntry, ...]
    facts: dict[type[CareerFact], tuple[int, ...]]
    stays: tuple[Posting, ...]
    forbids: tuple[str, ...]

    @property
    def counts(self) -> dict[str, int]:
        """What goes over, in numbers."""
        moved = {(model._meta.model_name or ""): len(ids) for model, ids in self.facts.items() if ids}
        return {"fields": len(self.fills), "ledgerentry": len(self.entries), **moved}


def merge_plan(kept: Officer, gone: Officer) -> Plan:
    """What merging `gone` into `kept` would do. Some fifteen queries, however much the dossiers hold."""
    fills = tuple(name for name in FIELDS if not getattr(kept, name) and getattr(gone, name))
    both = [name for name in FIELDS if getattr(kept, name) and getattr(gone, name)]
    entries, known = _entries(kept, gone)
    stays = _second_posts(kept, gone)
    left = {posting.pk for posting in stays}
    facts = {model: tuple(pk for pk in _facts(model, kept, gone) if model is not Posting or pk not in left)
             for model in CAREER}  # fmt: skip
    return Plan(
        kept=kept,
        gone=gone,
        fills=fills,
        fill_lines=tuple(_line(name, kept, gone) for name in fills),
        differs=tuple(_line(name, kept, gone) for name in both if getattr(kept, name) != getattr(gone, name)),
        entries=entries,
        known=known,
        facts=facts,
        stays=stays,
        forbids=tuple(_forbids(kept, gone)),
    )


def fuller(first: Officer, second: Officer) -> Officer:
    """The dossier to keep unless somebody says otherwise: of an officer with a police rank before one without, then
    the one that holds more of the ledger, then the older one."""
    if bool(first.rank) != bool(second.rank):
        return first if first.rank else second
    held = {officer.pk: LedgerEntry.objects.filter(officer=officer, voided_on=None).count()
            for officer in (first, second)}  # fmt: skip
    return second if held[second.pk] > held[first.pk] else first


def kept_for(officer: Officer) -> Officer | None:
    """The dossier that `officer`'s was merged into, or None."""
    if officer.status != Officer.Status.MERGED:
        return None
    merge = OfficerMerge.objects.select_related("kept").filter(gone=officer).first()
    return merge.kept if merge else None


def kept_ids(gone: Iterable[int]) -> dict[int, int]:
    """The dossiers that those with the ids `gone` ended in: id → id. One query."""
    return dict(OfficerMerge.objects.filter(gone__in=set(gone)).values_list("gone", "kept"))


def former_badges(viewer: Viewer, officer: Officer) -> Sequence[OfficerMerge]:
    """The dossiers merged into this one that `viewer` reads, the latest first: their badge numbers were this
    officer's too. One query. Who may open the dossier may know them."""
    return list(OfficerMerge.objects.select_related("gone").filter(kept=officer).order_by("-merged_at"))


def _entries(kept: Officer, gone: Officer) -> tuple[tuple[LedgerEntry, ...], tuple[LedgerEntry, ...]]:
    live = counting(LedgerEntry.objects.filter(voided_on=None))
    held = {_content(entry) for entry in live.filter(officer=kept)}
    rows = list(live.filter(officer=gone).select_related("kind", "kind_version").order_by("pk"))
    return tuple(r for r in rows if _content(r) not in held), tuple(r for r in rows if _content(r) in held)


def _content(entry: LedgerEntry) -> tuple[Any, ...]:
    payload = json.dumps(entry.payload, sort_keys=True, ensure_ascii=False)
    return entry.kind_id, entry.occurred_on, entry.amount, payload


def _facts(model: type[CareerFact], kept: Officer, gone: Officer) -> Iterator[int]:
    names = [field.attname for field in model._meta.concrete_fields if field.attname not in ORIGIN]
    live: QuerySet[CareerFact] = counting(model._default_manager.filter(voided_on=None))
    held = set(live.filter(officer=kept).values_list(*names))
    for pk, *content in live.filter(officer=gone).order_by("pk").values_list("pk", *names):
        if tuple(content) not in held:
            yield pk


def _second_posts(kept: Officer, gone: Officer) -> tuple[Posting, ...]:
    """The open main posts of `gone`, where `kept` has one as well: nobody holds two."""
    posts = counting(Posting.objects.filter(voided_on=None, main=True, ends_on=None)).select_related("unit")
    return tuple(posts.filter(officer=gone)) if posts.filter(officer=kept).exists() else ()


def _forbids(kept: Officer, gone: Officer) -> Iterator[str]:
    if Officer.Status.MERGED in (kept.status, gone.status):
        yield _("One of the two was merged already.")
    waiting = CorrectionRequest.objects.filter(officer=gone, state=CorrectionRequest.State.OPEN).count()
    if waiting:
        yield ngettext(
            "%(count)s request to correct the dossier that would end waits for a decision. Decide on it first.",
            "%(count)s requests to correct the dossier that would end wait for a decision. Decide on them first.",
            waiting,
        ) % {"count": waiting}
    if Move.objects.filter(officer=gone, state=Move.State.PENDING).exists():
        yield _("An order about the dossier that would end has not taken effect yet. Wait for its day or cancel it.")
    papers = Material.objects.filter(officer=gone).count()
    if papers:
        yield ngettext(
            "The dossier that would end has %(count)s material on file. Keep that dossier instead.",
            "The dossier that would end has %(count)s materials on file. Keep that dossier instead.",
            papers,
        ) % {"count": papers}


def _line(name: str, kept: Officer, gone: Officer) -> Line:
    label = capfirst(str(getattr(Officer._meta.get_field(name), "verbose_name", name)))
    return Line(label, _word(name, getattr(kept, name)), _word(name, getattr(gone, name)))


def _word(name: str, value: Any) -> str:
    if isinstance(value, dt.date):
        return wording.day(value, "full")
    if name == "id_number":
        return mask_id_number(value)
    if name == "phone":
        return mask_phone(value)
    if name == "sex":
        return str(dict(Officer._meta.get_field("sex").flatchoices).get(value, value))
    return codes.labels(TABLES[name]).get(value, value) if name in TABLES else str(value or "")


def words_of(facts: dict[type[CareerFact], tuple[int, ...]]) -> Iterable[tuple[str, int]]:
    """What goes over in words: (what, how many), empty ones left out."""
    return [(capfirst(str(model._meta.verbose_name)), len(ids)) for model, ids in facts.items() if ids]
