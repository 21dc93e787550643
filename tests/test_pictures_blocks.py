"""Pictures around text: time lines, certainties, options side by side, drawings, scales. They stay the text they are, in every edition.

Each test was seen to fail with the code it is about broken.
"""

import itertools
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from leaflets import figures, markup
from leaflets.markup import FIGURES
from leaflets.model import CERTAINTIES, Figure, Heading, Items, Paragraph, Strong, Text
from leaflets.parse import conditions
from leaflets.problems import Span
from lxml import etree, html
from pypdf import PdfReader

import knee
import verapdf
from test_scripts import words

pytestmark = pytest.mark.xdist_group("pictures")
HERE = Span("a", 1, 1)
TEXT = """---
kind: steps
title: What happens, step by step?
---

::: timeline
1. **First.** You lie down.
::: when activity=walks
1. **Then**: You walk to the nurse.
:::
1. **After {fact rest-time}.** You come back for {fact visits}.
:::

::: certainty low
The study was small.
:::

::: drawings
1. ![A drawing of a straight knee](knee.svg) **Look.** The nurse looks.
2. ![A drawing of a bent knee](knee.svg) You bend it.
3. ![A drawing of a knee at rest](knee.svg) You rest it for {fact rest-time}.
:::

::: scale
- I want to walk far.
- I want to avoid a needle.
:::

::: compare
## No change

- **How it works:** You wait.
- **What may be good:** You save money.

## Rest

- **How it works:** You walk less.
::: when activity=walks
- **What may be good:** Your knee may calm down.
:::
::: when activity!=walks
- **What may be good:** You may play again.
:::

Rest well.

## The injection

- **How it works:** You get a needle.
- **What may be good:** You may have less pain.

## A trial

- **How it works:** You help to test.
- **What may be good:** You help others.
:::
"""
OPTIONS = (
    "No change How it works You wait. What may be good You save money.",
    "Rest How it works You walk less. What may be good Your knee may calm down. Rest well.",
    "The injection How it works You get a needle. What may be good You may have less pain.",
    "A trial How it works You help to test. What may be good You help others.",
)
STEPS = "content/sections/knee-steps.md"


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small workspace with a section of all these blocks, and what stands for its translations into two languages."""
    root = knee.copy(tmp_path_factory.mktemp("pictures"))
    (root / STEPS).write_text(TEXT)
    knee.speak("ar", "Arab")(root)
    knee.speak("de")(root)
    return root


def made(root: Path, out: Path, *more: str) -> Path:
    ran = knee.run("build", "knee-injection", "--out", out, "--as-of", "2026-11-23", "--store", "none", *more, cwd=root)
    assert ran.status == 0, ran.err
    return out


@pytest.fixture(scope="module")
def built(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The leaflet in English and Arabic on paper, both side by side, and for the screen."""
    out = tmp_path_factory.mktemp("built")
    made(root, out, "-p", "walker", "-e", "a4", "-e", "large-print", "-e", "page", "-l", "en", "-l", "ar")
    return made(root, out, "-p", "walker", "-e", "bilingual", "-e", "review", "-l", "ar", "-l", "de")


def page(built: Path, language: str = "en") -> html.HtmlElement:
    return html.fromstring((built / language / "knee-injection--walker--page.html").read_bytes().decode()).get_element_by_id("knee-steps")


def said(element: html.HtmlElement) -> str:
    """The words of an element, without those that stand for drawings."""
    copied = html.fromstring(etree.tostring(element, encoding="unicode", with_tail=False))
    etree.strip_elements(copied, "svg", with_tail=False)
    return re.sub(r" (?=[.,])", "", " ".join(re.sub("[\u2066-\u2069]", "", " ".join(copied.itertext())).split()))


# ---------------------------------------------------------------- each block on the page


def test_a_time_line_is_one_ordered_list_whatever_conditions_part_it(built: Path) -> None:
    (line,) = page(built).find_class("timeline")
    assert line.tag == "ol"
    assert [said(step.find("strong")) for step in line.findall("li")] == ["First.", "Then", "After about 2 to 3 days."]
    assert "First. You lie down. Then You walk to the nurse." in said(line), "the name stands on a line of its own, and its colon nowhere"
    assert "You come back for 2 to 4 visits." in said(line)


def test_a_certainty_says_its_level_in_words_and_draws_it(built: Path) -> None:
    (box,) = page(built).find_class("certainty")
    assert said(box).startswith("How sure are we? Not very sure The study was small.")
    assert box.findtext(".//{*}title") == "Step 2 of 4"


def test_drawings_are_a_list_of_pictures_each_with_words_of_its_own(built: Path) -> None:
    (drawings,) = page(built).find_class("drawings")
    assert drawings.tag == "ol"
    assert [picture.get("alt") for picture in drawings.iter("img")] == [
        "A drawing of a straight knee",
        "A drawing of a bent knee",
        "A drawing of a knee at rest",
    ]
    assert [said(panel)[:12] for panel in drawings.findall("li")] == ["Look. The nu", "You bend it.", "You rest it "]


def test_a_scale_has_five_boxes_in_each_row_and_says_its_ends_once(built: Path) -> None:
    section = page(built)
    rows = section.find_class("scale")[0].findall("li")
    assert [said(row) for row in rows] == ["I want to walk far.", "I want to avoid a needle."]
    assert [len(row.find_class("mark")) for row in rows] == [5, 5]
    assert said(section).count("Not important Very important") == 1


def test_options_stand_below_one_another_on_the_screen_and_in_large_print(built: Path) -> None:
    cards = page(built).find_class("option")
    assert [said(card).replace(":", "") for card in cards] == list(OPTIONS)
    assert not page(built).find_class("compare")
    found = " ".join(word for word, *_ in words(built / "en/knee-injection--walker--large-print.pdf"))
    assert "How it works: You wait. What may be good: You save money. Rest How it works: You walk less." in found


def test_options_are_columns_of_tables_on_a4(built: Path) -> None:
    """Four options make two tables of two; each column holds what its option says, and nothing of another."""
    found = " ".join(word for word, *_ in words(built / "en/knee-injection--walker--a4.pdf"))
    assert "No change Rest How it works How it works You wait. You walk less." in found
    assert "What may be good What may be good You save money. Your knee may calm down. Rest well." in found
    assert "The injection A trial How it works How it works You get a needle. You help to test." in found


# ---------------------------------------------------------------- columns, by themselves


def option(number: int, questions: int, colon: str = ":") -> list:
    asked = tuple((Paragraph("p", HERE, (Strong((Text(f"q{one}{colon}"),)), Text(f" a{number}.{one}"))),) for one in range(questions))
    return [Heading("h", HERE, 2, (Text(f"o{number}"),)), Items("l", HERE, False, asked)]


@given(st.integers(2, 9), st.integers(1, 5), st.integers(1, 3), st.sampled_from([":", "：", "\u00a0:", ""]))
def test_no_option_and_no_answer_is_lost_in_columns(options: int, questions: int, columns: int, colon: str) -> None:
    blocks = tuple(itertools.chain.from_iterable(option(number, questions, colon) for number in range(options)))
    tables = figures.abreast(Figure("f", HERE, "compare", blocks), columns)
    if columns == 1:
        assert tables == ()
        return
    assert [markup.text_of(one.title) for table in tables for one in table] == [f"o{number}" for number in range(options)]
    for number, one in enumerate(one for table in tables for one in table):
        assert [markup.text_of(answer.label) for answer in one.answers] == [f"q{at}" for at in range(questions)]
        assert [markup.text_of(answer.text) for answer in one.answers] == [f"a{number}.{at}" for at in range(questions)]
    sizes = [len(table) for table in tables]
    assert max(sizes) <= columns
    assert max(sizes) - min(sizes) <= 1
    assert sizes == sorted(sizes, reverse=True)


@pytest.mark.parametrize(
    "blocks",
    [
        (*option(0, 2), *option(1, 3)),
        (*option(0, 2), *option(1, 2)[1:], Heading("h", HERE, 2, (Text("o"),))),
        (*option(0, 1)[1:], *option(1, 1), *option(2, 1)),
        option(0, 1),
        (*option(0, 1), option(1, 1)[0], Items("l", HERE, False, (((Paragraph("p", HERE, (Text("no bold"),))),),))),
        (),
    ],
    ids=["uneven", "no-list", "no-name", "one", "no-question", "empty"],
)
def test_what_cannot_stand_in_rows_is_left_as_it_is_written(blocks: tuple) -> None:
    assert figures.abreast(Figure("f", HERE, "compare", tuple(blocks)), 3) == ()


@pytest.mark.parametrize("level", CERTAINTIES)
def test_steps_of_a_certainty_are_filled_from_the_side_where_reading_begins(level: str) -> None:
    reached = CERTAINTIES.index(level) + 1
    for rtl in (False, True):
        paths = re.findall(r'd="([^"]*)" fill="(#\w+)"', figures.certainty(level, "a & b", rtl))
        filled = [float(x) for x in re.findall(r"M([\d.]+)", next(d for d, fill in paths if fill == figures.PLAIN["deep"]))]
        places = [1.5 + 12 * step for step in range(len(CERTAINTIES))]
        assert sorted(filled) == (places[-reached:] if rtl else places[:reached])
        assert sum(len(re.findall("M", d)) for d, _ in paths) == len(CERTAINTIES)
    assert "<title>a &amp; b</title>" in figures.certainty(level, "a & b")


# ---------------------------------------------------------------- what every block goes through


def test_every_figure_is_chosen_translated_and_explained(root: Path) -> None:
    _, found = knee.units(root)
    texts = {text: context for context, text in found}
    assert texts["I want to walk far."].startswith("item in knee-steps")
    assert texts["A drawing of a bent knee"].startswith("words for a picture in knee-steps")
    assert texts["The study was small."].startswith("paragraph in knee-steps")
    assert texts["The injection"].startswith("heading in knee-steps")
    assert "**After {fact rest-time}.** You come back for {fact visits}." in texts
    told = knee.run("explain", "knee-injection", "-p", "walker", cwd=root).out
    assert [name for name in (*FIGURES, "certainty") if not re.search(rf"^ *\+ {name}\b", told, re.MULTILINE)] == []
    assert re.search(r"- when Your knee|- when \*\*What|- when What may be good", told)


def test_a_language_that_reads_from_the_right_turns_everything(built: Path) -> None:
    """Panels and columns begin at the right, and each drawing is mirrored."""
    mirrored = {
        language: sum(
            len(re.findall(rb"\n-1 0 0 1 [\d.]+ 0 cm", contents.get_data()))
            for one in PdfReader(built / language / "knee-injection--walker--a4.pdf").pages
            if (contents := one.get_contents()) is not None
        )
        for language in ("en", "ar")
    }
    assert mirrored == {"en": 0, "ar": 3}
    for language, right in (("en", False), ("ar", True)):
        rows: dict[tuple[int, int], list[tuple[str, float]]] = {}
        for word, left, top, _, _, number in words(built / language / "knee-injection--walker--a4.pdf"):
            if re.fullmatch(r"[1-3]\.", word):
                rows.setdefault((number, round(top)), []).append((word, left))
        (panels,) = (row for row in rows.values() if len(row) == 3)
        places = [left for _, left in sorted(panels)]
        assert places == sorted(places, reverse=right)


@pytest.mark.parametrize("language", ["ar", "de"])
def test_side_by_side_each_piece_has_its_partner(root: Path, built: Path, language: str) -> None:
    """What is a picture alone is headings and lists there, each item beside its translation; both are made, and PDF/UA."""
    drawn = [word for word, *_ in words(built / language / "knee-injection--walker--bilingual.pdf")]
    once = ("Very", "avoid", "nurse.", "calm")  # each stands in one piece of one of the blocks
    assert [word for word in once if drawn.count(word) != 1] == []
    assert "again." not in drawn, "what only another reader is told"


def test_pdf_ua(built: Path) -> None:
    paths = sorted(built.rglob("*.pdf"))
    assert len(paths) == 8
    assert verapdf.failures(paths) == {path: [] for path in paths}


def test_the_time_line_is_a_list_in_the_tags(built: Path) -> None:
    found: list[int] = []

    def look(element) -> None:
        kids = [kid.get_object() for kid in element.get("/K", ()) if not isinstance(kid.get_object(), int)]
        if element.get("/S") == "/L":
            found.append(sum(kid.get("/S") == "/LI" for kid in kids))
        for kid in kids:
            if hasattr(kid, "get"):
                look(kid)

    look(PdfReader(built / "en/knee-injection--walker--a4.pdf").trailer["/Root"]["/StructTreeRoot"]["/K"][0].get_object())
    assert found.count(3) >= 2, "steps and drawings"
    assert 2 in found, "rows of the scale"


def test_a_picture_in_a_line_is_refused_where_no_drawings_are() -> None:
    parsed = markup.parse("- ![a](b.svg) words", "a.md", 1, "a", conditions.parse)
    assert [problem.code for problem in parsed.problems] == ["M11"]
