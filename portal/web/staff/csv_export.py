"""A list of staff as a CSV file, for a spreadsheet: every list is exported here."""

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal
from urllib.parse import urlencode

from flask import Response, request, stream_with_context

from portal.rules.money import minor_digits
from portal.web.visitor import business
from portal.web.wording import wording

Cell = str | int | Decimal | date | datetime | None

BYTE_ORDER_MARK = "\ufeff"
"""Without it, spreadsheets of today still take accents for something else."""

OF_ONE_PAGE = ("page", "after", "format")
"""What an address says of the page that is shown, rather than of the list."""

_FORMULA = re.compile(r"^\s*[=+\-@\t\r]")


def wants_csv() -> bool:
    """Whether the address asks for the list as a file (``format=csv``), with the same filters."""
    return request.args.get("format") == "csv"


def csv_address() -> str:
    """The address of the list with its filters, as a file: whole, not the page of it that is shown."""
    kept = [pair for pair in request.args.items(multi=True) if pair[0] not in OF_ONE_PAGE]
    return f"{request.path}?{urlencode([*kept, ('format', 'csv')])}"


def csv_file(name: str, head: Sequence[str], rows: Iterable[Sequence[Cell]]) -> Response:
    """A file to download, "name-2026-12-01.csv", sent row by row, however long the list is.

    Days and moments are as a spreadsheet reads them, in the studio's zone; a text that it would take for a
    formula is marked as text.
    """
    file = f"{name}-{wording().today.isoformat()}.csv"
    answer = Response(stream_with_context(_written(head, rows)), mimetype="text/csv")
    answer.headers["Content-Disposition"] = f'attachment; filename="{file}"'
    return answer


def amount(minor: int) -> Decimal:
    """Minor units of the studio's currency as a plain number, "12.00"."""
    digits = minor_digits(business().currency)
    return Decimal(minor).scaleb(-digits)


def _written(head: Sequence[str], rows: Iterable[Sequence[Cell]]) -> Iterator[str]:
    yield BYTE_ORDER_MARK
    yield _line(head)
    for each in rows:
        yield _line(each)


def _line(cells: Sequence[Cell]) -> str:
    line = io.StringIO()
    csv.writer(line).writerow([_plain(cell) for cell in cells])
    return line.getvalue()


def _plain(cell: Cell) -> str:
    match cell:
        case None:
            return ""
        case datetime():
            local = cell.astimezone(business().zone_info)
            return f"{local:%Y-%m-%d %H:%M}"
        case date():
            return cell.isoformat()
        case str():
            return f"'{cell}" if _FORMULA.match(cell) else cell
        case _:
            return str(cell)
