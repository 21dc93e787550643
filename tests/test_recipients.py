"""Tables of recipients: what is read, what is refused and where, and that no table whatever ends in a traceback."""

import datetime
import io
import json
import zipfile
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from leaflets import tables
from leaflets.model import Request, Workspace
from leaflets.problems import Problem
from leaflets.recipients import Defaults, Reader, Row

AS_OF = datetime.date(2026, 11, 23)
DAY = datetime.date(2027, 1, 12)
PPMS = Request("hsct", "ppms-deciding", "en", "a4")


def read(
    workspace: Workspace, content: bytes | str, *, names: bool = False, encoding: str = "", **defaults
) -> tuple[list[Row], list[Problem]]:
    """The rows and the problems of a table."""
    reader = Reader(workspace, "table", Defaults(**defaults), AS_OF, names)
    found = list(reader.read(content.encode() if isinstance(content, str) else content, encoding))
    return [one for one in found if isinstance(one, Row)], [one for one in found if isinstance(one, Problem)]


def told(problem: Problem) -> str:
    return f"{problem.span.line}:{problem.span.column} {problem.code} {problem.message} | {problem.hint}"


def one(workspace: Workspace, head: str, row: str, **defaults) -> Row:
    """The only row of a table without a problem."""
    rows, problems = read(workspace, f"{head}\n{row}\n", **{"leaflet": "hsct", **defaults})
    assert [told(problem) for problem in problems] == []
    assert len(rows) == 1
    return rows[0]


def excel(*rows: list[object], before: str = "") -> bytes:
    book = openpyxl.Workbook()
    if before:
        hidden = book.active
        hidden.title, hidden.sheet_state = before, "hidden"
        hidden.append(["leaflet"])
        book.create_sheet("Shown")
        book.active = 1
    for row in rows:
        book.worksheets[-1].append(row)
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()


# ---------------------------------------------------------------- which leaflet


def test_a_row_names_a_leaflet_by_name_or_title_case_and_spaces_forgiven(pack: Workspace) -> None:
    row = one(pack, "Leaflet,PROFILE, Language ,edition", "HSCT,ppms_Deciding,zh-hans,Large Print")
    assert row.request == Request("hsct", "ppms-deciding", "zh-Hans", "large-print")
    assert row.number == 2
    assert one(pack, "therapy,lang", f"{pack.leaflets['msc'].title},Türkçe").request.leaflet == "msc"
    assert one(pack, "therapy,lang", "hsct,Turkish").request.language == "tr"


def test_what_a_row_does_not_say_the_command_does(pack: Workspace) -> None:
    row = one(pack, "reference", "A", profile="after", language="tr", edition="letter", phrases=("bring",))
    assert row.request == Request("hsct", "after", "tr", "letter")
    assert row.phrases == ("bring",)
    assert one(pack, "language,name", "tr,Anna").request.profile == pack.leaflets["hsct"].default_profile


def test_traits_stand_on_top_of_the_profile_and_those_it_has_are_no_other_leaflet(pack: Workspace) -> None:
    row = one(pack, "profile,trait:ms_type,Trait: Walking", "ppms-deciding,ppms,with-help")
    assert row.request.traits == (("walking", "with-help"),)


def test_phrases_are_those_named_or_those_whose_slots_are_filled(pack: Workspace) -> None:
    assert one(pack, "name,phrases", "Anna,bring; dear read-first").phrases == ("bring", "dear", "read-first")
    assert one(pack, "name,place,date", "Anna,,").phrases == ("dear",)
    row = one(pack, "name,date,time,place", "Anna,2027-01-12,09:30,Clinic")
    assert row.phrases == ("dear", "appointment")
    assert row.values == {"name": "Anna", "date": DAY, "time": datetime.time(9, 30), "place": "Clinic"}


# ---------------------------------------------------------------- cells

CELLS = [
    ("leaflet", "nothing-like-it", "D04", "known: "),
    ("leaflet", "hsc", "D04", "did you mean `hsct`?"),
    ("language", "klingon", "D04", ""),
    ("edition", "a44", "D04", "did you mean `a4`?"),
    ("profile", "ppms-decidin", "D04", "did you mean `ppms-deciding`?"),
    ("trait:ms_type", "ppmss", "D04", "did you mean `ppms`?"),
    ("phrases", "dear,bringg", "D04", "did you mean `bring`?"),
    ("phrases", "contact", "D05", "fill in the column `contact`"),
    ("edition", "bilingual", "D04", "ask for a translation"),
    ("date", "03/04/2027", "D06", "write it as 2026-11-23"),
    ("date", "25.12.2027", "D06", "write it as 2026-11-23"),
    ("date", "2027-02-30", "D06", ""),
    ("date", "tomorrow", "D06", ""),
    ("date", "46400", "D06", ""),
    ("date", "12027-01-01", "D06", ""),
    ("date", "1027-01-01", "D06", ""),
    ("time", "2:30", "D06", "with am or pm"),
    ("time", "24:00", "D06", ""),
    ("time", "13:30 pm", "D06", ""),
    ("time", "noon", "D06", ""),
    ("name", "=1+1", "D07", "paste them as values"),
    ("name", "#N/A", "D07", "mend it"),
    ("name", "Anna\x07", "D07", "delete it"),
    ("name", "Anna \u202egnp.exe", "D07", "delete it"),
    ("name", "Anna \u2066x", "D07", "delete it"),
    ("name", "\ue000", "D07", "delete it"),
    ("name", "A" + "\u0301" * 9, "D07", "without them"),
    ("name", "x" * 201, "D07", "shorten it"),
]


@pytest.mark.parametrize(("column", "cell", "code", "hint"), CELLS, ids=[f"{column}-{number}" for number, (column, *_) in enumerate(CELLS)])
def test_cells(pack: Workspace, column: str, cell: str, code: str, hint: str) -> None:
    """A cell that cannot be used is told with its row, column and what would be right, without what it holds; the row beside it is read."""
    head = ["reference", column] if column == "leaflet" else ["leaflet", column]
    first = ["A", "hsct"] if column == "leaflet" else ["hsct", ""]
    rows, problems = read(pack, excelless(head, first, [first[0], cell]))
    assert [row.number for row in rows] == [2]
    wrong = [problem for problem in problems if problem.code == code]
    assert len(wrong) == 1, [told(problem) for problem in problems]
    assert wrong[0].span.line == 3
    assert wrong[0].span.column == (0 if code == "D05" else 2)
    assert hint in wrong[0].hint
    if cell not in ("contact", "bilingual"):  # names of the workspace, and of nobody
        assert cell not in wrong[0].message
        _, again = read(pack, excelless(head, first, [first[0], cell]), names=True)
        assert any("`" in problem.message.replace(f"`{column}`", "") for problem in again)


def excelless(*rows: list[str]) -> bytes:
    """A CSV text of rows."""
    import csv

    text = io.StringIO(newline="")
    csv.writer(text).writerows(rows)
    return text.getvalue().encode("utf-8", "surrogatepass")


@pytest.mark.parametrize(
    ("cell", "expected"),
    [("09:30", (9, 30)), ("14.05", (14, 5)), ("2:30 pm", (14, 30)), ("12:15 a.m.", (0, 15)), ("12:00 PM", (12, 0)), ("08:00:00", (8, 0))],
)
def test_times(pack: Workspace, cell: str, expected: tuple[int, int]) -> None:
    row = one(pack, "date,time,place", f"2027-01-12,{cell},Clinic")
    assert row.values["time"] == datetime.time(*expected)


def test_numbers_have_a_point_and_no_mark_between_thousands() -> None:
    from conftest import read as workspace_of
    from conftest import small

    files = {**small(), "content/phrases.yaml": "phrases:\n  dose:\n    text: 'Take {dose} tablets.'\n    slots: {dose: number}\n"}
    workspace = workspace_of(files).value  # type: ignore[arg-type]
    rows, problems = read(workspace, "dose\n2.5\n1;000\n", leaflet="my-leaflet")
    assert [row.values for row in rows] == [{"dose": Decimal("2.5")}]
    assert [(problem.code, problem.span.line) for problem in problems] == [("D06", 3)]


def test_text_is_put_in_order(pack: Workspace) -> None:
    """Accents are composed, spaces and line ends single; what Persian and Hindi names need stays."""
    assert one(pack, "name", '"  Jose\u0301\n  Mu\u0308ller\u00a0 "').values["name"] == "José Müller"
    assert one(pack, "name", "نرگس‌خانم").values["name"] == "نرگس‌خانم"


def test_warnings(pack: Workspace) -> None:
    """A day that has passed, and a column that no phrase says, are told; the row is read."""
    rows, problems = read(pack, "name,date,time,place,phrases\nAnna,2020-01-12,09:30,Clinic,appointment\n", leaflet="hsct")
    assert len(rows) == 1
    assert [(problem.code, str(problem.severity), problem.span.column) for problem in problems] == [
        ("D08", "warning", 2),
        ("D08", "warning", 1),
    ]


def test_without_a_leaflet(pack: Workspace) -> None:
    rows, problems = read(pack, "name\nAnna\n")
    assert rows == []
    assert [(problem.code, problem.span.line) for problem in problems] == [("D05", 2)]
    assert "--leaflet" in problems[0].hint


# ---------------------------------------------------------------- columns


@pytest.mark.parametrize(
    ("table", "place", "fragment", "hint"),
    [
        ("leaflet,nmae\nhsct,Anna\n", (1, 2), "`nmae`", "did you mean `name`?"),
        ("leaflet,trait:ms_typ\nhsct,ppms\n", (1, 2), "`trait:ms_typ`", "did you mean `ms_type`?"),
        ("leaflet,ms_type\nhsct,ppms\n", (1, 2), "`ms_type`", "write `trait:ms_type`"),
        ("leaflet,name,Name\nhsct,Anna,Eva\n", (1, 3), "stands twice", "keep one"),
        ("leaflet,therapy\nhsct,hsct\n", (1, 2), "stands twice", "keep one"),
        ("Anna Secret,1970-01-01\nEva,1980-01-01\n", (1, 1), "no column that is known", "above the columns"),
        ("leaflet,name\nhsct,Anna,Secret\n", (2, 3), "no name", "quotes"),
        ('{"leaflet": "hsct", "nmae": "Anna"}\n', (1, 2), "`nmae`", "did you mean `name`?"),
    ],
)
def test_columns(pack: Workspace, table: str, place: tuple[int, int], fragment: str, hint: str) -> None:
    rows, problems = read(pack, table)
    assert rows == []
    assert [problem.code for problem in problems] == ["D03"]
    assert (problems[0].span.line, problems[0].span.column) == place
    assert fragment in problems[0].message
    assert hint in problems[0].hint
    assert "Secret" not in told(problems[0])


# ---------------------------------------------------------------- files


@pytest.mark.parametrize("sign", [",", ";", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_delimiters_and_encodings(pack: Workspace, sign: str, encoding: str) -> None:
    text = f'leaflet{sign}name{sign}place\r\nhsct{sign}"Ş{sign} ""M"" محمد"{sign}王\r\n\r\nhsct{sign}b{sign}\r\n'
    rows, problems = read(pack, text.encode(encoding), phrases=("dear",))
    assert [row.values["name"] for row in rows] == [f'Ş{sign} "M" محمد'.replace("\t ", " "), "b"]
    assert [row.number for row in rows] == [2, 4]
    assert [problem.code for problem in problems] == ["D08"]


def test_the_delimiter_that_excel_tells(pack: Workspace) -> None:
    rows, _ = read(pack, "sep=;\nleaflet;name\nhsct;a, b\n")
    assert [(row.number, row.values["name"]) for row in rows] == [(3, "a, b")]


@pytest.mark.parametrize(
    ("name", "encoding"),
    [("Şeyma Yılmaz", "cp1254"), ("José Müller", "cp1252"), ("محمد عبد الله، فاطمة الزهراء", "cp1256")],
)
def test_an_encoding_that_is_found_out_is_told(pack: Workspace, name: str, encoding: str) -> None:
    content = f"leaflet;name\nhsct;{name}\n".encode(encoding)
    rows, problems = read(pack, content)
    assert [row.values["name"] for row in rows] == [name]
    assert [(problem.code, str(problem.severity)) for problem in problems] == [("D02", "warning")]
    assert encoding[2:] in problems[0].message
    assert read(pack, content, encoding=encoding)[1] == []


@pytest.mark.parametrize("encoding", ["cp1251", "cp1253", "cp1255", "gb18030", "shift-jis"])
def test_an_encoding_that_is_open_is_not_guessed(pack: Workspace, encoding: str) -> None:
    name = {"cp1251": "Иван Петров", "cp1253": "Γιώργος", "cp1255": "משה כהן", "gb18030": "王小明", "shift-jis": "山田太郎"}[encoding]
    content = f"leaflet,name\nhsct,{name}\n".encode(encoding)
    rows, problems = read(pack, content)
    assert rows == []
    assert [problem.code for problem in problems] == ["D01"]
    assert [row.values["name"] for row in read(pack, content, encoding=encoding)[0]] == [name]


def test_excel(pack: Workspace) -> None:
    """Real dates and times are read as such; the first sheet that is shown counts, rows are numbered as it shows them."""
    head = ["leaflet", "name", "date", "time", "place", "reference"]
    content = excel(
        head,
        ["hsct", "محمد", datetime.datetime(2027, 1, 12), datetime.time(14, 30), "Clinic 4", 1234567],
        [],
        ["hsct", "王", datetime.date(2027, 1, 12), datetime.time(9, 5), 4, "A-7"],
        before="Notes",
    )
    rows, problems = read(pack, content)
    assert [told(problem) for problem in problems] == []
    assert [row.number for row in rows] == [2, 4]
    assert rows[0].values == {"name": "محمد", "date": DAY, "time": datetime.time(14, 30), "place": "Clinic 4", "reference": "1234567"}
    assert rows[1].values["place"] == "4"


@pytest.mark.parametrize(
    ("column", "cell", "code"),
    [
        ("contact", 2079460018, "D07"),  # a telephone number that lost its first 0
        ("date", 46400, "D06"),
        ("date", datetime.datetime(2027, 1, 12, 9, 30), "D06"),
        ("time", 0.5, "D06"),
        ("name", True, "D07"),
        ("name", datetime.datetime(2027, 1, 12), "D07"),
        ("name", "#REF!", "D07"),
    ],
)
def test_cells_of_excel(pack: Workspace, column: str, cell: object, code: str) -> None:
    rows, problems = read(pack, excel(["leaflet", column], ["hsct", cell], ["hsct", None]))
    assert [row.number for row in rows] == [3]
    assert [(problem.code, problem.span.line, problem.span.column) for problem in problems] == [(code, 2, 2)]


def test_json_lines(pack: Workspace) -> None:
    lines = [
        json.dumps({"leaflet": "hsct", "name": "محمد", "phrases": ["bring", "dear"]}, ensure_ascii=False),
        "",
        '{"leaflet": "hsct", "leaflet": "msc"}',
        '{"leaflet": ["hsct"]}',
        '{"leaflet": "hsct", "name": "\\ud800"}',
        "[1]",
        '{"leaflet": "hsct", "reference": 7, "name": null}',
    ]
    rows, problems = read(pack, "\n".join(lines))
    assert [(row.number, row.phrases) for row in rows] == [(1, ("bring", "dear")), (7, ("reference",))]
    assert [(problem.code, problem.span.line) for problem in problems] == [("D01", 3), ("D07", 4), ("D07", 5), ("D01", 6)]


def packed(**files: bytes) -> bytes:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name.replace("__", "/"), content)
    return written.getvalue()


@pytest.mark.parametrize(
    ("content", "fragment", "place"),
    [
        (b"", "empty", 0),
        (b"\n\n  \n", "empty", 0),
        (b'leaflet,name\nhsct,Anna\nhsct,"Eva\nhsct,Ida\n', "no CSV", 3),
        (b'leaflet,name\nhsct,"An"na\n', "no CSV", 2),
        (b"leaflet,na\0me\nhsct,Anna\n", "NUL", 0),
        (b"\xd0\xcf\x11\xe0" + bytes(600), "old Excel file", 0),
        (b"PK\x03\x04 and nothing more", "broken", 0),
        (packed(a=b""), "no spreadsheet", 0),
        (packed(mimetype=b"x"), "LibreOffice", 0),
        (packed(xl__workbook_xml=b"", **{"xl/workbook.xml": b"<!DOCTYPE x [<!ENTITY a 'b'>]><x/>"}), "definitions", 0),
        (packed(**{"xl/workbook.xml": b"<x/>"}), "broken", 0),
        (packed(**{"xl/workbook.xml": b"<x/>", "xl/big.xml": b" " * (tables.FILE_LIMIT + 1)}), "once it is unpacked", 0),
        (b"leaflet" + b"," * 300 + b"x\n", "cells", 1),
        (b"\xff\xfe\x00", "no encoding that can be told", 0),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_tables_that_cannot_be_read(pack: Workspace, content: bytes, fragment: str, place: int) -> None:
    _, problems = read(pack, content)
    assert [problem.code for problem in problems][-1:] == ["D01"]
    assert fragment in problems[-1].message
    assert problems[-1].span.line == place


def test_limits(pack: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tables, "ROW_LIMIT", 3)
    rows, problems = read(pack, "leaflet\nhsct\nhsct\nhsct\n")
    assert len(rows) == 2
    assert "more than 3 rows" in problems[0].message
    monkeypatch.setattr(tables, "FILE_LIMIT", 10)
    assert "MB is the most" in read(pack, "leaflet\nhsct\n")[1][0].message


def test_a_sheet_with_one_cell_far_away_takes_no_room(pack: Workspace) -> None:
    """A hostile sheet names a cell in its last row: rows are read one by one, and not laid out in memory."""
    book = openpyxl.Workbook()
    book.active["A1"] = "leaflet"
    book.active["A200000"] = "hsct"
    written = io.BytesIO()
    book.save(written)
    rows, problems = read(pack, written.getvalue())
    assert ([row.number for row in rows], problems) == ([200000], [])


def test_an_encoding_nobody_knows(pack: Workspace) -> None:
    assert "no encoding of that name" in read(pack, "leaflet\n", encoding="klingon")[1][0].message


# ---------------------------------------------------------------- never a traceback

_CELL = st.text(max_size=12) | st.sampled_from(
    ["hsct", "en", "tr", "2027-01-12", "09:30", "dear;bring", '"', "=A1", "\u202e", "\ud800", "0"]
)
_HEAD = st.lists(st.sampled_from(["leaflet", "name", "date", "time", "phrases", "trait:ms_type", "language", "", "x"]), max_size=6)


@given(content=st.binary(max_size=300) | st.builds(lambda rest: b"PK\x03\x04" + rest, st.binary(max_size=200)))
@settings(max_examples=300)
def test_any_bytes(pack: Workspace, content: bytes) -> None:
    read(pack, content)


@given(head=_HEAD, rows=st.lists(st.lists(_CELL, max_size=7), max_size=4), sign=st.sampled_from(",;\t|"), names=st.booleans())
@settings(max_examples=300)
def test_any_csv(pack: Workspace, head: list[str], rows: list[list[str]], sign: str, names: bool) -> None:
    text = "\n".join([sign.join(head), *(sign.join(row) for row in rows)])
    found, problems = read(pack, text.encode("utf-8", "surrogatepass"), names=names)
    for problem in problems:
        told(problem).encode()
    for row in found:
        assert all(
            not isinstance(value, str) or value.isprintable() or "\u200c" in value or "\u200d" in value for value in row.values.values()
        )


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=5,
)


@given(st.dictionaries(st.sampled_from(["leaflet", "name", "date", "time", "phrases", "language", "reference", "zz"]), _JSON, max_size=6))
@settings(max_examples=300)
def test_any_json(pack: Workspace, row: dict[str, object]) -> None:
    read(pack, json.dumps(row).encode())


@given(place=st.integers(0, 5000), byte=st.integers(0, 255))
@settings(max_examples=150)
def test_any_broken_excel(pack: Workspace, place: int, byte: int) -> None:
    content = bytearray(_SHEET)
    content[place % len(content)] = byte
    read(pack, bytes(content))


_SHEET = excel(["leaflet", "name", "date"], ["hsct", "Anna", datetime.date(2027, 1, 12)], ["hsct", 5, "x"])


def test_a_table_of_many_rows_is_read_as_it_comes(pack: Workspace, tmp_path: Path) -> None:
    """Rows come one after another: the first is there before the last is looked at."""
    reader = Reader(pack, "table", Defaults("hsct"), AS_OF)
    first = next(iter(reader.read(b"name\nAnna\n" + b'"never closed')))
    assert isinstance(first, Row)
