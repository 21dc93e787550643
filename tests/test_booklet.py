"""Booklets: which page lies where, in both directions; sheets that are whole, the same each time, and no larger than their pages."""

import io
import re
import time
from functools import cache
from pathlib import Path

import pikepdf
import pypdfium2
import pytest
from leaflets import build, fonts, imposition, prepare
from leaflets.model import Edition, EditionKind, Request, Workspace

from test_batch import batch, text_of, workspace
from test_render import real

MM = 72 / 25.4
LATIN = "abcdefghijklmnopqrstuvwxyz"


def numbered(count: int, width: float = 148 * MM, height: float = 210 * MM) -> bytes:
    """Pages that hold nothing but a filled square of 10 points, its lower left corner at (20 + number, 30)."""
    with pikepdf.new() as document:
        for number in range(1, count + 1):
            page = document.add_blank_page(page_size=(width, height))
            page.contents_add(f"{20 + number} 30 10 10 re f".encode())
        document.docinfo["/Title"] = "Squares"
        written = io.BytesIO()
        document.save(written)
        return written.getvalue()


def squares(sheets: bytes) -> list[list[tuple[int, float]]]:
    """For each side of a sheet what stands left and right: the number of the page, 0 for none, and how far its edge is off the fold."""
    found = []
    with pikepdf.open(io.BytesIO(sheets)) as document:
        for page in document.pages:
            fold, side = float(page.mediabox[2]) / 2, {"/Left": (0, 0.0), "/Right": (0, 0.0)}
            name = ""
            at = 0.0
            for step in pikepdf.parse_content_stream(page):
                if str(step.operator) == "cm":
                    at = float(step.operands[4])
                elif str(step.operator) == "Do":
                    name = str(step.operands[0])
                    form = page.Resources.XObject[name]
                    number = int(float(re.search(rb"([\d.]+) 30 10 10 re", form.read_bytes())[1])) - 20
                    edge = at + float(form.BBox[2]) - fold if name == "/Left" else fold - at
                    side[name] = (number, round(edge / MM, 2))
            found.append([side["/Left"], side["/Right"]])
    return found


# ---------------------------------------------------------------- the order of pages


def folded(sides: list[tuple[int, int]], rtl: bool) -> list[int]:
    """The pages as somebody reads them who printed these sides flipped on the short edge, folded the pile and opened it."""
    sheets = [(sides[at], sides[at + 1]) for at in range(0, len(sides), 2)]
    first, last = [], []
    for front, back in sheets:  # flipped on the short edge, the back's left lies behind the front's right
        opening, ending = ((front[0], back[1]), (back[0], front[1])) if rtl else ((front[1], back[0]), (back[1], front[0]))
        first += opening
        last = [*ending, *last]
    return first + last


@pytest.mark.parametrize("rtl", [False, True], ids=["left", "right"])
@pytest.mark.parametrize("count", [4, 8, 12, 48])
def test_a_folded_pile_reads_from_first_to_last(count: int, rtl: bool) -> None:
    """Folding undoes what imposition did, whichever side it is bound on; the two directions are mirror images."""
    sides = list(imposition.spreads(range(1, count + 1), rtl))
    assert len(sides) == imposition.sides(count)
    assert folded(sides, rtl) == list(range(1, count + 1))
    assert sides == [(right, left) for left, right in imposition.spreads(range(1, count + 1), not rtl)]


def test_the_order_of_a_printer_s_table() -> None:
    """Eight pages, as every book on the trade has them."""
    assert list(imposition.spreads(range(1, 9))) == [(8, 1), (2, 7), (6, 3), (4, 5)]
    with pytest.raises(ValueError, match="6 pages"):
        list(imposition.spreads(range(6)))


@pytest.mark.parametrize(("count", "empty"), [(1, 3), (4, 0), (5, 3), (6, 2), (7, 1), (8, 0)])
def test_empty_pages_come_before_the_last(count: int, empty: int) -> None:
    """The back cover stays outside."""
    made = imposition.filled(list(range(1, count + 1)))
    assert made == [*range(1, count), *[None] * empty, count]
    assert imposition.sides(count) * 2 == len(made)


# ---------------------------------------------------------------- the sheets


@pytest.mark.parametrize("rtl", [False, True], ids=["left", "right"])
def test_pages_lie_at_the_fold_and_nearer_the_further_in(rtl: bool) -> None:
    """The outer sheet's pages meet at the fold; those of each sheet inside lie over it by one thickness of paper more."""
    sides = squares(imposition.saddle_stitch(numbered(12), rtl))
    assert [(left[0], right[0]) for left, right in sides] == list(imposition.spreads(range(1, 13), rtl))
    assert [(left[1], right[1]) for left, right in sides] == [(creep, creep) for creep in (0, 0, 0.1, 0.1, 0.2, 0.2)]
    assert [left[1] for left, _ in squares(imposition.saddle_stitch(numbered(8), rtl, paper_mm=0))] == [0.0] * 4


def test_a_page_is_cut_off_at_the_fold() -> None:
    """A page that creep moves over the fold does not reach the one beside it."""
    with pikepdf.open(io.BytesIO(numbered(8))) as document:
        for page in document.pages:
            page.contents_add(b"0 g 0 0 3000 3000 re f")
        wide = io.BytesIO()
        document.pages[2].Contents = document.make_stream(b"")  # page 3 is empty; page 6, beside it, is black
        document.save(wide)
    drawn = pypdfium2.PdfDocument(imposition.saddle_stitch(wide.getvalue(), paper_mm=20))[2].render(scale=0.5).to_pil().convert("L")
    assert drawn.getpixel((drawn.width // 2 - 5, 50)) == 0
    assert drawn.getpixel((drawn.width // 2 + 5, 50)) == 255


@pytest.mark.parametrize(
    ("page", "sheet"),
    [((148, 210), (297, 210)), ((139.7, 215.9), (279.4, 215.9)), ((120, 180), (297, 210)), ((200, 250), (400, 250))],
    ids=["a5", "half-letter", "smaller", "larger"],
)
def test_the_sheet_that_two_pages_need(page: tuple[float, float], sheet: tuple[float, float]) -> None:
    """Lying A4 or Letter where pages fit; else a sheet of their own."""
    assert [side / MM for side in imposition.sheet(*(edge * MM for edge in page))] == pytest.approx(sheet, abs=0.1)


def test_what_sheets_say_of_themselves() -> None:
    """Title and identifier stay; tags, links and claims go. The same pages make the same bytes."""
    with pikepdf.open(io.BytesIO(numbered(5))) as document:
        document.Root.StructTreeRoot = document.make_indirect(pikepdf.Dictionary())
        document.Root.MarkInfo = pikepdf.Dictionary(Marked=True)
        document.Root.Lang = pikepdf.String("ar")
        document.pages[0].obj.Annots = pikepdf.Array([pikepdf.Dictionary(Subtype=pikepdf.Name.Link)])
        written = io.BytesIO()
        document.save(written)
        first = bytes(pikepdf.open(io.BytesIO(written.getvalue())).trailer.ID[0])
    made = imposition.saddle_stitch(written.getvalue())
    time.sleep(1.1)  # an identifier that is made of the time of day changes with the second
    assert made == imposition.saddle_stitch(written.getvalue())
    with pikepdf.open(io.BytesIO(made)) as sheets:
        assert (len(sheets.pages), str(sheets.docinfo["/Title"]), str(sheets.Root.Lang)) == (4, "Squares", "ar")
        assert bytes(sheets.trailer.ID[0]) == first
        assert {"/StructTreeRoot", "/MarkInfo"} & set(sheets.Root.keys()) == set()
        assert not [page for page in sheets.pages if "/Annots" in page.obj]
        assert len({page.Resources.XObject[name].objgen for page in sheets.pages for name in page.Resources.XObject}) == 5


# ---------------------------------------------------------------- the edition

PAGE = "@page {{ size: 148mm 210mm; margin: 10mm 10mm 10mm 20mm }} @page :left {{ margin: 10mm 20mm 10mm 10mm }}"
BOUND = """
html { font: 12pt "Leaflet Latn" } p { break-after: page; margin: 0 } .back { page: back-cover; break-before: verso } .lined { page: lined }
.recto { break-before: recto } .verso { break-before: verso }
"""


@cache
def renderer():
    """One for all."""
    return real()


def booklet(count: int, language: str = "en") -> Edition:
    """So many pages, each with its letter; a back cover "Z"; pages for notes "R" and "V"."""
    inner = "".join(f"<p>{letter}</p>" for letter in LATIN[:count])
    body = f'{inner}<div class="back">Z</div><div class="lined recto">R</div><div class="lined verso">V</div>'
    script = fonts.script(language)
    html = f'<!DOCTYPE html><html lang="{language}" dir="{script.direction}"><head><title>T</title></head><body>{body}</body></html>'
    request = Request("x", "y", language, "booklet")
    styles = (("test.css", PAGE.format() + BOUND),)
    return Edition(request, "T", html, styles, {}, "0" * 64, "draft", "pdf", imposition="saddle-stitch")


def read(content: bytes) -> list[str]:
    """The letters on each page, from left to right."""
    with pypdfium2.PdfDocument(content) as document:
        return [document[number].get_textpage().get_text_range().strip() for number in range(len(document))]


@pytest.mark.parametrize("language", ["en", "ar"])
@pytest.mark.parametrize("count", range(1, 9))
def test_notes_fill_the_sheets_before_the_back_cover(count: int, language: str) -> None:
    """As many as are needed, each made for its side, so that its wide margin lies at the fold; the back cover is the last page."""
    result = renderer().render(booklet(count, language))
    assert result.problems == ()
    empty = -(count + 1) % 4
    notes = ["V" if number % 2 else "R" for number in range(count, count + empty)]
    assert read(result.content) == [*LATIN[:count], *notes, "Z"]
    assert result.pages == count + empty + 1


def test_the_worker_lays_it_out(monkeypatch: pytest.MonkeyPatch) -> None:
    """`build.render_edition` gives sheets, and counts their sides; bound on the right where the script runs to the left."""
    monkeypatch.setattr(build, "_renderer", renderer())
    for language, first in (("en", "Z\r\na"), ("ar", "a\r\nZ")):
        made = build.render_edition(booklet(4, language))
        assert (made.problems, made.pages, len(read(made.content))) == ((), 4, 4)
        with pypdfium2.PdfDocument(made.content) as document:
            width, text = document[0].get_width(), document[0].get_textpage()
            left = text.get_text_bounded(right=width / 2).strip()
            assert f"{left}\r\n{text.get_text_bounded(left=width / 2).strip()}" == first
        assert made.picture.startswith(b"\x89PNG")


# ---------------------------------------------------------------- the pack's own


@pytest.fixture(scope="module")
def preparer(pack: Workspace) -> prepare.Preparer:
    """The pack, ready."""
    from conftest import AS_OF

    return prepare.Preparer(pack, prepare.tools(pack.languages, pack), AS_OF)


def rendered(preparer: prepare.Preparer, kind: str, language: str = "en", leaflet: str = "overview"):
    """A leaflet of the pack in an edition: the edition and what came of it, not laid out on sheets."""
    recipe = preparer.workspace.leaflets[leaflet]
    edition = preparer.prepare(Request(leaflet, recipe.default_profile, language, kind)).edition
    assert edition is not None
    result = renderer().render(edition)
    assert result.problems == ()
    return edition, result


def test_a_booklet_of_the_pack(preparer: prepare.Preparer) -> None:
    """A5 pages in whole sheets, each marked as a draft, numbered outside; sheets of A4, hardly larger than their pages."""
    edition, result = rendered(preparer, "booklet")
    assert result.pages % 4 == 0
    with pypdfium2.PdfDocument(result.content) as document:
        for number in range(len(document)):
            page = document[number]
            assert (page.get_width(), page.get_height()) == pytest.approx((148 * MM, 210 * MM), abs=0.1)
            text = page.get_textpage()
            assert "DRAFT, NOT REVIEWED" in text.get_text_range()
            assert edition.fingerprint in text.get_text_range()
            foot = text.get_text_bounded(left=140 * MM - 60, top=68) if number % 2 == 0 else text.get_text_bounded(right=60, top=68)
            if number < result.pages - 4:
                assert str(number + 1) in foot.split(), (number, foot)
        assert "current" in document[len(document) - 1].get_textpage().get_text_range(), "the back cover"
    sheets = imposition.saddle_stitch(result.content)
    assert pikepdf.open(io.BytesIO(sheets)).check_pdf_syntax() == []
    assert len(sheets) <= 1.2 * len(result.content)
    with pikepdf.open(io.BytesIO(sheets)) as document:
        assert len(document.pages) == result.pages // 2
        assert {tuple(round(float(edge)) for edge in page.mediabox) for page in document.pages} == {(0, 0, 842, 595)}
        assert str(document.docinfo["/fingerprint"]) == edition.fingerprint == bytes(document.trailer.ID[0]).decode()[:16]
        assert str(document.Root.Lang) == "en"
        embedded = [thing for thing in document.objects if isinstance(thing, pikepdf.Dictionary) and "/FontFile2" in thing]
        assert len(embedded) == len({str(thing.FontName) for thing in embedded}), "each font once"


def test_its_digest_knows_how_it_is_laid_out(pack: Workspace) -> None:
    """Another version of the step, or none, is another leaflet to the store; other editions do not change with it."""
    from dataclasses import replace

    from conftest import AS_OF

    given = prepare.tools(("en",), pack)
    later = replace(given, steps={**given.steps, "saddle-stitch": "2"})
    keys = {}
    for name, tools in (("now", given), ("later", later)):
        made = prepare.Preparer(pack, tools, AS_OF)
        for kind in ("a4", "booklet", "print-shop"):
            request = Request("overview", pack.leaflets["overview"].default_profile, "en", kind)
            keys[name, kind] = made.prepare(request).edition.key
    assert keys["now", "a4"] == keys["later", "a4"]
    assert keys["now", "print-shop"] == keys["later", "print-shop"]
    assert keys["now", "booklet"] != keys["later", "booklet"]


@pytest.mark.parametrize("edition", ["booklet", "print-shop"])
def test_letters_in_booklets(tmp_path: Path, edition: str) -> None:
    """Each is laid out with its lines, alone and in a print run; nobody's lines stand in another one's letter."""
    root = workspace(tmp_path)
    table = "leaflet,language,reference,name\nknee-rest,ar,1,Eva\nknee-rest,en,2,Ida\nknee-rest,en,3,\n"
    ran = batch(root, table, "--edition", edition)
    assert ran.status == 0, ran.err
    for path, said, not_said in (("ar/1", "Eva", "Ida"), ("en/2", "Dear Ida", "Eva"), ("en/3", "", "Dear")):
        text = text_of(root / f"out/{path}--knee-rest.pdf")
        assert said in text
        assert not_said not in text
    ran = batch(root, table, "--edition", edition, "--print-run", "--separators")
    assert ran.status == 0, ran.err
    text = text_of(root / f"out/print-run--{edition}.pdf")
    assert "Dear Ida" in text
    assert "Eva" in text
    with pikepdf.open(root / f"out/print-run--{edition}.pdf") as run:
        assert len(run.pages) % 2 == 0
        if edition == "booklet":
            assert {tuple(round(float(edge)) for edge in page.mediabox[2:]) for page in run.pages} == {(842, 595)}


def test_no_panel_is_put_on_copies_of_sheets(pack: Workspace) -> None:
    """They have no tags that a panel could hang on: letters.py lays each letter out."""
    tagged = {name for name, kind in pack.editions.items() if kind.tagged}
    assert "a4" in tagged
    assert not tagged & {"booklet", "print-shop", "page"}
    assert EditionKind("x", "X", "pdf", (), "x.html", imposition="saddle-stitch").tagged is False
