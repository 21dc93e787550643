"""What is drawn on each page of a PDF, and the rules of layout that it is held to (docs/standard.md): sizes, contrasts, lines, edges.

Nothing here knows a style sheet. A page is read object by object with PDFium: each run of text with its size, colour and place after all
matrices, what was painted behind it, and its place in the tag tree; each shape with its colour and what lies under it. A page takes about
five milliseconds. Places are in points from the upper left corner of the page, y grows downwards.

Nothing here knows pytest either.
"""

import ctypes
import re
import statistics
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import pairwise
from pathlib import Path

import pypdfium2
import pypdfium2.raw as pdfium
from leaflets import fonts

Colour = tuple[int, int, int]
Point = tuple[float, float]
Box = tuple[float, float, float, float]
"""Left, top, right, bottom."""

PAPER: Colour = (255, 255, 255)

# ---------------------------------------------------------------- the numbers of the standard

TINY = 9.0
"""L1: type of this size fails anywhere."""
BESIDE = frozenset({"bilingual", "review"})
"""L1: editions in which the text stands beside its translation, each in the size of its own script."""
SMALLER = 2.0
"""L1: points by which small print and page furniture may be below the least size of running text."""
LEAST = {"large-print": 16.0}
"""L1: the least size of anything, by edition, for Latin letters; other scripts in proportion. Elsewhere the script's own row holds."""
SHEET = frozenset({"one-page"})
"""L3: editions on one sheet, whose lines have no limit on average, but that of a single paragraph."""
LONGEST = {"wide": 40, "narrow": 85}
"""L3: characters on a line that no paragraph exceeds (WCAG 2.2, 1.4.8): of Chinese, Japanese and Korean, of all others."""
PITCH, HEADING_PITCH, FURNITURE_PITCH = 1.4, 1.15, 1.25
"""L4: from base line to base line, in sizes of the type; for Latin, others in proportion to the line height of their script."""
BODY_CONTRAST, TEXT_CONTRAST, GRAPHIC_CONTRAST = 7.0, 4.5, 3.0
"""L6 (WCAG 2.2, 1.4.3, 1.4.6, 1.4.11)."""
HAIRLINE = 0.8
"""Lines thinner than this, in points, are ornament and may be light. What tells something is thicker."""
FRAME = 7.0
"""The thickest frame or rule, in points: what is thicker is an area."""
SIGN = 26.0
"""Points: an area no wider and no higher is a sign (a bullet, the mark of a key), not a background."""
PRINTABLE = 12.0
"""L8: points from the edge of the sheet that office printers leave white (a sixth of an inch, the unprintable region of HP's PCL)."""
DISPLAY = 1.3
"""L4: type so many times as large as running text, and larger, is set as headings are."""
BOUND = frozenset({"booklet", "print-shop"})
"""Editions whose margins change sides from page to page: the inner one is larger."""
MIRRORED = 8
"""Pages from which on a leaflet may have other margins on left-hand pages: fewer do not tell where a margin is."""
MARK = 3
"""The most characters in a mark that stands beside a text, such as the number of a step."""
NEARLY_EMPTY = 0.12
"""Share of the height between head and foot: a last page that is filled less than this is nearly empty. Six lines of A4."""
TOLERANCE = 1.0
"""Points that rounding may move an edge."""
BODY = frozenset({"P", "LBody", "TD"})
HEADINGS = frozenset({"H1", "H2", "H3", "H4", "H5", "H6"})
_JOINED = re.compile("[\u0600-\u08ff\ufb50-\ufdff\ufe70-\ufefc]")
"""Letters of the Arabic script."""
_BLOCKS = frozenset({*BODY, *HEADINGS, "Lbl", "TH", "Caption", "Div", "Sect", "BlockQuote", "Figure"})


@dataclass(frozen=True, slots=True)
class Run:
    """One run of text as drawn: a line of it, or the part of a line in one font and colour. `base` is the y of its base line.

    `tags` are the structure types from the document down to it, in a file without tags its root alone; `block`, `list` and `item` number
    the innermost block, list and item of the page that it belongs to, 0 for none.
    `behind` holds what was painted under it, left, middle and right. Page furniture (an artifact) has no tags.
    """

    box: Box
    base: float
    size: float
    slanted: bool
    colour: Colour
    behind: tuple[Colour, ...]
    text: str
    font: str
    embedded: bool
    tags: tuple[str, ...]
    block: int
    list: int
    item: int
    order: int

    @property
    def furniture(self) -> bool:
        """Whether it stands in the margin of the page, on every page."""
        return not self.tags

    @property
    def kind(self) -> str:
        """The structure type of its innermost block."""
        return next((tag for tag in reversed(self.tags) if tag in _BLOCKS), "")

    @property
    def contrast(self) -> float:
        """Its least contrast with what is behind it."""
        return min(contrast(self.colour, one) for one in self.behind)


@dataclass(frozen=True, slots=True)
class Shape:
    """A path as painted. `ring`: an area with a hole, as frames are drawn. `line`: its thickness, 0 for an area.

    `contrast` is that with what lies under it, the median of some of its points. `figure` numbers the drawing on the page that it belongs
    to, -1 for none.
    """

    box: Box
    colour: Colour
    line: float
    ring: bool
    contrast: float
    figure: int
    order: int


@dataclass(frozen=True, slots=True)
class Page:
    """A page as drawn."""

    number: int
    width: float
    height: float
    runs: tuple[Run, ...]
    shapes: tuple[Shape, ...]

    def content(self) -> list[Run]:
        """Return what is no page furniture, blanks left out."""
        return [run for run in self.runs if not run.furniture and run.text.strip()]

    def furniture(self) -> list[Run]:
        """Return the runs in head and foot."""
        return [run for run in self.runs if run.furniture and run.text.strip()]


@dataclass(frozen=True, slots=True)
class Line:
    """The runs of one block on one base line."""

    runs: tuple[Run, ...]

    @property
    def left(self) -> float:
        """Where it begins at the left."""
        return min(run.box[0] for run in self.runs)

    @property
    def right(self) -> float:
        """Where it ends at the right."""
        return max(run.box[2] for run in self.runs)

    @property
    def base(self) -> float:
        """The y of its base line: that of its longest run, as a short one may begin with a mark set higher than its letter."""
        return max(self.runs, key=lambda run: len(run.text)).base

    @property
    def size(self) -> float:
        """The size of its largest type, in points."""
        return max(run.size for run in self.runs)

    @property
    def text(self) -> str:
        """What it says, in the order drawn."""
        return "".join(run.text for run in self.runs)

    @property
    def kind(self) -> str:
        """The structure type of its block."""
        return self.runs[0].kind

    @property
    def characters(self) -> int:
        """How many characters a reader sees: marks above and below letters stand on one that counts already."""
        plain = " ".join(self.text.split())
        if plain.isascii():
            return len(plain)
        return sum(unicodedata.category(letter) not in ("Mn", "Mc", "Me", "Cf") for letter in plain)

    @property
    def squares(self) -> float:
        """How many characters of Chinese, Japanese or Korean its text is as wide as: a Latin letter takes half of one (UAX 11)."""
        return sum(1 if unicodedata.east_asian_width(letter) in "WFA" else 0.5 for letter in " ".join(self.text.split()))


@dataclass(frozen=True, slots=True)
class Document:
    """A PDF as drawn, with what is to be expected of its language and edition."""

    name: str
    language: str
    edition: str
    pages: tuple[Page, ...]

    @property
    def script(self) -> fonts.Script:
        """How its language is printed."""
        return fonts.script(self.language)

    @property
    def leading(self) -> float:
        """How much higher the lines of its script are than those of Latin."""
        return max(self.script.line_height, fonts.LEADING) / fonts.LEADING

    @property
    def least(self) -> float:
        """The least size of running text, in points."""
        return max(self.script.size, LEAST.get(self.edition, 0) * self.script.size / 12)


@dataclass(frozen=True, slots=True)
class Broken:
    """A rule that a page breaks, with the place: left and top in points."""

    rule: str
    page: int
    place: Point
    told: str

    def __str__(self) -> str:
        return f"{self.rule} page {self.page} at {self.place[0]:.0f},{self.place[1]:.0f}: {self.told}"


Rule = Callable[[Document], Iterator[Broken]]
RULES: dict[str, Rule] = {}
"""Every rule by its name."""


def rule(name: str) -> Callable[[Rule], Rule]:
    """Add a rule to the table."""

    def add(function: Rule) -> Rule:
        RULES[name] = function
        return function

    return add


def broken(document: Document, names: Iterable[str] = ()) -> dict[str, list[Broken]]:
    """Return what a document breaks, by rule; of all rules, or of those named."""
    return {name: list(RULES[name](document)) for name in (names or RULES)}


# ---------------------------------------------------------------- colours


@lru_cache(maxsize=1024)
def luminance(colour: Colour) -> float:
    """Return the relative luminance of a colour (WCAG 2.2)."""
    red, green, blue = (part / 3294.6 if part <= 10 else ((part / 255 + 0.055) / 1.055) ** 2.4 for part in colour)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@lru_cache(maxsize=4096)
def contrast(one: Colour, other: Colour) -> float:
    """Return the contrast ratio of two colours, 1 to 21 (WCAG 2.2)."""
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def _over(colour: Colour, alpha: int, ground: Colour) -> Colour:
    """Return a colour painted over another one with so much opacity, of 255."""
    red, green, blue = (round((part * alpha + under * (255 - alpha)) / 255) for part, under in zip(colour, ground, strict=True))
    return red, green, blue


# ---------------------------------------------------------------- reading a page


def read(source: Path | bytes, language: str = "en", edition: str = "a4", name: str = "") -> Document:
    """Return what a PDF draws. Raises `pypdfium2.PdfiumError` for what is no PDF."""
    with pypdfium2.PdfDocument(source) as document:
        pages = tuple(_Reader(document[number], number + 1).read() for number in range(len(document)))
    return Document(name or (source.name if isinstance(source, Path) else ""), language, edition, pages)


@dataclass(slots=True)
class _Path:
    """A path as the page has it, with its outline in points of the page."""

    box: Box
    outline: list[list[Point]]
    fill: Colour | None
    stroke: Colour | None
    alpha: int
    width: float
    even_odd: bool
    clips: list[list[Point]]
    figure: int
    order: int

    def covers(self, x: float, y: float) -> bool:
        """Whether its area or its line is painted at a point."""
        left, top, right, bottom = self.box
        if not (left <= x <= right and top <= y <= bottom) or not all(_inside([clip], x, y, True) for clip in self.clips):
            return False
        if self.fill is not None and _inside(self.outline, x, y, self.even_odd):
            return True
        return self.stroke is not None and any(_near(points, x, y, self.width / 2) for points in self.outline)


def _inside(outline: list[list[Point]], x: float, y: float, even_odd: bool) -> bool:
    """Whether a point lies in a path (ISO 32000-1, 8.5.3.3)."""
    turns = 0
    for points in outline:
        for (left, top), (right, bottom) in pairwise([*points, points[0]]):
            if (top <= y) != (bottom <= y) and x < left + (y - top) / (bottom - top) * (right - left):
                turns += 1 if bottom > top or even_odd else -1
    return bool(turns % 2) if even_odd else turns != 0


def _near(points: list[Point], x: float, y: float, distance: float) -> bool:
    """Whether a point lies so near to a line through points, ends rounded."""
    for (left, top), (right, bottom) in pairwise(points):
        along, down = right - left, bottom - top
        length = along * along + down * down
        part = max(0.0, min(1.0, ((x - left) * along + (y - top) * down) / length)) if length else 0.0
        if (x - left - part * along) ** 2 + (y - top - part * down) ** 2 <= distance * distance:
            return True
    return len(points) == 1 and (x - points[0][0]) ** 2 + (y - points[0][1]) ** 2 <= distance * distance


Matrix = tuple[float, float, float, float, float, float]


def _times(inner: Matrix, outer: Matrix) -> Matrix:
    a, b, c, d, e, f = inner
    g, h, i, j, k, m = outer
    return a * g + b * i, a * h + b * j, c * g + d * i, c * h + d * j, e * g + f * i + k, e * h + f * j + m


class _Reader:
    """Reads one page while it is open."""

    def __init__(self, page: pypdfium2.PdfPage, number: int) -> None:
        self.page, self.number = page, number
        left, bottom, right, top = page.get_mediabox()
        self.width, self.height = right - left, top - bottom
        self.ground: Matrix = (1, 0, 0, -1, -left, top)
        self.buffer = ctypes.create_string_buffer(8192)
        self.floats = [ctypes.c_float() for _ in range(4)]
        self.ints = [ctypes.c_uint() for _ in range(4)]
        self.matrix = pdfium.FS_MATRIX()
        self.fonts: dict[int, tuple[str, bool]] = {}
        self.paths: list[_Path] = []
        self.runs: list[Run] = []
        self.tags: dict[int, tuple[tuple[str, ...], int, int, int]] = {}
        self.without: tuple[str, ...] = ()
        self.order, self.mark = 0, -1

    def read(self) -> Page:
        """Go over all objects in the order they are painted in."""
        self._read_tags()
        text = pdfium.FPDFText_LoadPage(self.page)
        try:
            for number in range(pdfium.FPDFPage_CountObjects(self.page)):
                self._object(pdfium.FPDFPage_GetObject(self.page, number), self.ground, text)
        finally:
            pdfium.FPDFText_ClosePage(text)
        shapes = [shape for path in self.paths for part in _parts(path) if (shape := self._shape(part))]
        return Page(self.number, self.width, self.height, tuple(self.runs), tuple(shapes))

    def _read_tags(self) -> None:
        """Note for each marked content where it hangs in the tag tree."""
        tree = pdfium.FPDF_StructTree_GetForPage(self.page)
        if not tree:
            self.without = ("Document",)
            return
        counted: Counter[str] = Counter()

        def walk(element: object, above: tuple[str, ...], block: int, listed: int, item: int) -> None:
            length = pdfium.FPDF_StructElement_GetType(element, self.buffer, len(self.buffer))
            tag = self.buffer.raw[: max(length - 2, 0)].decode("utf-16-le")
            counted[tag] += 1
            block = counted.total() if tag in _BLOCKS else block
            listed = counted[tag] if tag == "L" else listed
            item = counted[tag] if tag == "LI" else item
            tags = (*above, tag)
            for number in range(pdfium.FPDF_StructElement_CountChildren(element)):
                if child := pdfium.FPDF_StructElement_GetChildAtIndex(element, number):
                    walk(child, tags, block, listed, item)
                elif (mark := pdfium.FPDF_StructElement_GetChildMarkedContentID(element, number)) >= 0:
                    self.tags[mark] = tags, block, listed, item

        for number in range(pdfium.FPDF_StructTree_CountChildren(tree)):
            walk(pdfium.FPDF_StructTree_GetChildAtIndex(tree, number), (), 0, 0, 0)
        pdfium.FPDF_StructTree_Close(tree)

    def _object(self, handle: object, outer: Matrix, text: object) -> None:
        self.order += 1
        kind = pdfium.FPDFPageObj_GetType(handle)
        if kind == pdfium.FPDF_PAGEOBJ_TEXT:
            self._text(handle, outer, text)
        elif kind == pdfium.FPDF_PAGEOBJ_PATH:
            self._path(handle, outer)
        elif kind == pdfium.FPDF_PAGEOBJ_FORM:
            inner = _times(self._matrix(handle), outer)
            for number in range(pdfium.FPDFFormObj_CountObjects(handle)):
                self._object(pdfium.FPDFFormObj_GetObject(handle, number), inner, text)

    def _matrix(self, handle: object) -> Matrix:
        pdfium.FPDFPageObj_GetMatrix(handle, self.matrix)
        found = self.matrix
        return found.a, found.b, found.c, found.d, found.e, found.f

    def _box(self, handle: object, outer: Matrix) -> Box:
        left, bottom, right, top = self.floats
        pdfium.FPDFPageObj_GetBounds(handle, left, bottom, right, top)
        corners = [_at(x, y, outer) for x in (left.value, right.value) for y in (bottom.value, top.value)]
        xs, ys = [x for x, _ in corners], [y for _, y in corners]
        return min(xs), min(ys), max(xs), max(ys)

    def _colour(self, ask: Callable[..., int], handle: object) -> tuple[Colour, int]:
        red, green, blue, alpha = self.ints
        if not ask(handle, red, green, blue, alpha):
            return (0, 0, 0), 255
        return (red.value, green.value, blue.value), alpha.value

    # ------------------------------------------------------------ text

    def _text(self, handle: object, outer: Matrix, text: object) -> None:
        size = self.floats[0]
        pdfium.FPDFTextObj_GetFontSize(handle, size)
        points, (a, b, c, d, e, f) = size.value, _times(self._matrix(handle), outer)
        box = self._box(handle, outer)
        colour, alpha = self._colour(pdfium.FPDFPageObj_GetFillColor, handle)
        drawn = points * (c * c + d * d) ** 0.5
        middle = f - 0.25 * drawn
        behind = self._behind(box[0], box[2], middle)
        font, embedded = self._font(pdfium.FPDFTextObj_GetFont(handle))
        length = pdfium.FPDFTextObj_GetText(handle, text, ctypes.cast(self.buffer, ctypes.POINTER(ctypes.c_ushort)), len(self.buffer))
        said = (
            self.buffer.raw[: max(length - 2, 0)].decode("utf-16-le", "replace").replace("\x02", "-")
        )  # PDFium's hyphen at the end of a line
        slanted = abs(a * c + b * d) > 0.01 * abs(a * d - b * c) or "Italic" in font or "Oblique" in font
        if not (b or slanted):
            box = (e, *box[1:])  # where its first letter has its place; its ink begins a little later
        mark = pdfium.FPDFPageObj_GetMarkedContentID(handle)
        run = Run(
            box,
            f,
            drawn,
            slanted,
            _over(colour, alpha, behind[1]),
            behind,
            said,
            font,
            embedded,
            *self.tags.get(mark, (self.without, 0, 0, 0)),
            self.order,
        )
        if self.runs and _one(self.runs[-1], run, mark == self.mark >= 0):
            run = _joined(self.runs.pop(), run)
        self.runs.append(run)
        self.mark = mark

    def _font(self, handle: object) -> tuple[str, bool]:
        key = ctypes.cast(handle, ctypes.c_void_p).value or 0
        if key not in self.fonts:
            length = pdfium.FPDFFont_GetBaseFontName(handle, self.buffer, len(self.buffer))
            name = self.buffer.raw[: max(length - 1, 0)].decode("latin-1")
            self.fonts[key] = name.split("+")[-1], pdfium.FPDFFont_GetIsEmbedded(handle) == 1
        return self.fonts[key]

    def _behind(self, left: float, right: float, y: float) -> tuple[Colour, ...]:
        """Return what is painted so far behind a line of text: at its left, middle and right."""
        near = [path for path in self.paths if path.box[1] <= y <= path.box[3] and path.box[0] <= right and path.box[2] >= left]
        return tuple(_painted(near, x, y) for x in _thirds(left, right)) if near else (PAPER,) * 3

    # ------------------------------------------------------------ paths

    def _path(self, handle: object, outer: Matrix) -> None:
        mode, stroked = ctypes.c_int(), ctypes.c_int()
        pdfium.FPDFPath_GetDrawMode(handle, mode, stroked)
        if not mode.value and not stroked.value:
            return
        matrix = _times(self._matrix(handle), outer)
        fill, alpha = self._colour(pdfium.FPDFPageObj_GetFillColor, handle) if mode.value else (None, 255)
        stroke, width = None, 0.0
        if stroked.value:
            stroke, line_alpha = self._colour(pdfium.FPDFPageObj_GetStrokeColor, handle)
            pdfium.FPDFPageObj_GetStrokeWidth(handle, self.floats[0])
            width = self.floats[0].value * abs(matrix[0] * matrix[3] - matrix[1] * matrix[2]) ** 0.5
            alpha = alpha if mode.value else line_alpha
        count = pdfium.FPDFPath_CountSegments(handle)
        outline = _outline((pdfium.FPDFPath_GetPathSegment(handle, at) for at in range(count)), matrix, self.floats)
        if not outline:
            return
        xs, ys = [x for part in outline for x, _ in part], [y for part in outline for _, y in part]
        half = width / 2
        box = (min(xs) - half, min(ys) - half, max(xs) + half, max(ys) + half)
        mark = pdfium.FPDFPageObj_GetMarkedContentID(handle)
        clips = self._clips(handle, outer, box)
        self.paths.append(_Path(box, outline, fill, stroke, alpha, width, mode.value == 1, clips, mark, self.order))

    def _clips(self, handle: object, outer: Matrix, box: Box) -> list[list[Point]]:
        """Return the outlines a path is cut to, those left out that cut nothing off."""
        clip = pdfium.FPDFPageObj_GetClipPath(handle)
        found = []
        for number in range(max(pdfium.FPDFClipPath_CountPaths(clip), 0)):
            count = pdfium.FPDFClipPath_CountPathSegments(clip, number)
            segments = (pdfium.FPDFClipPath_GetPathSegment(clip, number, at) for at in range(count))
            for points in _outline(segments, outer, self.floats):
                xs, ys = [x for x, _ in points], [y for _, y in points]
                if not (len(points) <= 5 and min(xs) <= box[0] and max(xs) >= box[2] and min(ys) <= box[1] and max(ys) >= box[3]):
                    found.append(points)
        return found

    def _is_edged(self, area: _Path) -> bool:
        """Whether a line that stands out runs along most of the edge of an area of a drawing."""
        if area.fill is None:
            return False
        around = [
            path
            for path in self.paths
            if path.figure == area.figure and path.stroke and contrast(path.stroke, area.fill) >= GRAPHIC_CONTRAST
        ]
        points = [point for part in area.outline for point in part]
        met = sum(any(_near(part, x, y, path.width / 2 + TOLERANCE) for path in around for part in path.outline) for x, y in points)
        return met >= len(points) / 2

    def _shape(self, path: _Path) -> Shape | None:
        """Return a path as a shape, or None where it cannot be seen."""
        colour = path.fill or path.stroke
        left, top, right, bottom = path.box
        for clip in path.clips:
            xs, ys = [x for x, _ in clip], [y for _, y in clip]
            left, top, right, bottom = max(left, min(xs)), max(top, min(ys)), min(right, max(xs)), min(bottom, max(ys))
        if colour is None or left >= right or top >= bottom:
            return None
        ring = path.fill is not None and len(path.outline) > 1
        line = path.width if path.fill is None else _thickness(path)
        telling = path.figure >= 0 or line > HAIRLINE or (right - left <= SIGN and bottom - top <= SIGN)
        before = [other for other in self.paths if other.order < path.order and _meet(other.box, path.box, 0, 0)] if telling else []
        under = [_painted(before, x, y) for x, y in _samples(path)] if telling else []
        ratio = statistics.median(contrast(_over(colour, path.alpha, one), one) for one in under) if under else 21.0
        if ratio < GRAPHIC_CONTRAST and self._is_edged(path):
            ratio = GRAPHIC_CONTRAST
        return Shape((left, top, right, bottom), colour, line, ring, ratio, path.figure, path.order)


def _one(run: Run, other: Run, same_mark: bool) -> bool:
    """Whether two runs in a row are parts of one: the marks of Arabic letters, which are lifted or moved, come as runs of their own.

    Where tags tell, these do; in furniture and in a page without tags, letters that touch.
    """
    alike = run.size == other.size and run.colour == other.colour and abs(run.base - other.base) < run.size
    if same_mark or run.block or other.block:
        return alike and same_mark and run.kind != "Figure"
    touch = other.box[0] < run.box[2] + 1 and run.box[0] < other.box[2] + 1
    return alike and touch and _JOINED.search(run.text + other.text) is not None


def _joined(run: Run, other: Run) -> Run:
    """Return two runs as one, on the base line of the longer."""
    box = tuple(choose(*pair) for choose, pair in zip((min, min, max, max), zip(run.box, other.box, strict=True), strict=True))
    base = run.base if len(run.text) >= len(other.text) else other.base
    return replace(run, box=box, base=base, text=run.text + other.text)


def _painted(paths: Iterable[_Path], x: float, y: float) -> Colour:
    """Return the colour that paths, in the order they are painted in, leave at a point."""
    through: list[tuple[Colour, int]] = []
    ground = PAPER
    for path in reversed([*paths]):
        colour = path.fill or path.stroke
        if colour is not None and path.covers(x, y):
            if path.alpha == 255:
                ground = colour
                break
            through.append((colour, path.alpha))
    for colour, alpha in reversed(through):
        ground = _over(colour, alpha, ground)
    return ground


def _parts(path: _Path) -> list[_Path]:
    """Return the area and the line of a path that has both, each as a path of its own."""
    if path.fill is None or path.stroke is None:
        return [path]
    return [replace(path, stroke=None), replace(path, fill=None)]


def _at(x: float, y: float, matrix: Matrix) -> Point:
    a, b, c, d, e, f = matrix
    return a * x + c * y + e, b * x + d * y + f


def _thirds(left: float, right: float) -> tuple[float, float, float]:
    width = right - left
    return left + width / 6, left + width / 2, right - width / 6


def _outline(segments: Iterable[object], matrix: Matrix, floats: list[ctypes.c_float]) -> list[list[Point]]:
    """Return the lines of a path, each as its points; curves by their control points, which is near enough for what is asked here."""
    x, y = floats[:2]
    parts: list[list[Point]] = []
    for segment in segments:
        pdfium.FPDFPathSegment_GetPoint(segment, x, y)
        point = _at(x.value, y.value, matrix)
        if pdfium.FPDFPathSegment_GetType(segment) == pdfium.FPDF_SEGMENT_MOVETO or not parts:
            parts.append([point])
        else:
            parts[-1].append(point)
    return [part for part in parts if len(part) > 1]


def _extent(points: list[Point]) -> Box:
    xs, ys = [x for x, _ in points], [y for _, y in points]
    return min(xs), min(ys), max(xs), max(ys)


def _thickness(path: _Path) -> float:
    """Return how thick a painted area is that serves as a line: a frame between two outlines, a thin rectangle; 0 for others."""
    boxes = [_extent(points) for points in path.outline]
    if len(boxes) == 2:
        inner, outer = sorted(boxes, key=lambda box: box[2] - box[0])
        return max(abs(one - other) for one, other in zip(inner, outer, strict=True))
    left, top, right, bottom = boxes[0]
    thin, long = sorted((right - left, bottom - top))
    return thin if thin <= FRAME and long > 4 * thin else 0.0


def _samples(path: _Path) -> list[Point]:
    """Return some points that a path paints: on its line, in the ring of a frame, in the middle of an area."""
    if path.fill is None:
        points = [point for part in path.outline for point in part]
        return points[:: max(1, len(points) // 7)][:7]
    left, top, right, bottom = path.box
    across, down = (left + right) / 2, (top + bottom) / 2
    inset = _thickness(path) / 2 or 0.3
    candidates = [(across, down), (left + inset, down), (right - inset, down), (across, top + inset), (across, bottom - inset)]
    return [point for point in candidates if path.covers(*point)] or [path.outline[0][0]]


# ---------------------------------------------------------------- lines and edges


def lines(runs: Iterable[Run]) -> list[Line]:
    """Return the lines of one page: runs of the same block on the same base line, blocks in the order of reading."""
    blocks: dict[int, list[Run]] = defaultdict(list)
    for run in runs:
        blocks[run.block].append(run)
    found = []
    for block in sorted(blocks):
        row: list[Run] = []
        for run in sorted(blocks[block], key=lambda run: run.base):
            if row and run.base - row[0].base > 0.3 * run.size:
                found.append(Line(tuple(row)))
                row = []
            row.append(run)
        found.append(Line(tuple(row)))
    return found


def paragraphs(page: Page) -> Iterator[list[Line]]:
    """Yield the lines of each block of running text on a page: paragraphs, items, cells. A change of size begins another."""
    part: list[Line] = []
    runs = [run for run in page.runs if run.kind in BODY and run.text.strip(" \n")]  # also a place to write on, which is a fixed space
    for line in lines(_without_marks(runs)):
        if part and (line.runs[0].block != part[0].runs[0].block or abs(line.size - part[0].size) > 0.3):
            yield part
            part = []
        part.append(line)
    if part:
        yield part


def _without_marks(runs: list[Run]) -> list[Run]:
    """Return runs but for the numbers that stand beside their block, with a gap between, as those of steps do."""
    spans: dict[int, tuple[float, float]] = {}
    for run in runs:
        if len(run.text.strip()) > MARK:
            left, right = spans.get(run.block, (run.box[0], run.box[2]))
            spans[run.block] = min(left, run.box[0]), max(right, run.box[2])

    def stands_alone(run: Run) -> bool:
        gap = 0.15 * run.size
        mine = [other for other in runs if other.block == run.block and other is not run]
        line = [other for other in mine if abs(other.base - run.base) < gap]
        edges = [(other.box[0] - run.box[0], other.box[2] - run.box[2]) for other in mine if other not in line]
        if any(abs(left) < 1 or abs(right) < 1 for left, right in edges):
            return False  # the short end of a line, or of a paragraph, begins where others do
        return all(run.box[2] + gap < other.box[0] or other.box[2] + gap < run.box[0] for other in line)

    outside = [run for run in runs if run.block in spans and (run.box[2] < spans[run.block][0] or run.box[0] > spans[run.block][1])]
    beside = {run for run in outside if stands_alone(run)}
    return [run for run in runs if run not in beside]


def _core(run: Run) -> Box:
    """Return the box from the base line to the height of small letters: what no other text may touch."""
    return run.box[0], run.base - 0.45 * run.size, run.box[2], run.base


def _meet(one: Box, other: Box, across: float, down: float) -> bool:
    """Whether two boxes share more than so many points in both directions."""
    return min(one[2], other[2]) - max(one[0], other[0]) > across and min(one[3], other[3]) - max(one[1], other[1]) > down


def edges(document: Document) -> dict[int, tuple[float, float]]:
    """Return where text may begin and end, at the left and at the right: of right-hand pages (1) and of left-hand ones (0).

    Lines begin at the same place again and again; that is one edge. The other is as far from the other side of the sheet, or, where
    margins change sides from page to page, as that of the other kind of page.
    """
    rtl = document.script.direction == "rtl"
    begins: dict[int, Counter[int]] = {0: Counter(), 1: Counter()}
    for page in document.pages:
        for line in lines(page.content()):
            begins[page.number % 2][round(page.width - line.right if rtl else line.left)] += 1
    found = {}
    for side, counted in begins.items():
        often = [place for place, count in counted.items() if count >= max(2, counted.total() / 100)]
        found[side] = float(min(often or counted or [0]))
    if len(document.pages) < MIRRORED or document.edition not in BOUND:
        found = dict.fromkeys((0, 1), min(found[side] for side in (0, 1) if begins[side]) if any(begins.values()) else 0.0)
    near, far = found, {0: found[1], 1: found[0]}
    return {side: (far[side], near[side]) if rtl else (near[side], far[side]) for side in (0, 1)}


def _place(box: Box) -> Point:
    return box[0], box[1]


def _said(text: str) -> str:
    text = re.sub(r"\s+", " ", text).strip()
    return f"“{text if len(text) <= 50 else text[:49] + '…'}”"


def _hex(colour: Colour) -> str:
    return "#" + "".join(f"{part:02x}" for part in colour)


# ---------------------------------------------------------------- rules: type


def body_size(document: Document) -> float:
    """Return the size that most of the running text has, in points."""
    counted: Counter[float] = Counter()
    for page in document.pages:
        for run in page.content():
            counted[round(run.size, 1)] += len(run.text)
    return max(counted, key=lambda size: counted[size], default=0.0)


@rule("L1")
def type_is_large_enough(document: Document) -> Iterator[Broken]:
    """L1: running text is as large as its script asks; small print and furniture at most 2 points below; large print all of it 16."""
    body, least = body_size(document), document.least
    if document.edition in BESIDE:  # most of it is English on some, the translation on others
        least = min(least, fonts.script("en").size)
    if body < least - 0.05:
        yield Broken("L1", 1, (0, 0), f"running text has {body:g} pt, and {least:g} is the least")
    smallest = least if document.edition in LEAST else max(least - SMALLER, TINY + 0.01)
    for page in document.pages:
        for run in page.runs:
            if run.text.strip() and run.size < smallest - 0.05:
                yield Broken("L1", page.number, _place(run.box), f"{_said(run.text)} has {run.size:.1f} pt, least {smallest:g}")


@rule("L2")
def lines_begin_together(document: Document) -> Iterator[Broken]:
    """L2: text is aligned at its start and ragged at its end: neither centred nor justified."""
    rtl, flush, ragged = document.script.direction == "rtl", [], 0
    indent = 0.25 if document.script.line > 40 else 0.6  # an opening bracket of Chinese or Japanese has half a square of blank before it
    for page in document.pages:
        for part in paragraphs(page):
            lefts, rights = [line.left for line in part], [line.right for line in part]
            turned = rtl and _spread(rights) < _spread(lefts)  # English parts of such a leaflet begin at the left
            starts, ends = (rights, lefts[:-1]) if turned else (lefts, rights[:-1])
            where = _place(part[0].runs[0].box)
            if _spread(starts) > indent * part[0].size + TOLERANCE:
                yield Broken("L2", page.number, where, f"{_said(part[0].text)}: its lines do not begin below each other")
            elif len(ends) > 2 and _spread(ends) < 0.2 * part[0].size:
                flush.append(Broken("L2", page.number, where, f"{_said(part[0].text)}: its lines are set to equal length"))
            else:
                ragged += len(ends) > 2
    if len(flush) > ragged / 3 and document.script.line > 40:  # a few are so by chance; letters of equal width nearly always
        yield from flush


def _spread(places: list[float]) -> float:
    return max(places) - min(places)


@rule("L2-style")
def letters_stand_upright(document: Document) -> Iterator[Broken]:
    """L2: no italics, no underlines, no blocks of capitals, no words split at the end of a line."""
    for page in document.pages:
        rules = [shape for shape in page.shapes if shape.line and shape.box[3] - shape.box[1] <= 3]
        for run in page.content():
            if run.slanted:
                yield Broken("L2-style", page.number, _place(run.box), f"{_said(run.text)} is slanted")
            if len(run.text.split()) > 4 and _capitals(run.text):
                yield Broken("L2-style", page.number, _place(run.box), f"{_said(run.text)} is all capitals")
            if run.text.rstrip().endswith(("\u2010", "\u00ad")):
                yield Broken("L2-style", page.number, _place(run.box), f"{_said(run.text)} ends in a split word")
            if any(_underlines(shape, run) for shape in rules):
                yield Broken("L2-style", page.number, _place(run.box), f"{_said(run.text)} is underlined")


@rule("L2-word")
def words_are_whole(document: Document) -> Iterator[Broken]:
    """L2: no word is torn over two lines, as a narrow column does without a sign.

    Told where the document has the word whole elsewhere, and one of the halves nowhere else; in scripts with capitals.
    """
    drawn = [(page.number, run, _words(run.text)) for page in document.pages for run in page.content() if run.text.strip()]
    said = Counter(word.casefold() for _, _, words in drawn for word in words)
    for (page, run, words), (_, below, onward) in pairwise(drawn):
        if run.tags != below.tags or below.base - run.base < 0.6 * run.size or not (words and onward):
            continue
        halves, word = (words[-1], onward[0]), words[-1] + onward[0]
        touch = run.text.rstrip().endswith(halves[0]) and below.text.lstrip().startswith(halves[1])
        small = halves[1].islower() and all(letter.lower() != letter.upper() for letter in word if letter.isalpha())
        if touch and small and said[word.casefold()] and any(said[half.casefold()] == 1 for half in halves):
            yield Broken("L2-word", page, _place(run.box), f"{_said(run.text)} ends within the word `{word}`")


def _words(text: str) -> list[str]:
    """Return the words of a text, of letters, their marks and apostrophes alone."""
    return "".join(letter if unicodedata.category(letter)[0] in "LM" or letter in "'’" else " " for letter in text).split()


def _capitals(text: str) -> bool:
    """Whether every letter is a capital one: letters of scripts that have none are not."""
    letters = [letter for letter in text if letter.isalpha()]
    return len(letters) > 8 and all(letter.isupper() for letter in letters)


def _underlines(shape: Shape, run: Run) -> bool:
    left, top, right, _ = shape.box
    near = run.base - 0.02 * run.size < top < run.base + 0.28 * run.size
    return near and abs(left - run.box[0]) < 3 and abs(right - run.box[2]) < 3 + 0.3 * run.size


def _is_latin(text: str, share: float = 0.9) -> bool:
    """Whether a text is in Latin letters, as English parts of other leaflets are."""
    letters = [letter for letter in text if letter.isalpha()]
    return sum(letter < "\u0250" for letter in letters) > share * len(letters)


@rule("L3")
def lines_are_short(document: Document) -> Iterator[Broken]:
    """L3: full lines of prose have 70 characters at most on average (Chinese, Japanese, Korean 40), those of no paragraph more than 85."""
    usual = document.script.line
    longest = LONGEST["wide" if usual <= 40 else "narrow"]
    counts = []
    for page in document.pages:
        for part in paragraphs(page):
            english = usual <= 40 and _is_latin("".join(line.text for line in part), 0.6)
            full = [line.squares if usual <= 40 else line.characters for line in part[:-1]] if part[0].kind != "TD" and not english else []
            counts += full
            if len(full) > 1 and statistics.mean(full) > longest:
                told = f"{_said(part[0].text)}: its lines have {statistics.mean(full):.0f} characters, most {longest}"
                yield Broken("L3", page.number, (part[0].left, part[0].base), told)
    if counts and statistics.mean(counts) > usual and document.edition not in SHEET:
        yield Broken("L3", 1, (0, 0), f"full lines have {statistics.mean(counts):.1f} characters on average, more than {usual}")


@rule("L4")
def lines_have_room(document: Document) -> Iterator[Broken]:
    """L4: from base line to base line 1.4 sizes in running text, 1.15 in headings, 1.25 in furniture; more where the script asks."""
    display = DISPLAY * body_size(document)
    for page in document.pages:
        for above, below in pairwise(lines(run for run in page.runs if run.text.strip())):
            kind, gap = above.kind, below.base - above.base
            beside = above.left >= below.right or below.left >= above.right
            untagged = not above.runs[0].block and not above.runs[0].furniture
            if above.runs[0].block != below.runs[0].block or gap <= 0 or beside or untagged:
                continue
            least = HEADING_PITCH if kind in HEADINGS or above.size >= display else PITCH
            least = least * (1 if _is_latin(above.text) else document.leading) if kind else FURNITURE_PITCH
            pitch = gap / max(above.size, below.size)
            if pitch < least - 0.02:
                told = f"the line below {_said(above.text)} follows at {pitch:.2f} of its size, least {least:.2f}"
                yield Broken("L4", page.number, (above.left, above.base), told)


# ---------------------------------------------------------------- rules: colour


@rule("L6")
def text_stands_out(document: Document) -> Iterator[Broken]:
    """L6: every text has a contrast of 4.5 with what is painted behind it, running text of 7."""
    for page in document.pages:
        for run in page.runs:
            least = BODY_CONTRAST if run.kind in BODY else TEXT_CONTRAST
            if run.text.strip() and run.contrast < least:
                ground = min(run.behind, key=lambda one: contrast(run.colour, one))
                told = f"{_said(run.text)}: {_hex(run.colour)} on {_hex(ground)} is {run.contrast:.1f}, least {least:g}"
                yield Broken("L6", page.number, _place(run.box), told)


@rule("L6-graphics")
def graphics_stand_out(document: Document) -> Iterator[Broken]:
    """L6: what tells something has a contrast of 3 with what it stands on: drawings, frames, lines, signs.

    Not held to it: hairlines and areas behind text, which are ornament; what cannot be seen at all; an area that a dark line goes around.
    """
    for page in document.pages:
        for shape in page.shapes:
            if 1.04 < shape.contrast < GRAPHIC_CONTRAST - 0.005 and not any(_goes_around(other, shape) for other in page.shapes):
                what = "drawing" if shape.figure >= 0 else "line" if shape.line else "sign"
                told = f"a {what} in {_hex(shape.colour)} has a contrast of {shape.contrast:.1f}, least {GRAPHIC_CONTRAST:g}"
                yield Broken("L6-graphics", page.number, _place(shape.box), told)


def _goes_around(line: Shape, area: Shape) -> bool:
    """Whether a line that can be seen runs along the edge of an area."""
    near = all(abs(one - other) < 3 for one, other in zip(line.box, area.box, strict=True))
    return bool(line.line) and not area.line and line.contrast >= GRAPHIC_CONTRAST and near


# ---------------------------------------------------------------- rules: edges


@rule("L8")
def nothing_runs_over(document: Document) -> Iterator[Broken]:
    """L8: text stays between the margins, off head and foot, and where office printers print; nothing painted leaves the sheet."""
    allowed = edges(document)
    for page in document.pages:
        left, right = allowed[page.number % 2]
        heads = [run.box[3] for run in page.furniture() if run.base < page.height / 2]
        feet = [run.box[1] for run in page.furniture() if run.base > page.height / 2]
        box = (left, max(heads, default=PRINTABLE), page.width - right, min(feet, default=page.height - PRINTABLE))
        sheet = (PRINTABLE, PRINTABLE, page.width - PRINTABLE, page.height - PRINTABLE)
        for run in page.runs:
            inside, name = (sheet, "the part that can be printed") if run.furniture else (box, "the margins")
            if run.text.strip() and not _within((run.box[0], run.base - 0.7 * run.size, run.box[2], run.base), inside, 2 * TOLERANCE):
                yield Broken("L8", page.number, _place(run.box), f"{_said(run.text)} runs over {name}")
        for shape in page.shapes:
            if not _within(shape.box, (0, 0, page.width, page.height), TOLERANCE):
                yield Broken("L8", page.number, _place(shape.box), f"something in {_hex(shape.colour)} runs over the edge of the sheet")


def _within(inner: Box, outer: Box, give: float) -> bool:
    return inner[0] >= outer[0] - give and inner[1] >= outer[1] - give and inner[2] <= outer[2] + give and inner[3] <= outer[3] + give


@rule("L8-overlap")
def nothing_lies_on_text(document: Document) -> Iterator[Broken]:
    """L8: no text lies on another, no drawing on a text, and nothing is painted over one."""
    for page in document.pages:
        runs = sorted((run for run in page.runs if run.text.strip()), key=lambda run: run.base)
        for index, run in enumerate(runs):
            core = _core(run)
            for other in runs[index + 1 :]:
                if other.base - 0.45 * other.size > run.base:
                    break
                if _meet(core, _core(other), _overlap(run, other), 0.7):
                    yield Broken("L8-overlap", page.number, _place(run.box), f"{_said(run.text)} and {_said(other.text)} overlap")
            if any(_hides(shape, core, run.order) for shape in page.shapes):
                yield Broken("L8-overlap", page.number, _place(run.box), f"{_said(run.text)} is painted over")
        yield from _drawings_on_text(page)


def _overlap(one: Run, other: Run) -> float:
    """Return by how many points two runs may overlap: letters of one Arabic line reach below their neighbours, the larger the farther."""
    arabic = abs(one.base - other.base) < 1 and all(_JOINED.search(run.text) for run in (one, other))
    return max(1.5, 0.15 * one.size) if arabic else 1.5


def _hides(shape: Shape, core: Box, order: int) -> bool:
    return shape.order > order and not shape.line and not shape.ring and shape.figure < 0 and _meet(shape.box, core, 1, 1)


def _drawings_on_text(page: Page) -> Iterator[Broken]:
    drawings: dict[int, list[Box]] = defaultdict(list)
    for shape in page.shapes:
        if shape.figure >= 0:
            drawings[shape.figure].append(shape.box)
    for boxes in drawings.values():
        whole = (min(b[0] for b in boxes), min(b[1] for b in boxes), max(b[2] for b in boxes), max(b[3] for b in boxes))
        for run in page.runs:
            if run.text.strip() and run.kind != "Figure" and _meet(whole, _core(run), 1, 1):
                yield Broken("L8-overlap", page.number, _place(run.box), f"a drawing lies on {_said(run.text)}")


@rule("L8-fonts")
def fonts_are_embedded(document: Document) -> Iterator[Broken]:
    """L8: every font is in the file, and is one that the language is printed with."""
    known = {name.replace(" ", "-") for name in (*fonts.allowed(document.language), *fonts.allowed("en"))}
    told = set()
    for page in document.pages:
        for run in page.runs:
            family = re.sub("-(Bold|Regular)$", "", run.font)
            if (not run.embedded or family not in known) and run.font not in told:
                told.add(run.font)
                what = "which is unknown" if run.embedded else "which is not embedded"
                yield Broken("L8-fonts", page.number, _place(run.box), f"{_said(run.text)} is set in {run.font}, {what}")


# ---------------------------------------------------------------- rules: the ends of pages


@rule("L9")
def sides_are_even(document: Document) -> Iterator[Broken]:
    """L9: an even number of sides, so that a leaflet printed on both leaves none empty without a word. Those side by side end anyhow."""
    if len(document.pages) % 2 and document.edition not in BESIDE:
        yield Broken("L9", len(document.pages), (0, 0), f"{len(document.pages)} sides: printed on both, the last one is empty")


@rule("end")
def last_page_is_worth_a_sheet(document: Document) -> Iterator[Broken]:
    """Pages end well (ours): the last one holds more than a few lines."""
    if len(document.pages) < 2:
        return
    top = min((run.box[1] for page in document.pages for run in page.content()), default=0)
    bottoms = [
        max((*(run.box[3] for run in page.content()), *(shape.box[3] for shape in page.shapes)), default=top) for page in document.pages
    ]
    filled = (bottoms[-1] - top) / (max(bottoms) - top)
    if filled < NEARLY_EMPTY:
        yield Broken("end", len(document.pages), (0, bottoms[-1]), f"the last page is filled by {filled:.0%}, least {NEARLY_EMPTY:.0%}")


@rule("heading")
def no_heading_stands_alone(document: Document) -> Iterator[Broken]:
    """Pages end well (ours): no heading and no head of a table is the last thing on a page."""
    for page in document.pages[:-1]:
        last = max(page.content(), key=lambda run: run.base, default=None)
        if last is None or not (last.kind in HEADINGS or "THead" in last.tags):
            continue
        if not any(shape.box[1] > last.base + 0.5 * last.size for shape in page.shapes):
            yield Broken("heading", page.number, _place(last.box), f"{_said(last.text)} stands alone at the foot")


@rule("list")
def no_list_is_torn_after_one_item(document: Document) -> Iterator[Broken]:
    """Pages end well (ours): a list that goes on over the page leaves at least two items behind."""
    for page, following in pairwise(document.pages):
        order = lines(page.content())
        onward = lines(following.content())
        if not order or not onward:
            continue
        last, first = max(order, key=lambda line: line.base), min(onward, key=lambda line: line.base)
        number, begun = last.runs[0].list, first.runs[0].list
        if not number or not begun or order[0].runs[0].list == number:
            continue
        items = {line.runs[0].item for line in order if line.runs[0].list == number}
        labels = [line.base for line in onward if line.kind == "Lbl" and line.runs[0].list == begun]
        goes_on = bool(labels) and min(labels) > first.base + 0.5 * first.size
        if len(items) == 1 and not goes_on:
            yield Broken("list", page.number, (last.left, last.base), f"after {_said(last.text)} the list goes on over the page")
