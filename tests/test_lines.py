"""Our short cuts through WeasyPrint: no byte differs, all that decides about a line is looked at, and the memory has an end."""

import re
import resource
import sys
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest
import weasyprint
from leaflets import disk, fonts, lines, parse, prepare, render
from leaflets.lines import ASPECTS, Lines
from leaflets.model import Edition, Request
from weasyprint import css, draw
from weasyprint.draw import text as drawing
from weasyprint.layout import inline, preferred
from weasyprint.text import line_break

from conftest import AS_OF, ROOT

EDITIONS = [
    ("en", "a4"),
    ("ar", "bilingual"),
    ("hi", "one-page"),
    ("ja", "a4"),
    ("pl", "large-print"),
    ("he", "specimen"),
    ("zh-Hans", "review"),
]


@pytest.fixture(scope="module")
def preparer() -> prepare.Preparer:
    return prepare.Preparer(parse.parse(disk.read(ROOT)).value, prepare.tools(tuple({language for language, _ in EDITIONS})), AS_OF)


def readers(preparer: prepare.Preparer, language: str, kind: str) -> list[Edition]:
    """The same leaflet for two readers."""
    return [preparer.prepare(Request("ipsc", profile, language, kind)).edition for profile in ("newly-curious", "rrms-first")]


def made(preparer: prepare.Preparer, editions: list[Edition]) -> list[bytes]:
    """Their PDFs, by one renderer."""
    renderer = render.Renderer(partial(fonts.font_bytes, read=preparer.tools.read), fonts.font_css, fonts.allowed)
    results = [renderer.render(edition) for edition in editions]
    assert not [problem for result in results for problem in result.problems]
    return [result.content for result in results]


@pytest.fixture(autouse=True)
def as_it_was() -> Iterator[None]:
    lines = render.LINES
    yield
    render.LINES = lines
    render.shorten()


@pytest.mark.parametrize(("language", "kind"), EDITIONS)
def test_no_byte_differs(language: str, kind: str, preparer: prepare.Preparer, monkeypatch: pytest.MonkeyPatch) -> None:
    """By our short cuts as in WeasyPrint's own way; and lines are asked for and drawn again, which is what their memory is for."""
    asked: list[str] = []
    drawn: list[object] = []

    def draw_line(*given: object) -> object:
        drawn.append(given)
        return drawing.draw_first_line(*given)

    def split(text: str, *rest: object, **more: object) -> lines.Line:
        asked.append(text)
        return line_break.split_first_line(text, *rest, **more)

    editions = readers(preparer, language, kind)
    render.LINES = Lines(split)
    render.shorten()
    monkeypatch.setattr(draw, "draw_text", lines.quick(drawing.draw_text, draw_line))
    quick, few, anew = made(preparer, editions), len(asked), len(drawn)
    asked.clear()
    drawn.clear()
    render.shorten(False)
    monkeypatch.setattr(render, "written_out", lambda sheets, *_: sheets)
    monkeypatch.setattr(drawing, "draw_first_line", lambda *given, own=drawing.draw_first_line: drawn.append(given) or own(*given))
    assert made(preparer, editions) == quick
    assert len(asked) > 1.5 * few > 100
    assert len(drawn) > 1.2 * anew > 50


def test_the_renderer_takes_the_short_cuts() -> None:
    assert weasyprint.__version__ == render.PROVEN, "prove the short cuts anew: docs/developers.md, Speed"
    assert inline.split_first_line is preferred.split_first_line is render.LINES
    assert render.LINES.split is line_break.split_first_line
    assert draw.draw_text is render.DRAWN
    assert css.ComputedStyle.__missing__ is render.QUICK
    assert render.SLOW.__qualname__ == "ComputedStyle.__missing__"
    assert render.RESOLVED.__module__ == "weasyprint.layout.percent"
    layout = [module for name, module in sys.modules.items() if name.startswith("weasyprint.layout.")]
    named = [module.resolve_percentages for module in layout if hasattr(module, "resolve_percentages")]
    assert named == [render.REMEMBERED] * 9, "each module of the layout has a name of its own for it"


STYLE = """<style>
@page { size: A6; margin: 5% }
@page :first { margin: 15% }
td { border: 1pt solid; padding: 3%; width: 20% }
.grid { display: grid; grid-template-columns: 1fr 2fr; gap: 2% }
.flex { display: flex }
.flex > * { flex: 1 2 10%; min-width: 8%; margin-left: 4% }
.float { float: right; width: 40%; margin: 2% }
.abs { position: absolute; right: 3%; width: 30%; box-sizing: border-box; padding: 2% }
.columns { columns: 2; column-gap: 10% }
p::first-line { margin-left: 9%; font-weight: bold }
.collapsed { border-collapse: collapse }
</style>"""
ROOMS = """
<div class="columns"><p>one two three four five six seven eight nine ten eleven</p><p>twelve</p></div>
<div class="float"><p>aside</p></div>
<div class="grid"><p>left</p><p>right and <b>more</b> words</p><div style="width: 50%; height: 50%">half</div></div>
<div class="flex"><p>a</p><p style="width: 30%">b b b b</p></div>
<div class="abs"><p>far</p></div>
<table><tr><td>1<td>2</table>
<table class="collapsed"><tr><td>1<td>2 2 2<tr><td colspan="2">3</table>
"""


def test_boxes_have_their_room_in_every_kind_of_layout() -> None:
    """Grids and flex boxes try other widths, borders collapse, a block goes on over a wider page: no byte differs."""
    page = weasyprint.HTML(string=STYLE + 4 * ROOMS)
    quick = page.write_pdf()
    render.shorten(False)
    slow = page.write_pdf()
    assert quick == slow
    assert len(page.render().pages) > 2


class Watched:
    """A style that notes which properties are asked for."""

    def __init__(self, style: object, asked: set[str]) -> None:
        self.style, self.asked, self.font_config = style, asked, style.font_config

    def __getitem__(self, name: str) -> object:
        self.asked.add(name)
        return self.style[name]


def test_all_that_decides_is_looked_at(preparer: prepare.Preparer, monkeypatch: pytest.MonkeyPatch) -> None:
    """What WeasyPrint reads of a style while it breaks lines: in our leaflets, and in its source text."""
    asked: set[str] = set()

    def split(text: str, style: object, *rest: object, **more: object) -> lines.Line:
        return line_break.split_first_line(text, Watched(style, asked), *rest, **more)

    for room in (inline, preferred):
        monkeypatch.setattr(room, "split_first_line", split)
    for language, kind in EDITIONS[:3]:
        made(preparer, readers(preparer, language, kind)[:1])
    assert len(asked) > 20
    assert asked <= set(ASPECTS)
    text = Path(weasyprint.__file__).parent / "text"
    fonts_py = (text / "fonts.py").read_text()
    (description,) = re.findall(r"(?ms)^def get_font_description\(.*?(?=^\S)", fonts_py)
    for source in ((text / "line_break.py").read_text(), description):
        named = set(re.findall(r"style\['([a-z_]+)'\]", source))
        assert len(named) > 5
        assert named - {"line_height"} <= set(ASPECTS)  # of a strut, which has a memory of its own


class Layout:
    def __init__(self, text: str) -> None:
        self.text = text


class Style(dict):
    font_config = type("Fonts", (), {})()


def test_it_has_an_end() -> None:
    asked = []

    def split(text: str, *_: object) -> lines.Line:
        asked.append(text)
        return Layout(text), 1, None, 1.0, 1.0, 1.0

    mine, style = Lines(split, most=2), Style(dict.fromkeys(ASPECTS, "normal"))
    for text in ("a", "b", "a", "c", "b", "a"):
        assert mine(text, style, None, 10.0, 0)[0].text == text
    assert asked == ["a", "b", "c", "a"]
    first = mine("a", style, None, 10.0, 0)[0]
    first.text = "spoiled"
    assert mine("a", style, None, 10.0, 0)[0].text == "a"
    for change in ({"max_width": 11.0}, {"justification_spacing": 1}, {"is_line_start": False}, {"minimum": True}):
        before = len(asked)
        mine("a", style, **{"context": None, "max_width": 10.0, "justification_spacing": 0} | change)
        assert len(asked) == before + 1, change
    for aspect in ASPECTS:
        before = len(asked)
        mine("a", Style(style | {aspect: "other"}), None, 10.0, 0)
        assert len(asked) == before + 1, aspect
    before = len(asked)
    for _ in range(2):
        mine("a", Style(style | {"text_decoration_line": {"underline", "overline"}}), None, 10.0, 0)
    assert len(asked) == before + 1
    mine.forget()
    mine("a", style, None, 10.0, 0)
    assert asked[-1] == "a"


class Font:
    """A font of a PDF, as far as lines ask for one."""

    hash, bitmap, png, svg, colr = "AAAAAA", False, False, False, False

    def __init__(self, widths: dict[int, int], texts: dict[int, str]) -> None:
        self.widths, self.to_unicode = widths, texts


def test_a_line_is_drawn_from_memory_where_its_glyphs_are_as_wide_in_this_pdf() -> None:
    """Else WeasyPrint draws it: widths are rounded at the size that a PDF met first, and decide where glyphs are moved."""
    steps = lines.Steps((), (("regular", ((1, 500, "a"), (2, 600, "b"))),))
    assert not lines._fits(steps, {})
    font = Font({1: 500}, {1: "á"})
    assert lines._fits(steps, {"regular": font})
    assert (font.widths, font.to_unicode) == ({1: 500, 2: 600}, {1: "á", 2: "b"})
    assert not lines._fits(steps, {"regular": Font({2: 601}, {})})


def test_a_letter_that_no_font_has_is_drawn_and_told_by_weasyprint_each_time(preparer: prepare.Preparer) -> None:
    renderer = render.Renderer(partial(fonts.font_bytes, read=preparer.tools.read), fonts.font_css, fonts.allowed)
    edition = readers(preparer, "en", "a4")[0]
    broken = replace(edition, html=edition.html.replace("</h1>", " \ue123</h1>", 1))
    for _ in range(2):
        assert any("U+E123" in problem.message for problem in renderer.render(broken).problems)
    assert not renderer.render(edition).problems
    for kind in ("bitmap", "png", "svg", "colr"):
        font = Font({}, {})
        setattr(font, kind, True)
        with pytest.raises(lines.Unkept):
            lines._Font(font, {})


def faults_of_calls() -> int:
    """How often the system gave a page of memory while one function was called again and again, at each of many depths."""

    def leaf(a: int, b: int, c: int) -> int:
        return a + b + c

    def deep(depth: int) -> None:
        for number in range(50):
            leaf(number, depth, 1)
        if depth:
            deep(depth - 1)

    before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
    deep(600)
    return resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before


def test_frames_stand_side_by_side_while_a_leaflet_is_rendered() -> None:
    """Else each call across the end of a piece of them asks the system for memory, which is to be seen in the pages that it gives."""
    render._in_one_piece(faults_of_calls)
    apart, together = faults_of_calls(), render._in_one_piece(faults_of_calls)
    assert together < apart / 2
    assert apart > 100
