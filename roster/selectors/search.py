"""Finding officers by what people type: part of a name, pinyin, initials, badge number, end of the phone; or a unit,
rank, grade, speciality or award in words."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.db import connection
from django.db.models import Case, IntegerField, Q, QuerySet, Value, When

from police_hr.core.access import Viewer
from police_hr.core.names import HAN
from roster.access import Bounds, officers_visible_to, read_bounds
from roster.counting import counting
from roster.models import LedgerEntry, Officer, Unit
from roster.selectors import codes

LONGEST = 60
SHORTEST_WORD = 3  # shorter ones are names
MOST_INITIALS, LONGEST_SYLLABLE = 3, 6  # 欧阳明之: oymz; zhuang
AWARD = "AWARD"
_WORD = re.compile(rf"[{HAN}]+|[^\W_]+")
_HAS_HAN = re.compile(f"[{HAN}]")


@dataclass(frozen=True)
class Typed:
    """What somebody typed into the search box, in the forms in which it is looked for."""

    text: str
    words: tuple[str, ...]

    @classmethod
    def read(cls, text: str) -> Typed:
        """Full-width letters become half-width, case and surplus blanks go; at most `LONGEST` characters."""
        plain = unicodedata.normalize("NFKC", text.replace("\x00", ""))[:LONGEST].strip()
        return cls(plain, tuple(_WORD.findall(plain.lower())))

    @property
    def is_word(self) -> bool:
        """Whether it may be the name of something but a person."""
        return len(self.text) >= SHORTEST_WORD and not self.text.isdecimal()

    @property
    def spellings(self) -> list[str]:
        """Beginnings of the stored spelling: in one word, in words, and with the last word first."""
        if not self.words or any(_HAS_HAN.search(word) for word in self.words):
            return []
        turned = self.words[-1:] + self.words[:-1]
        found = ["".join(self.words), " ".join(self.words), "".join(turned), " ".join(turned)]
        return list(dict.fromkeys(found))


def begins(field: str, text: str) -> Q:
    """The condition that `field` (lower case letters and digits) begins with `text`.

    On SQLite as a range: its LIKE does not use an index. On PostgreSQL ranges depend on the collation.
    """
    if connection.vendor == "postgresql":
        return Q(**{f"{field}__startswith": text})
    return Q(**{f"{field}__gte": text, f"{field}__lt": text[:-1] + chr(ord(text[-1]) + 1)})


def matching(text: str, *, groups: bool = True) -> Q:
    """The condition that an officer answers to what was typed. Nothing usable typed matches nobody. `groups` also
    finds those who hold a rank, grade or award of that name, who may be thousands.

    Each way of matching is a query of its own over one small index, so that no row is read in vain.
    """
    typed = Typed.read(text)
    if not typed.words:
        return Q(pk__in=[])
    condition = Q()
    for way in (*_ways(typed), *(_of_groups(typed) if groups else ())):
        condition |= Q(pk__in=Officer.objects.filter(way).order_by().values("pk"))
    return condition


def _ways(typed: Typed) -> Iterable[Q]:
    # every word somewhere in the name, in any order: 伟 张, Lopez Maria
    named = Q()
    for word in typed.words:
        named &= Q(name__icontains=word)
    yield named
    badge = "".join(typed.words).upper()
    if badge.isascii():
        yield begins("badge_no", badge)
    for spelling in typed.spellings:
        yield begins("pinyin", spelling)
    if len(typed.words) == 1 and badge.isascii() and badge.isalpha() and len(badge) <= 20:
        yield begins("initials", badge.lower())
    if len(badge) == 4 and badge.isdecimal() and badge.isascii():
        yield Q(phone_tail=badge)
    yield from _mixed(typed)
    yield from _in_words(typed)


def _mixed(typed: Typed) -> Iterable[Q]:
    """The surname spelled out and initials of the rest, as many type: shenlq for 沈立群."""
    word = typed.words[0] if len(typed.words) == 1 else ""
    if not (word.isascii() and word.isalpha() and 3 <= len(word) <= 10):
        return
    for length in range(max(2, len(word) - MOST_INITIALS), min(LONGEST_SYLLABLE, len(word) - 1) + 1):
        yield begins("initials", word[0] + word[length:]) & begins("pinyin", word[:length])


def _in_words(typed: Typed) -> Iterable[Q]:
    """Who serves in a unit or has a speciality that is called so."""
    text = typed.text
    if not typed.is_word:
        return
    units = Unit.objects.filter(Q(name__icontains=text) | Q(short_name__icontains=text) | Q(name_en__icontains=text))
    yield Q(unit__in=units.order_by().values("pk"))
    yield Q(speciality__icontains=text) & ~Q(speciality="")


def _of_groups(typed: Typed) -> Iterable[Q]:
    """Who holds a rank, a grade or an award that is called so."""
    if not typed.is_word:
        return
    for column, words in (("rank", codes.labels("police_rank")), ("grade", codes.grade_labels())):
        if found := _codes(words, typed):
            yield Q(**{f"{column}__in": found})
    if honours := _codes(codes.labels("honour"), typed):
        awards = counting(LedgerEntry.objects.filter(kind__code=AWARD, voided_on=None, payload__grade__in=honours))
        yield Q(pk__in=awards.order_by().values("officer"))


def names_a_group(text: str) -> bool:
    """Whether what was typed is (part of) the name of a rank, grade or award: the list has more than suggestions."""
    typed = Typed.read(text)
    if not typed.is_word:
        return False
    tables = (codes.labels("police_rank"), codes.grade_labels(), codes.labels("honour"))
    return any(_codes(words, typed) for words in tables)


def _codes(words: Mapping[str, str], typed: Typed) -> list[str]:
    text = typed.text.lower()
    return [code for code, word in words.items() if text in word.lower()]


def suggestions(viewer: Viewer, text: str, *, limit: int = 8, bounds: Bounds | None = None) -> list[Officer]:
    """The officers that `viewer` may list and that answer best, with their units: exact badge number first,
    then names that begin so, serving before those who left. Two queries."""
    typed = Typed.read(text)
    if not typed.words:
        return []
    officers = officers_visible_to(viewer, bounds=bounds or read_bounds()).filter(matching(text, groups=False))
    return list(by_fitness(officers, typed).select_related("unit")[:limit])


def by_fitness(officers: QuerySet[Officer], typed: Typed) -> QuerySet[Officer]:
    """`officers` with those in front that fit what was typed best."""
    fitness = Case(
        When(badge_no="".join(typed.words).upper(), then=Value(0)),
        When(name=typed.text, then=Value(1)),
        When(name__startswith=typed.words[0], then=Value(2)),
        default=Value(3),
        output_field=IntegerField(),
    )
    gone = Case(
        When(status__in=[Officer.Status.SERVING, Officer.Status.SECONDED], then=Value(0)),
        default=Value(1),
        output_field=IntegerField(),
    )
    return officers.order_by(gone, fitness, "standing", "pk")
