"""Builds broken and hostile tables. No file of this kind is kept in the repository."""

import gzip
import io
import zipfile

import xlsxwriter  # noqa: TID253 - tests build workbooks

HEADER_ROWS = [["姓名", "警号", "出生年月"], ["张三", "110001", "1990.03"], ["李四", "110002", "1988.11"]]


def csv_text(rows: list[list[str]] = HEADER_ROWS) -> str:
    return "".join(",".join(row) + "\r\n" for row in rows)


def workbook(rows: list[list[object]] = HEADER_ROWS, *, more_sheets: int = 0) -> bytes:
    file = io.BytesIO()
    book = xlsxwriter.Workbook(file, {"in_memory": True})
    sheet = book.add_worksheet()
    for index, row in enumerate(rows):
        sheet.write_row(index, 0, row)
    for _ in range(more_sheets):
        book.add_worksheet()
    book.close()
    return file.getvalue()


def with_part(book: bytes, name: str, content: bytes, *, packing: int = zipfile.ZIP_DEFLATED) -> bytes:
    """`book` with one part replaced or added."""
    file = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(book)) as old, zipfile.ZipFile(file, "w", packing) as new:
        for part in old.namelist():
            if part != name:
                new.writestr(part, old.read(part))
        new.writestr(name, content)
    return file.getvalue()


def sheet_xml(cells: str, *, prolog: str = "") -> bytes:
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>{prolog}'
        '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
        f"<sheetData>{cells}</sheetData></worksheet>"
    ).encode()


def with_sheet(cells: str, *, prolog: str = "") -> bytes:
    return with_part(workbook(), "xl/worksheets/sheet1.xml", sheet_xml(cells, prolog=prolog))


def cell_bomb() -> bytes:
    """About 130 KB that unpack to 42 MB of two million cells."""
    row = '<row r="1">' + "<c><v>1</v></c>" * 100 + "</row>"
    return with_sheet(row.replace(' r="1"', "") * 27_000)


def zeros_bomb() -> bytes:
    return with_part(workbook(), "xl/media/image1.bin", b"\0" * (200 << 20))


def far_cells(last: str = "CV1048576") -> bytes:
    """Two cells far apart: a dense array between them would take gigabytes."""
    row = last.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
    return with_sheet(f'<row r="1"><c r="A1"><v>1</v></c></row><row r="{row}"><c r="{last}"><v>1</v></c></row>')


def shared_string_bomb() -> bytes:
    """One string of 30,000 characters used by 300,000 cells: 9 GB when each cell holds a copy."""
    strings = (
        '<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><si><t>'
        + "".join(chr(0x4E00 + i % 9000) for i in range(30_000))
        + "</t></si></sst>"
    )
    cells = ("<row>" + '<c t="s"><v>0</v></c>' * 100 + "</row>") * 3_000
    return with_part(with_sheet(cells), "xl/sharedStrings.xml", strings.encode(), packing=zipfile.ZIP_STORED)


def laughs() -> bytes:
    entities = "".join(
        f'<!ENTITY l{level} "{f"&l{level - 1};" * 10}">' if level else '<!ENTITY l0 "ha">' for level in range(10)
    )
    return with_sheet(
        '<row r="1"><c r="A1" t="inlineStr"><is><t>&l9;</t></is></c></row>',
        prolog=f"<!DOCTYPE worksheet [{entities}]>",
    )


def external_entity() -> bytes:
    return with_sheet(
        '<row r="1"><c r="A1" t="inlineStr"><is><t>&x;</t></is></c></row>',
        prolog='<!DOCTYPE worksheet [<!ENTITY x SYSTEM "file:///etc/hostname">]>',
    )


def external_entity_utf16() -> bytes:
    xml = sheet_xml("", prolog='<!DOCTYPE worksheet [<!ENTITY x SYSTEM "file:///etc/hostname">]>')
    return with_part(workbook(), "xl/worksheets/sheet1.xml", xml.decode().encode("utf-16"))


def many_parts(count: int = 3_000) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for index in range(count):
            archive.writestr(f"xl/worksheets/sheet{index}.xml", b"")
    return file.getvalue()


def encrypted_part() -> bytes:
    book = bytearray(workbook())
    at = 0
    while (at := book.find(b"PK\x01\x02", at)) >= 0:
        book[at + 8] |= 1
        at += 4
    return bytes(book)


def lying_size() -> bytes:
    """A zip whose directory declares ten bytes for each part."""
    book = bytearray(cell_bomb())
    at = 0
    while (at := book.find(b"PK\x01\x02", at)) >= 0:
        book[at + 24 : at + 28] = (10).to_bytes(4, "little")
        at += 4
    return bytes(book)


def gzip_bomb() -> bytes:
    return gzip.compress(b"a,b\n" + b"1,1\n" * (30 << 20), 9)
