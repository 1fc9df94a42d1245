"""Both languages are complete: the English stands in the source, the Chinese in the catalogue."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import pytest

from police_hr import messages
from tests.repo import extraction
from tests.repo.helpers import ROOT, name, tracked

CHINESE = ROOT / "police_hr/locale/zh_Hans/LC_MESSAGES/django.po"
CJK = re.compile(r"[\u3400-\u9fff\uff00-\uffef\u3000-\u303f]")
PLACEHOLDER = re.compile(r"%\(\w+\)[#0 +-]*\d*(?:\.\d+)?[a-zA-Z]|%%")
MEND = "run script/messages, translate what it prints, run it again"


@cache
def catalogue() -> tuple[messages.Message, ...]:
    with CHINESE.open(encoding="utf-8") as lines:
        return tuple(message for message in messages.read(lines) if message.msgid)


def key(message: messages.Message) -> extraction.Key:
    return message.context, message.msgid


@cache
def used() -> dict[extraction.Key, set[str]]:
    return extraction.messages()


def test_every_message_is_translated_and_none_is_a_guess():
    assert [message.key for message in catalogue() if not message.is_complete] == [], MEND


def test_no_message_stands_twice():
    keys = [key(message) for message in catalogue()]
    assert len(keys) == len(set(keys))


def test_every_text_of_code_and_templates_is_in_the_catalogue():
    known = {key(message) for message in catalogue()}
    assert {text: places for text, places in used().items() if text not in known} == {}, MEND


def test_the_catalogue_holds_nothing_that_is_no_longer_used():
    assert [key(message) for message in catalogue() if key(message) not in used()] == [], MEND


def placeholders(text: str) -> list[str]:
    return sorted(set(PLACEHOLDER.findall(text)))


def test_a_translation_fills_in_the_same_values():
    """Chinese has one form for all numbers: it is held against the plural, which always names its number."""
    differ = [m.key for m in catalogue() if placeholders(m.value) != placeholders(m.plural or m.msgid)]
    assert differ == []


def test_the_source_language_is_english():
    assert [text for text in used() if CJK.search(text[1])] == []


def test_chinese_sentences_end_as_chinese_sentences_do():
    """An English sentence with its full stop is a Chinese sentence with its own; no halfwidth comma between hanzi."""
    odd = [
        message.value
        for message in catalogue()
        if message.value.endswith(".") or re.search(r"[\u4e00-\u9fff][,;:?!]", message.value)
    ]
    assert odd == []


# --- what gettext never sees ------------------------------------------------------------------------------------

PERCENT_IN_FILTER = re.compile(r"""_\((?:"[^"]*%[^"]*"|'[^']*%[^']*')\)""")
LANGUAGE_TAGS = re.compile(
    r"\{%\s*blocktranslate.*?endblocktranslate\s*%\}|\{%\s*comment.*?endcomment\s*%\}|\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}",
    re.DOTALL,
)
MARKUP = re.compile(r"""<!--.*?-->|<[^>]*>|[\w-]+="[^"]*"|\bph-[\w-]+|&\w+;""", re.DOTALL)
GALLERY = re.compile(r"_components/(gallery/|index\.html)")
# 干部任免审批表: its words are set by the rules and the same in every language.
OFFICIAL = re.compile(r"dossier/_approval_sheet\.html")
SPOKEN = re.compile(r"""\s(?:title|alt|placeholder|aria-label|data-confirm)="([^"]*)\"""")
WORD = re.compile(r"[A-Za-z\u4e00-\u9fff][\w\u4e00-\u9fff+.-]+")
# The two that name their own language.
SAME = {"中文", "English"}


@pytest.mark.parametrize("hidden", [extraction.inside_f_strings, extraction.aliases])
def test_no_text_is_hidden_from_collecting(hidden):
    """xgettext looks for gettext by name, and not into f-strings: give such a text a name of its own first."""
    sources = tracked(*(f"{source}/**.py" for source in extraction.SOURCES))
    found = {name(path): list(hidden(path.read_text(encoding="utf-8"))) for path in sources}
    assert {path: places for path, places in found.items() if places} == {}


def templates() -> list[Path]:
    """All but the gallery, which shows invented words, and official forms, whose words the rules set."""
    return [
        path for path in tracked("templates/**.html") if not (GALLERY.search(name(path)) or OFFICIAL.search(name(path)))
    ]


def untranslated(source: str) -> list[str]:
    """Words of a template outside gettext: between elements, or in an attribute that is read out."""
    bare = LANGUAGE_TAGS.sub(" ", source)
    words = WORD.findall(" ".join([MARKUP.sub(" ", bare), *SPOKEN.findall(bare)]))
    return [word for word in words if word not in SAME]


def test_templates_speak_through_gettext_only():
    found = {name(path): untranslated(path.read_text(encoding="utf-8")) for path in templates()}
    assert {path: words for path, words in found.items() if words} == {}


def test_no_percent_sign_stands_in_a_text_inside_a_tag():
    """Django doubles it when it looks the text up, but not when it collects it: such a text is never found."""
    found = {name(path): PERCENT_IN_FILTER.findall(path.read_text(encoding="utf-8")) for path in templates()}
    assert {path: texts for path, texts in found.items() if texts} == {}
