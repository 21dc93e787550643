"""An edition to PDF bytes. The only room for WeasyPrint.

The renderer reaches neither network nor disk: every address it asks for is answered from the edition's own assets and the fonts it
was given, or is an error. Whatever WeasyPrint only logs is a problem, and a leaflet that has one is not returned.
"""

import gc
import io
import logging
import os
import re
import zlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from functools import partial
from typing import Any
from uuid import NAMESPACE_URL, uuid5

import pydyf
import weasyprint
from weasyprint import css, draw
from weasyprint.draw import text as drawing
from weasyprint.formatting_structure import boxes
from weasyprint.layout import absolute, block, column, grid, inline, percent, preferred, table
from weasyprint.layout import float as floating
from weasyprint.layout import page as paging
from weasyprint.logger import LOGGER
from weasyprint.pdf import tags
from weasyprint.pdf.stream import Stream
from weasyprint.text import line_break
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import URLFetcher, URLFetcherResponse

from leaflets import cascade, figures, inks, lines
from leaflets.lines import Lines
from leaflets.model import PROFILES, Edition, Result
from leaflets.problems import Problem, Span
from leaflets.tokens import written_out

_REFUSED = "not of this leaflet"
TIDY = 4
"""Leaflets after which a renderer collects its garbage: half a hundredth of the time, and half of the memory."""
_TYPES = {
    "svg": "image/svg+xml",
    "png": "image/png",
    "jpg": "image/jpeg",
    "jpeg": "image/jpeg",
    "ttf": "font/ttf",
    "otf": "font/otf",
}

_SET = re.compile(r"(--[\w-]+)\s*:")
"""A custom property that a page sets."""
_RTL = re.compile(r"""<html[^>]*\sdir=["']?rtl""", re.IGNORECASE)

PROVEN = "70.0"
"""The WeasyPrint whose lines and cascade are shortened: any other is left as it is, until tests/test_lines.py holds with it."""
LINES = Lines(line_break.split_first_line)


def shorten(short: bool = True) -> None:
    """Let WeasyPrint break lines, look up properties and size boxes by our short cuts, or in its own way again.

    A WeasyPrint that is not proven has no other.
    """
    short = short and weasyprint.__version__ == PROVEN
    inline.split_first_line = preferred.split_first_line = LINES if short else LINES.split
    css.ComputedStyle.__missing__ = QUICK if short else SLOW
    for module in (absolute, block, column, floating, grid, inline, paging, percent, table):
        module.resolve_percentages = REMEMBERED if short else RESOLVED
    draw.draw_text = DRAWN if short else drawing.draw_text


SLOW, QUICK = css.ComputedStyle.__missing__, cascade.quick(css)
RESOLVED, REMEMBERED = percent.resolve_percentages, cascade.percentages(percent.resolve_percentages, boxes)
DRAWN = lines.quick(drawing.draw_text, drawing.draw_first_line)
shorten()


class Renderer:
    """One per process: holds the fonts and the parsed style sheets of what it has rendered, so that the second leaflet is fast.

    It renders any language after any other. All three are asked when a language is first met: `read` gives the bytes behind a
    `font:` address and raises OSError or LookupError where there is none; `font_css` gives the @font-face rules of a language,
    `allowed` the family names that may appear in its PDFs. Both raise KeyError for a language that is not printed.
    """

    def __init__(
        self,
        read: Callable[[str], bytes],
        font_css: Callable[[str], str],
        allowed: Callable[[str], frozenset[str]],
    ) -> None:
        os.environ.setdefault("SOURCE_DATE_EPOCH", "0")
        self.fetcher = _Closed(read)
        self.configuration = FontConfiguration()
        self.font_css = font_css
        self.allowed = allowed
        self.sheets: dict[tuple[str, str], tuple[Any, tuple[str, ...]]] = {}
        self.rendered = 0

    def render(self, edition: Edition) -> Result:
        """Return the PDF, or the problems that kept it from being made. Raises nothing for what is in a leaflet.

        Style sheets are read with their tokens written out. What is wrong is told in the words and at the place of the author.
        """
        result: Result = _in_one_piece(self._render, edition)
        return result

    def _render(self, edition: Edition) -> Result:
        own = frozenset(_SET.findall(edition.html))
        result = self._rendered(edition, written_out(edition.styles, bool(_RTL.search(edition.html)), own))
        if result.problems:
            for sheet in edition.styles:  # to be read anew: what it asks for is refused while it is read
                self.sheets.pop(sheet, None)
            result = self._rendered(edition, edition.styles)
        self._tidy()
        return result

    def _rendered(self, edition: Edition, styles: tuple[tuple[str, str], ...]) -> Result:
        self.fetcher.refused = []
        with _listening() as records:
            try:
                self.fetcher.assets = _in_inks(edition) if edition.variant == "pdf/x-4" else edition.assets
                content, pages, found = self._write(edition, styles)
            except Exception as error:
                found = [("P07", f"rendering stopped: {type(error).__name__}: {error}")]
                content, pages = b"", 0
        found += [("P05", f"the renderer was asked for `{url}`") for url in self.fetcher.refused]
        found += [("P02", told) for told in map(_message, records) if _REFUSED not in told]
        problems = tuple(_problem(code, told, edition) for code, told in dict.fromkeys(found))
        return Result(edition.request, b"" if problems else content, pages, problems)

    def close(self) -> None:
        """Let go of the fonts, which WeasyPrint keeps in a temporary folder as long as its configuration lives."""
        self.sheets.clear()
        self.configuration.__del__()

    def _tidy(self) -> None:
        """Collect what layouts leave behind, every few leaflets: left to itself, it is up to 200 MB (docs/developers.md)."""
        self.rendered += 1
        if self.rendered % TIDY == 0:
            gc.collect()

    def _write(self, edition: Edition, styles: tuple[tuple[str, str], ...]) -> tuple[bytes, int, list[tuple[str, str]]]:
        language = edition.request.language
        sheets = [self._sheet("fonts", self.font_css(language)), *(self._sheet(name, text) for name, text in styles)]
        faults = [("P10", told) for _, tolds in sheets for told in tolds]
        html = weasyprint.HTML(string=figures.with_codes(edition.html), base_url="leaflet:/", url_fetcher=self.fetcher)
        variant, finisher = _standard(edition)
        document = _bound(
            html.render(
                font_config=self.configuration,
                stylesheets=[sheet for sheet, _ in sheets],
                color_profiles=_profiles(edition),
                pdf_variant=variant,
            )
        )
        if finisher is not _finish:
            _for_paper_alone(document)
        content = document.write_pdf(
            finisher=finisher,
            pdf_variant=variant,
            pdf_identifier=edition.fingerprint.encode(),
            custom_metadata=True,
        )
        return content, len(document.pages), [*faults, *_font_faults(document.fonts.values(), self.allowed(language))]

    def _sheet(self, name: str, text: str) -> tuple[Any, tuple[str, ...]]:
        """Return a parsed style sheet and what was wrong with it, from memory after the first time: both count for every leaflet."""
        if (name, text) not in self.sheets:
            with _listening() as records:
                sheet = weasyprint.CSS(string=text, base_url="leaflet:/", url_fetcher=self.fetcher, font_config=self.configuration)
            self.sheets[name, text] = sheet, tuple(f"styles/{name}: {_message(record)}" for record in records)
        return self.sheets[name, text]


def _font_faults(fonts: Any, allowed: frozenset[str]) -> Iterator[tuple[str, str]]:
    """Yield what is wrong with the fonts a PDF ended up with."""
    for font in fonts:
        if font.family not in allowed:
            yield "P06", f"the font `{font.family}` got into the PDF; allowed: {', '.join(sorted(allowed))}"
        for code in font.missing:
            yield "L8", f"no font has the letter U+{code:04X} `{chr(code)}`"


class _Closed(URLFetcher):  # type: ignore[misc]
    """Answers `font:` addresses by the function it was given and `asset:` addresses from memory, and nothing else."""

    def __init__(self, read: Callable[[str], bytes]) -> None:
        super().__init__(allowed_protocols=())
        self.read = read
        self.assets: Mapping[str, bytes] = {}
        self.refused: list[str] = []

    def fetch(self, url: str, headers: Any = None) -> URLFetcherResponse:
        scheme, _, name = url.partition(":")
        try:
            content = {"font": self.read, "asset": self.assets.__getitem__}[scheme](name)
        except (LookupError, OSError) as error:
            self.refused.append(url[:200])
            raise ValueError(f"{_REFUSED}: {url[:200]}") from error
        return URLFetcherResponse(url, content, {"Content-Type": _TYPES.get(name.rsplit(".", 1)[-1], "application/octet-stream")})


def _problem(code: str, told: str, edition: Edition) -> Problem:
    """Return a fault with its place: the style sheet and line, or the picture, that it names; else the leaflet's own file."""
    where = edition.request.where()
    if match := re.match(r"(styles/[^:]+): (.*?)(?: at (\d+):(\d+))?(?:, (.*))?$", told):
        path, what, line, column, why = match.groups()
        return Problem(code, f"{what}: {why}" if why else what, Span(path, int(line or 0), int(column or 0)), **where)
    if (match := re.search(r"asset:([a-z0-9._-]+)", told)) and match[1] in edition.assets:
        return Problem(code, told, Span(f"content/assets/{match[1]}"), **where)
    named = re.search(r"`([^`]+)`", told)
    for name, text in edition.styles:
        if named and (at := text.find(named[1])) >= 0:
            return Problem(code, told, Span(f"styles/{name}", text.count("\n", 0, at) + 1, at - text.rfind("\n", 0, at)), **where)
    return Problem(code, told, Span(f"content/leaflets/{edition.request.leaflet}.yaml"), **where)


@contextmanager
def _listening() -> Iterator[list[logging.LogRecord]]:
    """Collect every warning and error that WeasyPrint and fontTools log meanwhile."""
    records: list[logging.LogRecord] = []

    class Ear(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            records.append(record)

    loggers = [logging.getLogger(name) for name in ("weasyprint", "fontTools")]
    before = [list(logger.handlers) for logger in loggers]
    for logger in loggers:
        logger.handlers = [Ear(logging.WARNING)]
    try:
        yield records
    finally:
        for logger, handlers in zip(loggers, before, strict=True):
            logger.handlers = handlers


def _message(record: logging.LogRecord) -> str:
    return re.sub(r"\s+", " ", record.getMessage())[:300]


_SLOTS = 70_000
"""What a frame is said to need, 8 bytes each: little more than half of a mebibyte, so that as much again is left for other frames."""


def _in_one_piece(call: Callable[..., Any], *given: Any) -> Any:
    """Call it where the frames of all that it calls have room side by side.

    CPython keeps frames in pieces of 16 kB (`_PyThreadState_PushFrame`); where a loop of the layout calls across the end of one, the
    system is asked for memory and given it back on each turn, thousands of times for a leaflet: a twelfth of its time. A frame that is
    told to be large gets a large piece, and what it calls stands behind it (docs/developers.md, Speed).
    """
    return call(*given)


_in_one_piece.__code__ = _in_one_piece.__code__.replace(co_stacksize=_SLOTS)


def calm_collector() -> None:
    """Freeze what is loaded and let the collector run less often: layout makes many short-lived objects (docs/developers.md)."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)


# ---------------------------------------------------------------- booklets and the print shop

BACK, LINED = "back-cover", "lined"
"""Names of CSS pages (`page: back-cover`) that a booklet's template has: its last page, and pages for notes, one for each side."""
BLEED_MM = 3
"""How far paint may reach beyond the trimmed page; the marks for cutting stand further out (styles/print-shop.css)."""
_RGB = re.compile(rb"([-.0-9]+) ([-.0-9]+) ([-.0-9]+) (rg|RG)")
_REGISTERED = re.compile(r"FOGRA\d+|CGATS TR ?\d+|JC200\d")
"""How printing conditions are called in the ICC's registry (https://www.color.org/chardata/drsection1.xalter)."""


def _standard(edition: Edition) -> tuple[str | None, Callable[[Any, Any], None] | None]:
    """Return the variant that WeasyPrint is to write, and what completes it.

    Sheets of a booklet keep no standard and have no tags: they lie in the order of the press, not of the reader.
    """
    if edition.imposition:
        return None, None
    if edition.variant == "pdf/x-4":
        return edition.variant, partial(_for_press, edition.fingerprint)
    return edition.variant, _finish


def _bound(document: Any) -> Any:
    """Return a booklet with as many pages for notes before its back cover as make whole sheets, four pages each.

    Its template has a page for notes of either side (their margins differ) behind the back cover; each is put in as often as needed. A
    document without a back cover is returned as it is.
    """
    kinds = [page._page_box.page_type for page in document.pages]
    back = [number for number, kind in enumerate(kinds) if kind.name == BACK and not kind.blank]
    if not back:
        return document
    end = back[0] - 1 if kinds[back[0] - 1].blank else back[0]
    lined = {kind.side: page for kind, page in zip(kinds, document.pages, strict=True) if kind.name == LINED and not kind.blank}
    between = range(end, end + -(end + len(back)) % 4)
    notes = [lined[kinds[number % 2].side] for number in between if kinds[number % 2].side in lined]
    return document.copy([*document.pages[:end], *notes, *(document.pages[number] for number in back)])


def _for_paper_alone(document: Any) -> None:
    """Take from a document what only a screen has a use for. PDF/X-4 allows no link on a page (ISO 15930-7), and the time of
    day, which WeasyPrint would take for the date of its last change, would make other bytes each time.
    """
    for page in document.pages:
        page.links = []
    document.metadata.modified = document.metadata.modified or document.metadata.created


def _in_inks(edition: Edition) -> dict[str, bytes]:
    """Return the pictures of an edition in the inks of its press. What is broken stays so, and is told when it is drawn."""
    found = dict(edition.assets)
    for name, content in edition.assets.items():
        if name.endswith((".png", ".jpg", ".jpeg")):
            with suppress(OSError):
                found[name] = inks.picture(content, edition.assets[f"{PROFILES}{edition.profile}"])
    return found


def _profiles(edition: Edition) -> dict[str, Any]:
    """Return the profile of the press, by the name that CSS Color 5 has for its colours."""
    if edition.variant != "pdf/x-4":
        return {}
    content, components = edition.assets[f"{PROFILES}{edition.profile}"], tuple((ink,) for ink in "cmyk")
    return {"device-cmyk": css.ColorProfile(io.BytesIO(content), edition.profile, "relative-colorimetric", components)}


def _for_press(mark: str, _: Any, pdf: Any) -> None:
    """Complete a PDF/X-4: every colour in inks, boxes, printing condition, and an identifier that is the same each time.

    WeasyPrint writes what is drawn in RGB as RGB, which ISO 15930-7 does not allow beside an output intent of four inks; it puts the
    bleed at 10 points; it takes the identifier by chance. It mixes what lies upon each other by the profile, though that is given in
    inks: black alone came out as four inks where a drawing is a group.
    """
    for thing in pdf.objects:
        if isinstance(thing, pydyf.Stream):
            thing.stream = [_inked(step) if isinstance(step, bytes) else step for step in thing.stream]
            if "Group" in thing.extra:
                thing.extra["Group"]["CS"] = "/DeviceCMYK"
        elif isinstance(thing, dict) and thing.get("ColorSpace", "/DeviceGray") != "/DeviceGray" and "ShadingType" in thing:
            LOGGER.warning("a gradient cannot be printed in the inks of a press")
    objects = {thing.reference: thing for thing in pdf.objects if thing.number is not None}
    for page in map(objects.__getitem__, pdf.page_references):
        reach = BLEED_MM * 72 / 25.4
        trim, media = page["TrimBox"], page["MediaBox"]
        near = (max(edge - reach, most) for edge, most in zip(trim[:2], media[:2], strict=True))
        far = (min(edge + reach, most) for edge, most in zip(trim[2:], media[2:], strict=True))
        page["BleedBox"] = pydyf.Array([*near, *far])
    intent = pdf.catalog["OutputIntents"][0]
    if _REGISTERED.fullmatch(intent["OutputConditionIdentifier"].string):
        intent["RegistryName"] = pydyf.String("http://www.color.org")
    metadata = objects[pdf.catalog["Metadata"]]
    identifier = f"xmp.did:{uuid5(NAMESPACE_URL, mark)}".encode()
    metadata.stream = [re.sub(rb"xmp\.did:[-0-9a-f]+", identifier, part) for part in metadata.stream]


def _inked(step: bytes) -> bytes:
    """Return a step of a content stream, a colour of RGB in it as inks (ISO 32000-1, 8.6.8: `k` for `rg`, `K` for `RG`)."""
    if step[-2:] not in (b"rg", b"RG") or not (found := _RGB.fullmatch(step)):
        return step
    values = inks.inks(*(float(found[number]) for number in (1, 2, 3)))
    return b"%g %g %g %g %s" % (*values, b"k" if found[4] == b"rg" else b"K")


# ---------------------------------------------------------------- what WeasyPrint leaves to be done in the PDF


def _finish(_: Any, pdf: Any) -> None:
    """Complete the tags: page furniture becomes artifacts, table headers get their scope, texts their letters in order.

    WeasyPrint tags text in page margins as content (Kozea/WeasyPrint#1836), so that a screen reader would read the footer in the
    middle of a sentence; ISO 14289-1, 7.8 asks for artifacts. It gives header cells no Scope (#2508); ISO 14289-1, 7.5.
    """
    objects = {f"{thing.number} 0 R".encode(): thing for thing in pdf.objects}
    root = objects[pdf.catalog["StructTreeRoot"]]
    linked = set(_reached(root, objects))
    for thing in pdf.objects:
        if isinstance(thing, dict) and thing.get("S") == "/TH" and "A" in thing and "Scope" not in thing["A"]:
            thing["A"]["Scope"] = "/Row" if _heads_row(thing) else "/Column"
    numbers = objects[root["ParentTree"]]["Nums"]
    mapping = dict(zip(numbers[::2], numbers[1::2], strict=True))
    for page_reference in pdf.page_references:
        page = objects[page_reference]
        kids, stream = mapping[page["StructParents"]], objects[page["Contents"]].stream
        loose = {number for number, reference in enumerate(kids) if reference not in linked}
        _say_texts(stream, {number: objects[reference] for number, reference in enumerate(kids) if number not in loose})
        _to_artifacts(stream, loose)
        for number in loose:
            kids[number] = "null"


_build = tags._build_box_tree


def _build_with_language(box: Any, *rest: Any) -> Iterator[Any]:
    """Build the tags of a box, with the language of its element, so that a screen reader changes its voice there.

    WeasyPrint writes the document's language only. Which tag comes from which element is known nowhere but in its builder, which
    calls itself by this name; ISO 14289-1, 7.2 asks for the language of every part.
    """
    language = None if box.element is None or box.element.tag == "html" else box.element.get("lang")
    for element in _build(box, *rest):
        if language:
            element["Lang"] = pydyf.String(language)
        yield element


tags._build_box_tree = _build_with_language

_UNLIKE_DRAWN = re.compile("[\u0590-\u1cff\u200c\u200d\ua8e0-\uabff\ufb1d-\ufdff\ufe70-\ufefc]")
"""Letters of the scripts that are not drawn one glyph a letter from left to right: Hebrew to the Vedic signs, and their extensions."""
_RIGHT_TO_LEFT = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]")
_FOR_LAYOUT = str.maketrans("", "", "\u200b\u2060\u2066\u2067\u2068\u2069")
"""What stands in a text for the layout alone: where a line may break, which way a part runs."""
_marked = Stream.marked


@contextmanager
def _marked_with_text(self: Any, box: Any, tag: str) -> Iterator[None]:
    """Mark drawn text, with its letters in the order of reading where they are not drawn in that order.

    WeasyPrint draws a line of Arabic from left to right, and tells for each glyph one text for all of the document: what is read
    aloud, searched or copied comes out backwards and with letters missing. ISO 32000-1, 14.9.4 (ActualText) is made for that.
    """
    with _marked(self, box, tag):
        text = getattr(box, "text", "")
        if self._tags is not None and (_UNLIKE_DRAWN.search(text) or (text and box.style["direction"] == "rtl")):
            self.stream[-2]["ActualText"] = pydyf.String(text.translate(_FOR_LAYOUT))
        yield


Stream.marked = _marked_with_text


class _Quicker:
    """zlib for pydyf, which asks for level 9: level 6 takes a twentieth off a leaflet, for files 1 to 3 in a hundred larger."""

    compress = staticmethod(zlib.compress)

    @staticmethod
    def compressobj(level: int = 6) -> Any:
        """Return a compressor of the level that pays."""
        return zlib.compressobj(min(level, 6))


pydyf.zlib = _Quicker


def _heads_row(header: Any) -> bool:
    """Whether a header cell stands first in a row below the first: WeasyPrint names cells TABLE-ROW-COLUMN, counted from 0."""
    _, row, column = header["ID"].string.split("-") if "ID" in header else ("", "0", "0")
    return column == "0" and row != "0"


def _reached(root: Any, objects: Mapping[bytes, Any]) -> Iterator[bytes]:
    """Yield the reference of each structure element that hangs on the root."""
    waiting = list(root["K"])
    while waiting:
        reference = waiting.pop()
        if isinstance(reference, bytes) and reference in objects and "S" in objects[reference]:
            yield reference
            waiting.extend(objects[reference].get("K", ()))


def _say_texts(stream: list[Any], elements: Mapping[int, Any]) -> None:
    """Give the structure element of a marked text what it says, and take it from the stream where that runs from right to left.

    Poppler, and with it every reader built on it, takes a replacement text in the stream for drawn from left to right, and turns
    right-to-left text around once more; without one it does so rightly.
    """
    for operand in stream:
        if isinstance(operand, dict) and "ActualText" in operand:
            element = elements.get(operand["MCID"])
            if element is not None and sum(isinstance(kid, int) for kid in element["K"]) == 1:
                element["ActualText"] = operand["ActualText"]
            if _RIGHT_TO_LEFT.search(operand["ActualText"].string):
                del operand["ActualText"]


def _to_artifacts(stream: list[Any], loose: set[int]) -> None:
    """Turn the marked content with these numbers into pagination artifacts."""
    for index, operand in enumerate(stream):
        if isinstance(operand, dict) and operand.get("MCID") in loose and stream[index + 1] == b"BDC":
            stream[index - 1] = "/Artifact"
            stream[index] = pydyf.Dictionary({"Type": "/Pagination"})
