"""The compiler of translations, against Python's own reader of catalogues and GNU gettext's compiler."""

from __future__ import annotations

import gettext
import io
import shutil
import subprocess

import pytest

from police_hr import messages

SOURCE = r"""
msgid ""
msgstr ""
"Content-Type: text/plain; charset=UTF-8\n"
"Plural-Forms: nplurals=2; plural=(n != 1);\n"

#: roster/models.py:1
msgid "officer"
msgstr "民警"

msgctxt "verb"
msgid "transfer"
msgstr "调动"

msgid "%(count)d officer"
msgid_plural "%(count)d officers"
msgstr[0] "%(count)d 名民警"
msgstr[1] "%(count)d 名民警们"

msgid ""
"two "
"lines"
msgstr ""
"两行\n"
"\"引号\""

#, fuzzy
msgid "guess"
msgstr "猜"

msgid "missing"
msgstr ""

#~ msgid "old"
#~ msgstr "旧"
"""


@pytest.fixture
def catalogue():
    return gettext.GNUTranslations(io.BytesIO(messages.compiled(messages.read(SOURCE.splitlines()))))


def test_plain_context_and_plural_forms_are_found(catalogue):
    assert catalogue.gettext("officer") == "民警"
    assert catalogue.pgettext("verb", "transfer") == "调动"
    assert catalogue.ngettext("%(count)d officer", "%(count)d officers", 1) == "%(count)d 名民警"
    assert catalogue.ngettext("%(count)d officer", "%(count)d officers", 2) == "%(count)d 名民警们"


def test_texts_over_several_lines_are_joined_with_their_escapes(catalogue):
    assert catalogue.gettext("two lines") == '两行\n"引号"'


@pytest.mark.parametrize("msgid", ["guess", "missing", "old"])
def test_a_fuzzy_empty_or_obsolete_entry_is_left_out(catalogue, msgid):
    assert catalogue.gettext(msgid) == msgid


def test_a_broken_line_is_named():
    with pytest.raises(messages.CatalogueError, match="line 2"):
        list(messages.read(['msgid "a"', 'msgstr "b']))


@pytest.mark.skipif(shutil.which("msgfmt") is None, reason="GNU gettext is not installed (apt-get install gettext)")
def test_gnu_gettext_compiles_the_same_texts(tmp_path):
    source, target = tmp_path / "a.po", tmp_path / "a.mo"
    source.write_text(SOURCE, encoding="utf-8")
    subprocess.run(["msgfmt", "-o", target, source], check=True)
    ours = gettext.GNUTranslations(io.BytesIO(messages.compiled(messages.read(SOURCE.splitlines()))))
    with target.open("rb") as theirs:
        assert ours._catalog == gettext.GNUTranslations(theirs)._catalog
