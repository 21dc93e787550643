"""Where pages part, and where lines do: what belongs together stays together, and no page is left nearly empty for it.

The real style sheets of an edition, with a body of a test's own between head and foot; what is drawn is measured (tests/measured.py).
Each test was seen to fail without the rule it is about.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial

import pytest
from leaflets import bidi, fonts, prepare
from leaflets.model import Edition, Request, Workspace
from leaflets.render import Renderer

import measured
from conftest import AS_OF
from measured import Document, Page

pytestmark = pytest.mark.xdist_group("breaks")

Draw = Callable[..., Document]
LINE = "<p>filler</p>"
LEAFLET = "nsc"


@pytest.fixture(scope="module")
def composed(pack: Workspace) -> Callable[..., Edition]:
    """What makes an edition of the pack, each of them once."""
    made: dict[tuple[str, str, str], Edition] = {}

    def edition(language: str, name: str, leaflet: str = LEAFLET) -> Edition:
        key = language, name, leaflet
        if key not in made:
            preparer = prepare.Preparer(pack, prepare.tools((language, "en")), AS_OF)
            done = preparer.prepare(Request(leaflet, pack.leaflets[leaflet].default_profile, language, name)).edition
            assert done is not None
            made[key] = done
        return made[key]

    return edition


@pytest.fixture(scope="module")
def renderer() -> Iterator[Renderer]:
    """One renderer with the installed fonts."""
    tools = prepare.tools(("ar", "bn", "en"))
    made = Renderer(partial(fonts.font_bytes, read=tools.read), fonts.font_css, fonts.allowed)
    yield made
    made.close()


@pytest.fixture(scope="module")
def draw(composed: Callable[..., Edition], renderer: Renderer) -> Draw:
    """What draws a body of its own on the pages of an edition; without one, the leaflet."""

    def drawn(body: str = "", name: str = "a4", language: str = "en", leaflet: str = LEAFLET) -> Document:
        edition = composed(language, name, leaflet)
        if body:
            edition = replace(edition, html=re.sub(r"(?s)<main>.*</main>", lambda _: f"<main>{body}</main>", edition.html))
        result = renderer.render(edition)
        assert not result.problems
        return measured.read(result.content, language, name)

    return drawn


def on(document: Document, words: str) -> int:
    """Return the number of the only page that has these words."""
    found = {page.number for page in document.pages if any(words in run.text for run in page.content())}
    assert len(found) == 1, (words, found)
    return found.pop()


def said(page: Page) -> set[str]:
    """What stands on a page, word by word."""
    return {word for run in page.content() for word in run.text.split()}


# ---------------------------------------------------------------- pages

CERTAINTY = (
    '<div class="certainty"><div class="certainty-drawing"></div><div class="certainty-words"><p class="certainty-head">{head}</p>'
    '<p>reason</p><p>reason</p><p>reason</p><p class="small">{view}</p></div></div>'
)


def test_how_sure_we_are_is_told_on_one_page(draw: Draw) -> None:
    """WeasyPrint 70 parts a flex box before its last line, whatever `break-inside` says."""
    for filler in range(15, 21):
        drawn = draw(LINE * filler + CERTAINTY.format(head="first", view="before") + CERTAINTY.format(head="second", view="after"))
        assert on(drawn, "second") == on(drawn, "after"), filler


BOX = '<div class="box box-urgent"><h3>{name}</h3><ul>{items}</ul></div>'
URGENT = (
    '<section class="section kind-urgent-help"><h2>urgent</h2>'
    + BOX.format(name="now", items="<li>item</li>" * 6)
    + BOX.format(name="today", items="<li>item</li>" * 6)
    + "<p>unsure</p></section>"
)


@pytest.mark.parametrize(("filler", "first", "second"), [(5, 1, 1), (13, 1, 2), (20, 2, 2)])
def test_the_boxes_of_whom_to_call_part_before_half_a_page_stays_empty(draw: Draw, filler: int, first: int, second: int) -> None:
    """Both on this page; the second on the next; both on the next, where no more than a third of this one is left."""
    drawn = draw(LINE * filler + URGENT)
    assert (on(drawn, "urgent"), on(drawn, "now"), on(drawn, "today"), on(drawn, "unsure")) == (first, first, second, second)


def test_what_follows_an_urgent_box_stays_with_it(draw: Draw) -> None:
    """Whom to call when nobody is sure is never alone on the next page."""
    for filler in range(6, 12):
        drawn = draw(LINE * filler + URGENT)
        assert on(drawn, "today") == on(drawn, "unsure"), filler


CONTENTS = f'<nav class="contents"><h2 id="contents-head">contents</h2><ul>{"<li>row</li>" * 15}<li>end</li></ul></nav>'


@pytest.mark.parametrize(("filler", "first"), [(4, 1), (14, 2)])
def test_a_list_of_contents_is_whole_where_no_more_than_half_a_page_stays_empty(draw: Draw, filler: int, first: int) -> None:
    drawn = draw(LINE * filler + CONTENTS)
    assert (on(drawn, "contents"), on(drawn, "end")) == (first, first)


def test_a_step_is_whole(draw: Draw) -> None:
    """A step that does not fit on its page begins the next one."""
    step = "<li>begin<p>word</p><p>word</p><p>word</p><p>finish{}</p></li>"
    for filler in range(14, 20):
        drawn = draw(LINE * filler + f'<ol class="steps">{"".join(step.format(number) for number in range(4))}</ol>')
        begun = [page.number for page in drawn.pages for run in page.content() if "begin" in run.text]
        assert begun == [on(drawn, f"finish{number}") for number in range(4)], filler


def test_the_table_about_a_leaflet_does_not_begin_at_the_foot_of_a_page(draw: Draw) -> None:
    rows = "".join(f'<tr><th scope="row">row{number}</th><td>cell</td></tr>' for number in range(11))
    for filler in range(14, 21):
        drawn = draw(f'{LINE * filler}<div class="table"><table class="facts-of-leaflet"><tbody>{rows}</tbody></table></div>', "print-shop")
        start = next(page for page in drawn.pages if "row0" in said(page))
        assert "row4" in said(start), filler


def test_the_page_about_a_leaflet_is_one_page_of_letter(draw: Draw) -> None:
    """In the script with the highest lines, too: else its back is empty (L9)."""
    drawn = draw(name="letter", language="bn", leaflet="overview")
    assert not measured.broken(drawn, ("L9",))["L9"]


# ---------------------------------------------------------------- tables, rows to mark, lines to write on


@pytest.mark.parametrize("leaflet", ["hsct", "msc", "nsc"])
def test_no_cell_of_a_table_is_empty(composed: Callable[..., Edition], leaflet: str) -> None:
    """What one option says besides its answers stands in its last cell: in a row of its own, the other cells looked like a misprint."""
    assert not re.findall(r"<td>\s*</td>", composed("en", "a4", leaflet).html)


def test_rows_to_mark_of_two_languages_are_far_apart(draw: Draw) -> None:
    """Where one runs from the left and one from the right they met in the middle, like one row of ten."""
    marks = f'<div class="scale-marks">{"<span class=mark></span>" * 5}</div>'
    pair = f'<div class="pair"><div class="source" lang="en" dir="ltr"><p>x</p>{marks}</div><div class="target"><p>x</p>{marks}</div></div>'
    page = draw(pair, "bilingual", "ar").pages[0]
    rings = sorted({round((shape.box[0] + shape.box[2]) / 2) for shape in page.shapes if 12 < shape.box[2] - shape.box[0] < 30})
    assert len(rings) == 10
    assert rings[5] - rings[4] > 3 * (rings[1] - rings[0])


def test_names_of_pieces_in_a_review_copy_are_large_enough(draw: Draw) -> None:
    """L1: no text is more than 2 points below running text."""
    name = '<div class="name" lang="en" dir="ltr">hsct-what-it-is.2</div>'
    text = "Stem cells may help some people."
    pair = (
        f'<div class="pair">{name}<div class="source" lang="en" dir="ltr"><p>{text}</p></div><div class="target"><p>{text}</p></div></div>'
    )
    assert not measured.broken(draw(pair * 5, "review", "de"), ("L1",))["L1"]


def test_pages_with_lines_to_write_on_say_what_they_are_for(composed: Callable[..., Edition]) -> None:
    """In the words of the leaflet's own section for notes."""
    html = composed("de", "booklet").html
    title = re.search(r'kind-notes"[^>]*>\s*<h2>([^<]+)', html)
    assert title is not None
    assert len(re.findall(rf'<div class="lined \w+"><p><strong>{title[1]}</strong></p>', html)) == 2


# ---------------------------------------------------------------- lines


@pytest.mark.parametrize("language", ["en", "ar"])
def test_the_scheme_of_an_address_is_tied_to_its_host(composed: Callable[..., Edition], language: str) -> None:
    """In text on paper alone: not in what an address leads to, and not on a page for the screen, from which it is copied."""
    html = composed(language, "a4").html
    texts = re.sub(r"(?s)<svg.*?</svg>|<[^>]*>", "\n", html.split("<main>")[1])
    assert len(re.findall(rf"https?://{bidi.JOINER}", texts)) == len(re.findall("https?://", texts)) > 3
    assert not re.search(rf'"https?://{bidi.JOINER}', html)
    assert bidi.JOINER not in composed(language, "page").html


def test_an_address_breaks_behind_its_host(draw: Draw) -> None:
    """No line ends with the scheme alone, however long the text before it; without the joiner some do."""
    for tie, lonely in (("", True), (bidi.JOINER, False)):
        item = f"<li>{{}} https://{tie}www.example.org/one-part/another/last</li>"
        drawn = draw(f'<div class="sources"><ol>{"".join(item.format("a" * words) for words in range(20, 70, 2))}</ol></div>')
        assert any(run.text.rstrip().endswith("://") for page in drawn.pages for run in page.content()) == lonely
