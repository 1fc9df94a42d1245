"""Exchange files: read without harm, written without loss."""

from __future__ import annotations

import base64
import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest
from defusedxml.ElementTree import fromstring
from hypothesis import given

from roster.lrmx import MOST_BYTES, Document, LrmxError, read, write
from roster.lrmx import resume as resumes
from roster.lrmx.document import TAGS
from tests.factories import lrmx as made

HEAD = '<?xml version="1.0" encoding="{}"?>\n'


def canonical(data: bytes) -> list[tuple[str, str, tuple[tuple[str, str], ...]]]:
    """(path, text, attributes) of every tag in order: what a file says, however it is laid out."""

    def walk(element, path: str) -> Iterator[tuple[str, str, tuple[tuple[str, str], ...]]]:
        yield path, (element.text or "").strip(), tuple(sorted(element.attrib.items()))
        for child in element:
            yield from walk(child, f"{path}/{child.tag}")

    return list(walk(fromstring(data), "Person"))


def test_the_sample_goes_through_without_loss(shared: Path) -> None:
    data = (shared / "data" / "lrmx" / "sample.lrmx").read_bytes()
    document = read(data)
    assert canonical(write(document)) == canonical(data)
    assert (document.name, document.birth_month, document.family[0].relation) == ("王  演", "198503", "妻子")
    assert document.full_time_degree_school == ""  # a tag of line breaks is blank


def test_two_hundred_go_through_without_loss() -> None:
    """Bytes in → document → bytes out → the same content, unknown tags, photos and blanks included."""
    for document in made.forms(200):
        data = write(document)
        assert read(data) == document
        assert canonical(write(read(data))) == canonical(data)


@given(made.documents())
def test_any_document_goes_through_without_loss(document: Document) -> None:
    assert read(write(document)) == document


def test_tags_in_any_order_unknown_ones_and_attributes_stay() -> None:
    data = (
        '<Person tool="x"><Version>9</Version><Neu a="1">甲<Kind>&lt;乙&gt;</Kind></Neu>'
        '<XingMing b="&quot;">丙</XingMing>'
        "<JiaTingChengYuan><Item><XingMing>丁</XingMing><Neu2/></Item><Fremd/></JiaTingChengYuan></Person>"
    ).encode()
    assert canonical(write(read(data))) == canonical(data)


def test_a_known_tag_with_children_is_kept_as_an_unknown_one() -> None:
    data = "<Person><XingMing>甲<B>乙</B></XingMing></Person>".encode()
    assert read(data).name == ""
    assert canonical(write(read(data))) == canonical(data)


def test_a_field_that_is_filled_later_is_added_to_the_file() -> None:
    document = read(b"<Person><Version>1</Version></Person>")
    document.proposed_post = "所长"
    assert read(write(document)).proposed_post == "所长"


@pytest.mark.parametrize(
    ("said", "used"),
    [("utf-8", "utf-8"), ("utf-8", "utf-8-sig"), ("gb2312", "gb18030"), ("GBK", "gb18030"), ("utf-8", "gb18030"),
     ("utf-16", "utf-16"), ("gb18030", "utf-8")],
)  # fmt: skip
def test_encodings_of_the_trade(said: str, used: str) -> None:
    """Files say one encoding and are often written in another one."""
    data = (HEAD.format(said) + "<Person>\r\n<XingMing>王　演</XingMing>\r\n<MinZu>\n</MinZu></Person>").encode(used)
    assert (read(data).name, read(data).ethnicity) == ("王　演", "")


BOMB = (
    '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;">]><Person><XingMing>&b;</XingMing></Person>'
)
XXE = '<!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/hostname">]><Person><XingMing>&f;</XingMing></Person>'


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "empty"),
        (b" \n ", "empty"),
        (b"PK\x03\x04 no xml", "not_xml"),
        (b"<Person><XingMing>", "not_xml"),
        (b"<Person>&unknown;</Person>", "not_xml"),
        (b"<html><Person/></html>", "root"),
        (BOMB.encode(), "forbidden"),
        (XXE.encode(), "forbidden"),
        (b'<!DOCTYPE Person SYSTEM "http://127.0.0.1/x.dtd"><Person/>', "forbidden"),
        (b"<Person>" + b"<a>" * 200_000, "forbidden"),
        (b"<Person>" + b"<a/>" * 200_000 + b"</Person>", "forbidden"),
        (b"<Person><XingMing>a</XingMing><XingMing>b</XingMing></Person>", "doubled"),
        (b"x" * (MOST_BYTES + 1), "too_large"),
        (HEAD.format("utf-7").encode() + b"<Person/>", "encoding"),
        (b"<Person>\xff\xff\xff</Person>", "encoding"),
    ],
)
def test_what_is_refused(data: bytes, code: str) -> None:
    with pytest.raises(LrmxError) as refused:
        read(data)
    assert refused.value.code == code


@given(made.texts)
def test_no_text_makes_another_tag(text: str) -> None:
    """Whatever a name holds, it stays a name."""
    found = read(write(Document(name=text + "</XingMing><ShenFenZheng>1</ShenFenZheng>")))
    assert (found.id_number, found.reason) == ("", "")


def test_photos() -> None:
    assert Document(photo="").photo_bytes() == b""
    packed = base64.encodebytes(made.JPEG).decode()
    assert Document(photo=packed).photo_bytes() == made.JPEG
    with pytest.raises(LrmxError):
        Document(photo="<svg>").photo_bytes()


def test_every_tag_of_the_form_is_known() -> None:
    """domain/dossier.md §2.1: 34 tags with the family table."""
    assert len(TAGS) == 34
    assert next(iter(TAGS)) == "XingMing"
    assert resumes.months_between(dt.date(2025, 12, 1), dt.date(2026, 1, 1)) == 1
