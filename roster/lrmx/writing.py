"""From a document to the bytes of an exchange file: UTF-8, known tags first in the order of the form."""

from __future__ import annotations

import re
from xml.sax.saxutils import escape, quoteattr

from roster.lrmx.document import FAMILY, ITEM, ITEM_TAGS, ROOT, TAGS, Document, FamilyMember

# what XML cannot hold, not even escaped
_UNWRITABLE = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def write(document: Document) -> bytes:
    """The exchange file of `document`. Tags that the file it came from did not have are added where they are filled."""
    order = document.order or tuple(TAGS)
    missing = [tag for tag in TAGS if tag not in order and getattr(document, TAGS[tag])]
    lines = ['<?xml version="1.0" encoding="utf-8"?>', f"<{ROOT}{_attributes(document, '')}>"]
    for tag in (*order, *missing):
        if tag.startswith("?"):
            lines.append(f"  {document.extra[int(tag[1:])][1]}")
        elif tag == FAMILY:
            lines += _family(document)
        else:
            lines.append(f"  <{tag}{_attributes(document, tag)}>{_escaped(document.text(tag))}</{tag}>")
    lines.append(f"</{ROOT}>\n")
    return "\n".join(lines).encode()


def _family(document: Document) -> list[str]:
    items = [f"    <{ITEM}>{_item(member)}</{ITEM}>" for member in document.family]
    others = [f"    {xml}" for _tag, xml in document.family_extra]
    return [f"  <{FAMILY}{_attributes(document, FAMILY)}>", *items, *others, f"  </{FAMILY}>"]


def _item(member: FamilyMember) -> str:
    missing = [tag for tag, name in ITEM_TAGS.items() if tag not in member.order and getattr(member, name)]
    parts = []
    for tag in (*member.order, *missing):
        if tag.startswith("?"):
            parts.append(member.extra[int(tag[1:])][1])
        else:
            parts.append(f"<{tag}>{_escaped(getattr(member, ITEM_TAGS[tag]))}</{tag}>")
    return "".join(parts)


def _escaped(text: str) -> str:
    # a lone carriage return would be read back as a line feed
    return escape(_UNWRITABLE.sub("", text), {"\r": "&#13;"})


def _attributes(document: Document, tag: str) -> str:
    found = document.attributes.get(tag, {})
    return "".join(f" {name}={quoteattr(_UNWRITABLE.sub('', value))}" for name, value in found.items())
