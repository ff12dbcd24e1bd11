"""A list as a file to go on working with: CSV for anything, XLSX for Excel."""

import csv
from collections.abc import Iterable, Iterator
from datetime import date
from decimal import Decimal
from io import BytesIO
from types import SimpleNamespace

from django.http import HttpResponse, StreamingHttpResponse

FORMATS = ("csv", "xlsx")
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
WIDEST = 60  # characters


def wanted(request) -> str:
    """The format that was asked for; empty where it is the page."""
    asked = request.GET.get("format", "")
    return asked if asked in FORMATS else ""


def as_file(request, name: str, headings: list[str], rows: Iterable[Iterable]) -> HttpResponse:
    """The rows as a file of that name. Text that a table program would take for a formula is kept as text."""
    cells = ([_cell(value) for value in row] for row in rows)
    if wanted(request) == "xlsx":
        response = HttpResponse(_workbook(headings, cells), content_type=XLSX)
    else:
        response = StreamingHttpResponse(_csv(headings, cells), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}.{wanted(request) or "csv"}"'
    return response


def _csv(headings: list[str], rows) -> Iterator[str]:
    """The file line by line, however long it is."""
    writer = csv.writer(SimpleNamespace(write=lambda line: line))
    yield "\ufeff"  # by it Excel knows UTF-8
    yield writer.writerow(headings)
    for row in rows:
        yield writer.writerow(row)


def _cell(value):
    if value is None:
        return ""
    if isinstance(value, Decimal):
        return float(value)
    if isinstance(value, int | float | date):
        return value
    text = str(value)
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t", "\r") else text


def _workbook(headings: list[str], rows) -> bytes:
    # Here and not above: it is as much to load as all of Django, and few processes ever write a workbook.
    from openpyxl import Workbook
    from openpyxl.styles import Font
    from openpyxl.utils import get_column_letter

    book = Workbook()
    sheet = book.active
    sheet.append(headings)
    widths = [len(heading) * 2 for heading in headings]
    for row in rows:
        sheet.append(row)
        widths = [max(width, len(str(value)) * 2) for width, value in zip(widths, row, strict=True)]
    for cell in sheet[1]:
        cell.font = Font(bold=True)
    for number, width in enumerate(widths, 1):
        sheet.column_dimensions[get_column_letter(number)].width = min(width, WIDEST) + 2
    sheet.freeze_panes = "A2"
    file = BytesIO()
    book.save(file)
    return file.getvalue()
