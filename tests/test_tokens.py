"""Design tokens written out: what a `var()` stands for is in its place, and nothing else is changed (that no page is: test_lines.py)."""

import re
from dataclasses import replace
from functools import partial

import pytest
from leaflets import disk, fonts, parse, prepare
from leaflets.model import Edition, Request
from leaflets.render import Renderer
from leaflets.tokens import written_out

from conftest import AS_OF, ROOT

CASES = [
    ("a value", [":root { --a: 2pt } p { margin: var(--a) 0 }"], "p { margin: 2pt 0 }"),
    ("a value of another", ["html { --a: var(--b) 0; --b: 1pt } p { margin: var(--a) }"], "p { margin: 1pt 0 }"),
    ("the last one", [":root { --a: 1pt }", ":root { --a: 2pt }", "p { margin: var(--a) }"], "p { margin: 2pt }"),
    ("the higher one", [":root { --a: 2pt } html { --a: 1pt }", "p { margin: var(--a) }"], "p { margin: 2pt }"),
    ("in a product", [":root { --a: 1.5 } p { line-height: calc(1.2 * var(--a)) }"], "p { line-height: 1.7999999999999998 }"),
    ("in a sum", [":root { --a: 2pt } p { width: calc(1em - 2 * var(--a)) }"], "p { width: calc(1em - 2 * 2pt) }"),
    ("in a function", [":root { --a: #123456 } p { background: linear-gradient(var(--a), #fff) }"], "linear-gradient(#123456, #fff)"),
    ("of a page", [":root { --a: 2mm } @page { @top-left { width: var(--a) } }"], "@top-left { width: 2mm }"),
    ("instead, where nothing sets it", ["p { margin: var(--a, 3pt) }"], "p { margin: 3pt }"),
    ("in a text", [":root { --a: 1pt } p::before { content: 'var(--a)' }"], 'content: "var(--a)"'),
    ("not what another rule sets too", [":root { --a: 1pt } .x { --a: 2pt } p { margin: var(--a) }"], "p { margin: var(--a) }"),
    (
        "not what a rule for a medium sets",
        [":root { --a: 1pt } @media print { :root { --a: 2pt } } p { margin: var(--a) }"],
        "p { margin: var(--a) }",
    ),
    ("not what is important", [":root { --a: 1pt !important } p { margin: var(--a) }"], "p { margin: var(--a) }"),
    ("not what the page sets", [":root { --own: 1pt } p { margin: var(--own) }"], "p { margin: var(--own) }"),
    ("nor instead of it", ["p { margin: var(--own, 3pt) }"], "p { margin: var(--own, 3pt) }"),
    ("not what nothing sets", ["p { margin: var(--a) }"], "p { margin: var(--a) }"),
    ("not itself", [":root { --a: var(--a) } p { margin: var(--a) }"], "p { margin: var(--a) }"),
    ("not in a sheet that is broken", [":root { --a: 1pt }", "p { margin: var(--a) } }"], "p { margin: var(--a) } }"),
]


@pytest.mark.parametrize(("sheets", "expected"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_written_out(sheets: list[str], expected: str) -> None:
    given = tuple((f"{number}.css", text) for number, text in enumerate(sheets))
    found = written_out(given, rtl=False, own=frozenset({"--own"}))
    assert [name for name, _ in found] == [name for name, _ in given]
    assert bare(expected) in bare(found[-1][1])


def bare(text: str) -> str:
    """A sheet without blanks: tinycss2 writes some of its own, and empty comments between values."""
    return re.sub(r"/\*\*/|\s+", "", text)


def test_a_page_that_runs_from_right_to_left_has_values_of_its_own() -> None:
    sheets = (("a.css", ':root[dir="rtl"] { --a: right } :root { --a: left } p { float: var(--a) }'),)
    assert "p{float:left}" in bare(written_out(sheets, rtl=False)[0][1])
    assert "p{float:right}" in bare(written_out(sheets, rtl=True)[0][1])


@pytest.fixture(scope="module")
def made() -> tuple[Edition, Renderer]:
    preparer = prepare.Preparer(parse.parse(disk.read(ROOT)).value, prepare.tools(), AS_OF)
    edition = preparer.prepare(Request("ipsc", "newly-curious", "en", "one-page")).edition
    return edition, Renderer(partial(fonts.font_bytes, read=preparer.tools.read), fonts.font_css, fonts.allowed)


def test_a_fault_is_told_at_the_place_of_the_author(made: tuple[Edition, Renderer]) -> None:
    edition, renderer = made
    bad = ":root { --mine: 1pt }\np { margin: var(--mine); nonsense: 1 }\n"
    (problem,) = renderer.render(replace(edition, styles=(*edition.styles, ("mine.css", bad)))).problems
    assert problem.span.path == "styles/mine.css"
    assert (problem.span.line, problem.span.column) == (2, 26)


def test_our_sheets_are_written_out(made: tuple[Edition, Renderer]) -> None:
    """Nearly all of what they ask for; the rest is set by the page itself."""
    edition, _ = made
    before = sum(text.count("var(") for _, text in edition.styles)
    left = [text for _, text in written_out(edition.styles, False, frozenset({"--leading", "--digits", "--page-number"}))]
    assert before > 150
    assert sum(text.count("var(") for text in left) < before / 6
