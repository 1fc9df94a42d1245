"""The texts that code and templates hand to gettext, found without GNU gettext.

A message is (context or None, msgid). Python is read by its syntax tree; templates by Django's own
`templatize`, which writes each text as a call of gettext, as makemessages has it.
"""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from collections.abc import Iterator

from django.utils.translation.template import templatize

from tests.repo.helpers import name, tracked

Key = tuple[str | None, str]
SOURCES = ("police_hr", "roster", "workflows", "scoring", "matching")
# name of the function: (place of the context, place of the msgid) among its arguments
CALLS = {
    "_": (None, 0),
    "gettext": (None, 0),
    "gettext_lazy": (None, 0),
    "gettext_noop": (None, 0),
    "ngettext": (None, 0),
    "ngettext_lazy": (None, 0),
    "pgettext": (0, 1),
    "pgettext_lazy": (0, 1),
    "npgettext": (0, 1),
    "npgettext_lazy": (0, 1),
}
TEXT = r"""u?("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')"""
TEMPLATE_CALL = re.compile(rf"(?<!\w)(n?p?gettext|_)\({TEXT}(?:, {TEXT})?")


def messages() -> dict[Key, set[str]]:
    """Every message and the files it stands in."""
    found: dict[Key, set[str]] = defaultdict(set)
    for path in tracked(*(f"{source}/**.py" for source in SOURCES)):
        for key in of_python(path.read_text(encoding="utf-8")):
            found[key].add(name(path))
    for path in tracked("templates/**.html", "templates/**.txt"):
        for key in of_template(path.read_text(encoding="utf-8")):
            found[key].add(name(path))
    return dict(found)


def of_python(source: str) -> Iterator[Key]:
    return of_tree(ast.parse(source))


def of_tree(tree: ast.AST) -> Iterator[Key]:
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        function = node.func
        called = function.id if isinstance(function, ast.Name) else getattr(function, "attr", "")
        if called not in CALLS:
            continue
        context, msgid = (None if place is None else _text(node, place) for place in CALLS[called])
        if msgid:
            yield context, msgid


def aliases(source: str) -> Iterator[str]:
    """Names that hide a function of gettext from whoever collects texts: any but its own and `_`."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.ImportFrom) and node.module == "django.utils.translation":
            yield from (one.asname for one in node.names if one.name in CALLS and one.asname not in {None, "_"})


def inside_f_strings(source: str) -> Iterator[int]:
    """The lines where gettext is called inside an f-string: xgettext does not look there."""
    for string in ast.walk(ast.parse(source)):
        if isinstance(string, ast.JoinedStr) and list(of_tree(string)):
            yield string.lineno


def _text(call: ast.Call, place: int) -> str | None:
    argument = call.args[place] if len(call.args) > place else None
    return argument.value if isinstance(argument, ast.Constant) and isinstance(argument.value, str) else None


def of_template(source: str) -> Iterator[Key]:
    for call, first, second in TEMPLATE_CALL.findall(templatize(source)):
        texts = [ast.literal_eval(text) for text in (first, second) if text]
        if call.endswith("pgettext"):
            yield texts[0], texts[1]
        else:
            yield None, texts[0]
