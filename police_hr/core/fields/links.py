"""References to an officer, a unit or a resource, and files. References are stored as ids."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from typing import Any

from django import forms
from django.core.files.base import File
from django.utils.translation import gettext_lazy as _

from police_hr.core.fields import registry
from police_hr.core.fields.base import FieldType, fault, form_options, storable
from police_hr.core.fields.registry import Names, Reference
from police_hr.core.fields.spec import FieldSpec

SHA256 = r"^[0-9a-f]{64}$"
MAX_FILE_SIZE = 20 * 1024 * 1024
ID_LIMIT = 2**63 - 1


class Link(FieldType):
    """A reference. The page attaches its search box by the `data-reference` attribute of the input."""

    def json_schema(self, spec: FieldSpec) -> dict[str, Any]:
        return {"type": "integer", "minimum": 1, "maximum": ID_LIMIT}

    def clean(self, spec: FieldSpec, value: Any) -> int:
        if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= ID_LIMIT:
            raise fault(_("must be an id."))
        return value

    def from_cell(self, spec: FieldSpec, text: str) -> int:
        found = registry.find_reference(self.code, storable(text).strip())
        if found is None:
            raise fault(_("“%(text)s” was not found."), "not_found", text=text[:40])
        return self.clean(spec, found)

    def display(self, spec: FieldSpec, value: Any, names: Names) -> str:
        return names.label(self.code, value)

    def to_cell(self, spec: FieldSpec, value: Any, names: Names) -> str:
        return names.key(self.code, value)

    def references(self, spec: FieldSpec, value: Any) -> Iterator[Reference]:
        yield self.code, value

    def widget(self, spec: FieldSpec) -> forms.Widget:
        return forms.TextInput(attrs={"data-reference": self.code, "autocomplete": "off"})


class Person(Link):
    """An officer (or auxiliary)."""

    code = "person"


class Unit(Link):
    """A unit."""

    code = "unit"


class Resource(Link):
    """A thing that can be booked: a room, a car, equipment."""

    code = "resource"


def describe_upload(upload: File) -> dict[str, Any]:
    """Name, size in bytes and SHA-256 of an uploaded file. Keeping the bytes is the service's affair."""
    digest = hashlib.sha256()
    for chunk in upload.chunks():
        digest.update(chunk)
    upload.seek(0)
    return {"name": (upload.name or "")[-200:], "size": upload.size, "sha256": digest.hexdigest()}


class Attachment(FieldType):
    """A file, stored as `{"name", "size", "sha256"}`; the content is kept apart, under its hash."""

    code = "file"

    def json_schema(self, spec: FieldSpec) -> dict[str, Any]:
        return {
            "type": "object",
            "required": ["name", "size", "sha256"],
            "additionalProperties": False,
            "properties": {
                "name": {"type": "string", "minLength": 1, "maxLength": 200},
                "size": {"type": "integer", "minimum": 1, "maximum": MAX_FILE_SIZE},
                "sha256": {"type": "string", "pattern": SHA256},
            },
        }

    def clean(self, spec: FieldSpec, value: Any) -> dict[str, Any]:
        stored = describe_upload(value) if isinstance(value, File) else value
        if not isinstance(stored, dict) or set(stored) != {"name", "size", "sha256"}:
            raise fault(_("must be an uploaded file."))
        name, size, sha256 = stored["name"], stored["size"], stored["sha256"]
        if not isinstance(name, str) or not 1 <= len(storable(name)) <= 200:
            raise fault(_("has no usable file name."))
        if isinstance(size, bool) or not isinstance(size, int) or not 1 <= size <= MAX_FILE_SIZE:
            raise fault(_("is empty or larger than %(most)d MB."), "size", most=MAX_FILE_SIZE // 1024**2)
        if not isinstance(sha256, str) or not re.fullmatch(SHA256, sha256):
            raise fault(_("must be an uploaded file."))
        return {"name": name, "size": size, "sha256": sha256}

    def from_cell(self, spec: FieldSpec, text: str) -> Any:
        raise fault(_("is a file and cannot be read from a table."), "no_cell")

    def display(self, spec: FieldSpec, value: Any, names: Names) -> str:
        return str(value["name"])

    def form_field(self, spec: FieldSpec) -> forms.Field:
        return forms.FileField(max_length=200, **form_options(spec))
