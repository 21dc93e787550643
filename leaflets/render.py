"""An edition to PDF bytes. The only room for WeasyPrint.

The renderer reaches neither network nor disk: every address it asks for is answered from the edition's own assets and the fonts it
was given, or is an error. Whatever WeasyPrint only logs is a problem, and a leaflet that has one is not returned.
"""

import gc
import logging
import os
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import pydyf
import weasyprint
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import URLFetcher, URLFetcherResponse

from leaflets.model import Edition, Result
from leaflets.problems import Problem, Span

_REFUSED = "not of this leaflet"
_TYPES = {
    "svg": "image/svg+xml",
    "png": "image/png",
    "jpg": "image/jpeg",
    "jpeg": "image/jpeg",
    "ttf": "font/ttf",
    "otf": "font/otf",
}


class Renderer:
    """One per process: holds the fonts and the parsed style sheets of what it has rendered, so that the second leaflet is fast.

    `fonts` maps font file names to their bytes; `families` are the family names that may appear in a PDF.
    """

    def __init__(self, fonts: Mapping[str, bytes], font_css: str, families: frozenset[str]) -> None:
        os.environ.setdefault("SOURCE_DATE_EPOCH", "0")
        self.fetcher = _Closed(fonts)
        self.configuration = FontConfiguration()
        self.families = families
        self.font_css = font_css
        self.sheets: dict[tuple[str, str], tuple[Any, tuple[str, ...]]] = {}

    def render(self, edition: Edition) -> Result:
        """Return the PDF, or the problems that kept it from being made. Raises nothing for what is in a leaflet."""
        self.fetcher.assets = edition.assets
        self.fetcher.refused = []
        with _listening() as records:
            try:
                content, pages, found = self._write(edition)
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

    def _write(self, edition: Edition) -> tuple[bytes, int, list[tuple[str, str]]]:
        sheets = [self._sheet("fonts", self.font_css), *(self._sheet(name, text) for name, text in edition.styles)]
        faults = [("P10", told) for _, tolds in sheets for told in tolds]
        html = weasyprint.HTML(string=edition.html, base_url="leaflet:/", url_fetcher=self.fetcher)
        document = html.render(font_config=self.configuration, stylesheets=[sheet for sheet, _ in sheets], pdf_variant="pdf/ua-1")
        content = document.write_pdf(
            finisher=_finish,
            pdf_variant="pdf/ua-1",
            pdf_identifier=edition.fingerprint.encode(),
            custom_metadata=True,
        )
        return content, len(document.pages), [*faults, *self._font_faults(document.fonts.values())]

    def _sheet(self, name: str, text: str) -> tuple[Any, tuple[str, ...]]:
        """Return a parsed style sheet and what was wrong with it, from memory after the first time: both count for every leaflet."""
        if (name, text) not in self.sheets:
            with _listening() as records:
                sheet = weasyprint.CSS(string=text, base_url="leaflet:/", url_fetcher=self.fetcher, font_config=self.configuration)
            self.sheets[name, text] = sheet, tuple(f"styles/{name}: {_message(record)}" for record in records)
        return self.sheets[name, text]

    def _font_faults(self, fonts: Any) -> Iterator[tuple[str, str]]:
        """Yield what is wrong with the fonts a PDF ended up with."""
        for font in fonts:
            if font.family not in self.families:
                yield "P06", f"the font `{font.family}` got into the PDF; allowed: {', '.join(sorted(self.families))}"
            for code in font.missing:
                yield "L8", f"no font has the letter U+{code:04X} `{chr(code)}`"


class _Closed(URLFetcher):  # type: ignore[misc]
    """Answers `font:` and `asset:` addresses from memory, and nothing else."""

    def __init__(self, fonts: Mapping[str, bytes]) -> None:
        super().__init__(allowed_protocols=())
        self.fonts = fonts
        self.assets: Mapping[str, bytes] = {}
        self.refused: list[str] = []

    def fetch(self, url: str, headers: Any = None) -> URLFetcherResponse:
        scheme, _, name = url.partition(":")
        shelf = {"font": self.fonts, "asset": self.assets}.get(scheme, {})
        if name not in shelf:
            self.refused.append(url[:200])
            raise ValueError(f"{_REFUSED}: {url[:200]}")
        return URLFetcherResponse(url, shelf[name], {"Content-Type": _TYPES.get(name.rsplit(".", 1)[-1], "application/octet-stream")})


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


def calm_collector() -> None:
    """Freeze what is loaded and let the collector run less often: layout makes many short-lived objects (docs/developers.md)."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)


# ---------------------------------------------------------------- what WeasyPrint leaves to be done in the PDF


def _finish(_: Any, pdf: Any) -> None:
    """Complete the tags: page furniture becomes artifacts, table headers get their scope.

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
        kids = mapping[page["StructParents"]]
        loose = {number for number, reference in enumerate(kids) if reference not in linked}
        if loose:
            _to_artifacts(objects[page["Contents"]].stream, loose)
            for number in loose:
                kids[number] = "null"


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


def _to_artifacts(stream: list[Any], loose: set[int]) -> None:
    """Turn the marked content with these numbers into pagination artifacts."""
    for index, operand in enumerate(stream):
        if isinstance(operand, dict) and operand.get("MCID") in loose and stream[index + 1] == b"BDC":
            stream[index - 1] = "/Artifact"
            stream[index] = pydyf.Dictionary({"Type": "/Pagination"})
