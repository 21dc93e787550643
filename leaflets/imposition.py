"""Pages of a booklet as they lie on sheets of paper: printed on both sides, folded once, stapled through the fold.

From bytes to bytes. Each page goes onto its sheet as it is, as one object (ISO 32000-1, 8.10), with the fonts they all share. The sheets
are for a printer: links, tags and the mark of PDF/UA are left behind, because what is read aloud would come sheet by sheet.
"""

import io
from collections.abc import Iterator, Sequence
from typing import Any, TypeVar

import pikepdf

PAPER_MM = 0.1
"""Thickness of office paper of 80 g/m2 (ISO 534: grammage by density, here 0.8 g/cm3)."""
_MM = 72 / 25.4
SHEETS = ((297 * _MM, 210 * _MM), (792.0, 612.0))
"""Lying A4 (ISO 216) and lying US Letter (ANSI/ASME Y14.1), in points. Pages that fit on neither get a sheet of twice their width."""
_OF_A_SCREEN = ("/StructTreeRoot", "/MarkInfo", "/Outlines", "/Names", "/Dests", "/OpenAction", "/PageLabels", "/PageMode", "/Metadata")
"""What a catalog says of pages, tags and conformity that is not so any more. Its language stays, and the document information."""

T = TypeVar("T")


def saddle_stitch(pdf: bytes, rtl: bool = False, paper_mm: float = PAPER_MM) -> bytes:
    """Return the sheets of a booklet: each page of the result is one side of a lying sheet, front and back in turn.

    Pages are filled up to a multiple of four with empty ones, before the last: the back cover stays outside. `rtl`: a booklet that is
    bound on the right. To print: both sides, flipped on the short edge, at 100%. The same bytes give the same bytes.

    Creep (shingling): each sheet inside another one sticks out by the thickness of the paper, so its pages stand that much nearer to the
    fold: sheet i from outside, from 0, by i times `paper_mm`. Source: the usual rule of binders, shift = sheets outside it x caliper; CIP4
    JDF 1.5 calls it `Creep` of a StripCell. It leaves the curve of the fold out, which adds half of that again in thick paper.

    Raises pikepdf.PdfError for what is no PDF.
    """
    with pikepdf.open(io.BytesIO(pdf)) as document:
        pages = [_form(page) for page in document.pages]
        sizes = [_size(form) for form in pages]
        across, down = sheet(max(width for width, _ in sizes), max(height for _, height in sizes))
        count = len(document.pages)
        for number, side in enumerate(spreads(filled(pages), rtl)):
            creep = number // 2 * paper_mm * _MM
            document.pages.append(_side(document, side, creep, (across, down)))
        del document.pages[:count]
        for name in _OF_A_SCREEN:
            if name in document.Root:
                del document.Root[name]
        written = io.BytesIO()
        document.save(written, deterministic_id=True, object_stream_mode=pikepdf.ObjectStreamMode.generate)
        return written.getvalue()


def sides(pages: int) -> int:
    """Return how many sides the sheets of so many pages have, front and back: four pages a sheet, also where some are empty."""
    return -(-pages // 4) * 2


def filled(pages: Sequence[T]) -> list[T | None]:
    """Return pages with as many empty ones (`None`) before the last as make whole sheets: a multiple of four."""
    return [*pages[:-1], *[None] * (-len(pages) % 4), *pages[-1:]]


def spreads(pages: Sequence[T], rtl: bool = False) -> Iterator[tuple[T, T]]:
    """Yield what stands left and right on each side of each sheet, the outer sheet first, its outer side first.

    Of 8 pages: 8 and 1, 2 and 7, 6 and 3, 4 and 5; bound on the right: 1 and 8, 7 and 2, 3 and 6, 5 and 4. Raises ValueError for a
    number of pages that is no multiple of four.
    """
    if len(pages) % 4:
        raise ValueError(f"{len(pages)} pages are no whole sheets")
    for at in range(len(pages) // 2):
        first, last = pages[at], pages[-1 - at]
        outer = at % 2 == 0
        yield (last, first) if outer != rtl else (first, last)


def sheet(width: float, height: float) -> tuple[float, float]:
    """Return the sheet, lying, on which two pages of this size in points stand side by side: width and height in points."""
    fitting = (size for size in SHEETS if 2 * width <= size[0] + 1 and height <= size[1] + 1)
    return next(fitting, (2 * width, height))


def _form(page: pikepdf.Page) -> Any:
    """Return a page as an object to be drawn on a sheet; what pages share (fonts, states) the objects share, too."""
    form = page.as_form_xobject()
    if "/Resources" in page.obj and page.obj.Resources.is_indirect:
        form.Resources = page.obj.Resources
    return form


def _size(form: Any) -> tuple[float, float]:
    left, bottom, right, top = (float(edge) for edge in form.BBox)
    return right - left, top - bottom


def _side(document: pikepdf.Pdf, pair: tuple[Any, Any], creep: float, size: tuple[float, float]) -> pikepdf.Page:
    """Return one side of a sheet: two pages, each at the fold, moved over it by `creep`, cut off where its half of the sheet ends."""
    across, down = size
    content, named = [], pikepdf.Dictionary()
    for name, form in zip(("/Left", "/Right"), pair, strict=True):
        if form is None:
            continue
        width, height = _size(form)
        at, half = (across / 2 - width + creep, 0.0) if name == "/Left" else (across / 2 - creep, across / 2)
        left, bottom = at - float(form.BBox[0]), (down - height) / 2 - float(form.BBox[1])
        content.append(f"q {half:.3f} 0 {across / 2:.3f} {down:.3f} re W n 1 0 0 1 {left:.3f} {bottom:.3f} cm {name} Do Q")
        named[name] = form
    page = pikepdf.Dictionary(
        Type=pikepdf.Name.Page,
        MediaBox=[0, 0, round(across, 3), round(down, 3)],
        Resources=pikepdf.Dictionary(XObject=named),
        Contents=document.make_stream("\n".join(content).encode()),
    )
    return pikepdf.Page(document.make_indirect(page))
