"""The process that draws: `python -m roster.printing.drawing pdf|docx|wall FOLDER`, or `… merge TARGET PART…`."""

from __future__ import annotations

import io
import json
import shutil
import sys
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
LAYOUTS = {"pdf": HERE / "approval.typ", "wall": HERE / "wall.typ"}
LONGEST_SIDE = 640
A4 = (595, 842)
MARK = "mark.txt"
PIXELS = 40_000_000


def main(arguments: list[str]) -> None:
    kind, place, *rest = arguments
    if kind == "merge":
        merge(Path(place), [Path(part) for part in rest])
        return
    if kind == "check":
        check(Path(place), int(rest[0]))
        return
    folder = Path(place)
    forms = json.loads((folder / "forms.json").read_text(encoding="utf-8"))
    pictured = forms["cards"] if kind == "wall" else forms
    report = [entry for number, form in enumerate(pictured) for entry in _photo(folder, number, form)]
    report += draw_docx(folder, forms) if kind == "docx" else draw_pdf(folder, LAYOUTS[kind], forms)
    (folder / "report.json").write_text(json.dumps(report), encoding="utf-8")


def _photo(folder: Path, number: int, form: dict[str, Any]) -> list[dict[str, Any]]:
    """The picture as a plain JPEG of the size that is printed; one that cannot be read is left out and told."""
    if not form["photo"]:
        return []
    from PIL import Image, UnidentifiedImageError

    Image.MAX_IMAGE_PIXELS = PIXELS
    name, form["photo"] = form["photo"], ""
    try:
        with Image.open(folder / name, formats=("JPEG", "PNG")) as picture:
            picture.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
            buffer = io.BytesIO()
            picture.convert("RGB").save(buffer, "JPEG", quality=88)
    except (UnidentifiedImageError, Image.DecompressionBombError, OSError, ValueError, SyntaxError):
        return [{"form": number, "cell": "photo", "size": 0}]
    (folder / f"{name}.jpg").write_bytes(buffer.getvalue())
    form["photo"] = f"{name}.jpg"
    return []


def draw_pdf(folder: Path, layout: Path, forms: Any) -> list[dict[str, Any]]:
    import typst

    (folder / "forms.json").write_text(json.dumps(forms, ensure_ascii=False), encoding="utf-8")
    shutil.copyfile(layout, folder / layout.name)
    fonts = folder / "fonts"
    families = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[fonts]).families()
    # of a collection for all of East Asia the Simplified Chinese shapes
    ordered = sorted(families, key=lambda name: (not name.endswith((" SC", " CN")), name))
    compiler = typst.Compiler(
        folder / layout.name,
        root=folder,
        font_paths=[fonts],
        ignore_system_fonts=True,
        sys_inputs={"fonts": "|".join(ordered), "mark": _mark(folder)},
    )
    compiler.compile(output=folder / "forms.pdf", pdf_tags=False)
    return list(json.loads(compiler.query("<small>", field="value")))


def _mark(folder: Path) -> str:
    """Whose files these are; "" where nobody is named."""
    place = folder / MARK
    return place.read_text(encoding="utf-8") if place.is_file() else ""


def draw_docx(folder: Path, forms: list[dict[str, Any]]) -> list[dict[str, Any]]:
    from roster.printing.word import write_form  # noqa: PLC0415

    report: list[dict[str, Any]] = []
    for number, form in enumerate(forms):
        photo = folder / form["photo"] if form["photo"] else None
        small = write_form(form, photo, folder / f"{number}.docx", mark=_mark(folder))
        report += [{"form": number, "cell": cell, "size": size} for cell, size in small]
    return report


def merge(target: Path, parts: list[Path]) -> None:
    from pypdf import PdfReader, PdfWriter

    writer = PdfWriter()
    writer.add_metadata(dict(PdfReader(parts[0]).metadata or {}))
    for part in parts:
        writer.append(part, import_outline=False)
    with target.open("wb") as file:
        writer.write(file)


def check(path: Path, pages: int) -> None:
    """Ends with a fault where the file is not so many A4 pages."""
    from pypdf import PdfReader

    with path.open("rb") as file:
        found = PdfReader(file)
        a4 = all((round(page.mediabox.width), round(page.mediabox.height)) == A4 for page in found.pages)
        if len(found.pages) != pages or not a4:
            sys.exit(1)


if __name__ == "__main__":
    main(sys.argv[1:])
