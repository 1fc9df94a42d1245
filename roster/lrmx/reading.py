"""From the bytes of an exchange file to its document. Nothing outside the file is ever opened.

Refused, before a tree is built: document types (so entities and bombs), more than `MOST_BYTES`, elements without end or
depth. Tolerated: a byte order mark, GB18030 for UTF-8, blank tags, line breaks anywhere, unknown tags.
"""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET  # noqa: TID251  builds no parser: reading goes through defusedxml
from codecs import BOM_UTF8, BOM_UTF16_BE, BOM_UTF16_LE
from collections.abc import Iterable, Mapping
from typing import Any

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import DefusedXMLParser

from roster.lrmx.document import FAMILY, ITEM, ITEM_TAGS, ROOT, TAGS, Document, FamilyMember, LrmxError

MOST_BYTES = 6 * 1024 * 1024
MOST_ELEMENTS = 5_000
DEEPEST = 12
_DECLARATION = re.compile(r"^\s*<\?xml[^>]*\?>")
_ENCODING = re.compile(rb"""^\s*<\?xml[^>]*encoding\s*=\s*["']([A-Za-z0-9_.\-]{1,30})["']""")
_CHINESE = frozenset({"gb2312", "gbk", "gb18030", "cp936", "x-gbk"})
_UTF8 = frozenset({"utf-8", "utf8", "us-ascii", "ascii"})


def read(data: bytes) -> Document:
    """The document in `data`. Raises LrmxError: too_large, empty, encoding, not_xml, forbidden, root, doubled."""
    if len(data) > MOST_BYTES:
        raise LrmxError("too_large", most=MOST_BYTES // (1024 * 1024))
    if not data.strip():
        raise LrmxError("empty")
    root = _parse(_DECLARATION.sub("", _decoded(data), count=1))
    if _local(root.tag) != ROOT:
        raise LrmxError("root", found=str(root.tag)[:40])
    return _document(root)


def _decoded(data: bytes) -> str:
    if data.startswith(BOM_UTF8):
        return _decode(data, "utf-8-sig")
    if data.startswith((BOM_UTF16_LE, BOM_UTF16_BE)):
        return _decode(data, "utf-16")
    said = _ENCODING.match(data[:200])
    encoding = said.group(1).decode("ascii").lower() if said else "utf-8"
    if encoding in _CHINESE:
        return _decode(data, "gb18030", "utf-8")
    if encoding in _UTF8:
        # files that say UTF-8 and are not are common: the program beside them wrote the code page of its machine
        return _decode(data, "utf-8", "gb18030")
    raise LrmxError("encoding", found=encoding)


def _decode(data: bytes, *encodings: str) -> str:
    for encoding in encodings:
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise LrmxError("encoding", found=encodings[0])


class _Bounded(ET.TreeBuilder):
    """Builds the tree of a small, flat file and stops at anything else."""

    def __init__(self) -> None:
        super().__init__()
        self._depth = self._count = 0

    def start(self, tag: Any, attrs: Any) -> Any:
        self._depth += 1
        self._count += 1
        if self._depth > DEEPEST or self._count > MOST_ELEMENTS:
            raise LrmxError("forbidden")
        return super().start(tag, attrs)

    def end(self, tag: Any) -> Any:
        self._depth -= 1
        return super().end(tag)


def _parse(text: str) -> ET.Element:
    parser = DefusedXMLParser(target=_Bounded(), encoding="utf-8", forbid_dtd=True, forbid_entities=True)
    try:
        parser.feed(text.encode("utf-8", "surrogatepass"))
        root: ET.Element = parser.close()
    except DefusedXmlException as error:
        raise LrmxError("forbidden") from error
    except ET.ParseError as error:
        line, column = getattr(error, "position", (0, 0))
        raise LrmxError("not_xml", line=line, column=column) from error
    return root


def _document(root: ET.Element) -> Document:
    found: dict[str, Any] = {}
    order: list[str] = []
    extra: list[tuple[str, str]] = []
    attributes: dict[str, Mapping[str, str]] = {"": dict(root.attrib)} if root.attrib else {}
    for element in root:
        tag = str(element.tag)
        known = tag in TAGS and (tag == FAMILY or not len(element))
        if known and TAGS[tag] in found:
            raise LrmxError("doubled", tag=tag)
        if not known:
            order.append(f"?{len(extra)}")
            extra.append((tag, _verbatim(element)))
            continue
        order.append(tag)
        if element.attrib:
            attributes[tag] = dict(element.attrib)
        if tag == FAMILY:
            found["family"], found["family_extra"] = _family(element)
        else:
            found[TAGS[tag]] = _text(element)
    return Document(**found, order=tuple(order), extra=tuple(extra), attributes=attributes)


def _family(element: ET.Element) -> tuple[tuple[FamilyMember, ...], tuple[tuple[str, str], ...]]:
    items = tuple(_item(child) for child in element if child.tag == ITEM)
    return items, tuple(_verbatims(child for child in element if child.tag != ITEM))


def _item(element: ET.Element) -> FamilyMember:
    found: dict[str, str] = {}
    order: list[str] = []
    extra: list[tuple[str, str]] = []
    for child in element:
        tag = str(child.tag)
        if tag in ITEM_TAGS and ITEM_TAGS[tag] not in found and not len(child):
            found[ITEM_TAGS[tag]] = _text(child)
            order.append(tag)
        else:
            order.append(f"?{len(extra)}")
            extra += _verbatims([child])
    return FamilyMember(**found, order=tuple(order), extra=tuple(extra))


def _text(element: ET.Element) -> str:
    """The text; a tag that holds nothing but line breaks and spaces is blank."""
    return (element.text or "").strip()


def _verbatims(elements: Iterable[ET.Element]) -> list[tuple[str, str]]:
    return [(str(element.tag), _verbatim(element)) for element in elements]


def _verbatim(element: ET.Element) -> str:
    element.tail = None
    return ET.tostring(element, encoding="unicode")


def _local(tag: str) -> str:
    return tag.rpartition("}")[2]
