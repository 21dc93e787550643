"""Tables of any origin to records: CSV, Excel (.xlsx) and JSON lines. The only room for openpyxl.

A table comes from outside, so nothing of it is trusted: sizes have limits, nothing is computed, what cannot be read is a problem with the
row as the sheet numbers it. Messages never repeat what a cell holds.
"""

import csv
import io
import json
import re
import warnings
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, time, timedelta
from itertools import islice
from typing import Any, TypeAlias, cast

from leaflets.problems import Problem, Span

FILE_LIMIT = 100_000_000
"""Bytes a table may have; an Excel file, once it is unpacked. A million rows have room in it."""
ROW_LIMIT = 1_048_576
"""Rows a table may have: as many as a sheet of Excel."""
COLUMN_LIMIT = 256
Cell: TypeAlias = str | int | float | bool | date | time | timedelta | Sequence[Any] | Mapping[str, Any] | None
"""What a file has in a cell. Sequences and mappings come from JSON alone."""
ENCODINGS = {"cp1252": "Windows-1252 (western European)", "cp1254": "Windows-1254 (Turkish)", "cp1256": "Windows-1256 (Arabic)"}
"""Encodings that are found out where a file does not tell its own."""
_PACKED = {"xl/workbook.xml": "", "mimetype": "this is a spreadsheet of LibreOffice", "xl/workbook.bin": "this is a binary Excel file"}
_AS_UTF8 = "save it as “CSV UTF-8”, or tell its encoding with --encoding"


@dataclass(frozen=True, slots=True)
class Record:
    """One row: its number as the sheet shows it, the number of the row that names the columns (0: each row names them itself: JSON),
    those names as written, and the cells. Column n of the sheet is place n - 1 of both.
    """

    number: int
    head: int
    names: tuple[str, ...]
    cells: tuple[Cell, ...]


class _StopError(Exception):
    """The table cannot be read any further."""

    def __init__(self, told: str, hint: str = "", line: int = 0) -> None:
        self.told, self.hint, self.line = told, hint, line


def read(content: bytes, path: str, known: Callable[[str], bool], encoding: str = "") -> Iterator[Record | Problem]:
    """Yield the records of a file, and what is wrong with it. Nothing is raised, whatever it holds.

    `known` says whether a text is the name of a column; `encoding` is that of a text file, where somebody told it.
    """
    try:
        yield from _records(content, path, known, encoding)
    except _StopError as stop:
        yield Problem("D01", stop.told, Span(path, stop.line, 1 if stop.line else 0), stop.hint)


def _records(content: bytes, path: str, known: Callable[[str], bool], encoding: str) -> Iterator[Record | Problem]:
    if len(content) > FILE_LIMIT:
        raise _StopError(f"the file has {len(content) / 1e6:,.0f} MB; {FILE_LIMIT / 1e6:.0f} MB is the most", "split it")
    if content.startswith(b"\xd0\xcf\x11\xe0"):
        raise _StopError("this is an old Excel file, or one with a password", "save it as .xlsx without a password, or as CSV UTF-8")
    if content.startswith(b"PK\x03\x04"):
        yield from _headed(_excel(content), ROW_LIMIT)
        return
    text, guessed = decoded(content, encoding)
    if guessed:
        told = f"the file does not tell its encoding; it was read as {ENCODINGS[guessed]}"
        yield Problem("D02", told, Span(path), f"see that the names are right; if not, {_AS_UTF8}")
    if text.lstrip()[:1] in ("{", "["):
        yield from _json_lines(text, path)
    else:
        yield from _headed(_csv(text, known), ROW_LIMIT)


def _headed(rows: Iterable[tuple[int, list[Cell]]], most: int) -> Iterator[Record]:
    """Yield the rows below the first one, which names the columns. Empty rows are passed over, and counted."""
    names: tuple[str, ...] = ()
    head = 0
    for number, cells in rows:
        if number > most:
            raise _StopError(f"the table has more than {most:,} rows", "split it", number)
        while cells and (cells[-1] is None or cells[-1] == "" or (isinstance(cells[-1], str) and not cells[-1].strip())):
            cells.pop()
        if not cells:
            continue
        if len(cells) > COLUMN_LIMIT:
            hint = "see that the delimiter is a comma, a semicolon, a tab or |"
            raise _StopError(f"the row has {len(cells):,} cells; {COLUMN_LIMIT} is the most", hint, number)
        if not names:
            names, head = tuple("" if cell is None else str(cell) for cell in cells), number
        else:
            yield Record(number, head, names, tuple(cells))
    if not names:
        raise _StopError("the table is empty", "its first row names the columns, as `leaflet`, `language`, `name`")


# ---------------------------------------------------------------- text


def decoded(content: bytes, encoding: str = "") -> tuple[str, str]:
    """Return a file's text, and the encoding that was found out where the file did not tell its own (else empty)."""
    marked = content.startswith((b"\xff\xfe", b"\xfe\xff"))
    try:
        if encoding or marked:
            return content.decode(encoding or "utf-16").removeprefix("\ufeff"), ""
        if b"\0" in content[:4] and len(content) % 2 == 0:  # a first letter of ASCII, in UTF-16 without a mark
            return content.decode("utf-16-be" if content[0] == 0 else "utf-16-le"), ""
        return content.decode("utf-8-sig"), ""
    except LookupError as error:
        raise _StopError("there is no encoding of that name", "write it like utf-8, cp1252 or cp1254") from error
    except ValueError as error:
        found = "" if encoding or marked else _legacy(content)
        if not found:
            raise _StopError("the file is in no encoding that can be told for certain", _AS_UTF8) from error
        return content.decode(found), found


def _legacy(content: bytes) -> str:
    """Return which of the old encodings of Windows a text has, or nothing where that is open.

    Arabic words are runs of letters above 127 that are letters of cp1256 alone; in cp1252 and cp1254 such letters stand among others.
    Those two differ in six letters: where one of these stands, the text is Turkish, for Icelandic, the other one, is no language of this
    program. Cyrillic, Greek and Hebrew words are runs too, so a run has to be Arabic from its first letter to its last.
    """
    runs = re.findall(rb"[\x80-\xff]{3,}", content)
    if runs:
        arabic = all(all("\u0600" <= letter <= "\u06ff" for letter in run.decode("cp1256")) for run in runs)
        common = sum(content.count(letter) for letter in (b"\xc7\xe1", b"\xe3", b"\xed", b"\xe4", b"\xd1"))  # al-, m, y, n, r
        return "cp1256" if arabic and common * 8 > sum(map(len, runs)) and b"\xc7" in content else ""
    turkish = bool(re.search(rb"[\xd0\xdd\xde\xf0\xfd\xfe]", content))
    found = "cp1254" if turkish else "cp1252"
    try:
        letters = [letter for letter in content.decode(found) if letter > "\x7f"]
    except ValueError:
        return ""
    return found if all(letter.isalpha() or letter in "\u00a0‘’“”–—…€´`°ºª·" for letter in letters) else ""


def _csv(text: str, known: Callable[[str], bool]) -> Iterator[tuple[int, list[Cell]]]:
    """Yield the rows of a CSV text. A quotation mark that is not closed is an error: it would swallow the rows below it."""
    if "\0" in text:
        raise _StopError("the file holds NUL bytes, so it is no text", _AS_UTF8)
    sign, skipped = delimiter(text, known)
    lines = csv.reader(io.StringIO(text, newline=""), delimiter=sign, strict=True)
    number = 0
    try:
        for number, row in enumerate(lines, 1):
            yield number, [] if number <= skipped else list(row)
    except csv.Error as error:
        hint = "see that each quotation mark is closed; inside a cell it is written twice"
        raise _StopError(f"this is no CSV: {error}", hint, number + 1) from error


def delimiter(text: str, known: Callable[[str], bool]) -> tuple[str, int]:
    """Return `,`, `;`, tab or `|`, and how many rows above the head only tell it (Excel's `sep=;`).

    It is the one that makes most known columns of the first row; Python's Sniffer takes a letter of a name for one.
    """
    first = next((line for line in text.splitlines() if line.strip()), "")[:20_000]
    if match := re.fullmatch(r"\"?sep=([,;\t|])\"?", first.strip(" ")):
        return match[1], 1 + next(at for at, line in enumerate(text.splitlines()) if line.strip())
    return max(",;\t|", key=lambda sign: (sum(known(cell.strip(' "')) for cell in first.split(sign)), first.count(sign))), 0


# ---------------------------------------------------------------- JSON lines


def _json_lines(text: str, path: str) -> Iterator[Record | Problem]:
    """Yield the object of each line. A line that holds none is told, and the next one read."""
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip():
            continue
        if number > ROW_LIMIT:
            raise _StopError(f"the table has more than {ROW_LIMIT:,} rows", "split it", number)
        try:
            given = json.loads(line, object_pairs_hook=_once, parse_constant=_no_number)
            if not isinstance(given, dict) or len(given) > COLUMN_LIMIT:
                raise ValueError
        except (ValueError, RecursionError):
            told = "this line is no JSON object, or a key stands twice in it"
            yield Problem("D01", told, Span(path, number, 1), 'write each row on a line of its own: {"leaflet": "…", "language": "…"}')
            continue
        yield Record(number, 0, tuple(given), tuple(given.values()))


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError
    return found


def _no_number(_: str) -> None:
    raise ValueError


# ---------------------------------------------------------------- Excel


def _excel(content: bytes) -> Iterator[tuple[int, list[Cell]]]:
    """Yield the rows of the first sheet that is shown, as it shows them: the last results of formulas, real dates, texts."""
    _unpacked(content)
    import openpyxl  # half a second of the start, for those who have such a file

    try:
        with warnings.catch_warnings():  # openpyxl tells on standard error what of a file it passes over
            warnings.simplefilter("ignore")
            book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=True, keep_links=False)
            sheet = next(one for one in book.worksheets if one.sheet_state == "visible")
            sheet.reset_dimensions()
            for number, row in enumerate(islice(sheet.iter_rows(values_only=True), ROW_LIMIT + 1), 1):
                yield number, cast(list[Cell], list(row))
    except (ImportError, _StopError, GeneratorExit):
        raise
    except Exception as error:  # openpyxl raises whatever a broken file leads it to
        raise _StopError("the Excel file is broken", "open it in the spreadsheet and save it again as .xlsx, or as CSV UTF-8") from error


def _unpacked(content: bytes) -> None:
    """See that a packed file is a workbook, not too large once unpacked, and defines no entities."""
    hint = "save it as .xlsx, or as CSV UTF-8"
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            names = packed.namelist()
            size = sum(one.file_size for one in packed.infolist())
            if len(names) > 10_000 or size > FILE_LIMIT:
                raise _StopError(f"the file has more than {FILE_LIMIT / 1e6:.0f} MB once it is unpacked", "split it")
            other = next((told for name, told in _PACKED.items() if name in names), "this is no spreadsheet")
            if other:
                raise _StopError(other, hint)
            if any(b"<!DOCTYPE" in packed.read(name) for name in names if name.endswith((".xml", ".rels"))):
                raise _StopError("the file holds definitions that no spreadsheet writes", hint)
    except _StopError:
        raise
    except Exception as error:  # zipfile and zlib have a dozen of their own
        raise _StopError("the file is broken: it cannot be unpacked", hint) from error
