"""Both languages beside each other, for staff and reader and for translators: piece by piece, nothing lost, PDF/UA.

Each check was broken once by hand to see it fail.
"""

import re
from dataclasses import replace
from functools import partial
from itertools import pairwise
from pathlib import Path

import pytest
from leaflets import fonts, prepare, render
from leaflets.compose import Manner
from leaflets.facts import Voice
from leaflets.markup import walk
from leaflets.model import Edition, Items, Paragraph, Request, Text, Workspace
from leaflets.problems import Span
from lxml import etree, html
from pypdf import PdfReader

import verapdf
from conftest import AS_OF
from test_scripts import letters, spoken, words

pytestmark = pytest.mark.xdist_group("side by side")
LANGUAGES = ("fa", "de")  # from right to left, with digits of its own; and words that are long
BOTH = [(language, edition) for language in LANGUAGES for edition in ("bilingual", "review")]
BOTTOM = 595 - 19 / 25.4 * 72  # of the text of a lying A4 page, in points
SHORT = ("hsct-main-message", "hsct-evidence", "hsct-harms", "hsct-steps", "urgent-help", "hsct-questions", "support")
"""Sections with every kind of block: text, fact box, table, icon arrays, steps, boxes, boxes to tick, organisations."""


@pytest.fixture(scope="module")
def tools() -> prepare.Tools:
    return prepare.tools(("en", *LANGUAGES))


@pytest.fixture(scope="module")
def preparer(pack: Workspace, tools: prepare.Tools) -> prepare.Preparer:
    return prepare.Preparer(pack, tools, AS_OF)


def edition(preparer: prepare.Preparer, language: str, kind: str) -> Edition:
    profile = preparer.workspace.leaflets["hsct"].default_profile
    made = preparer.prepare(Request("hsct", profile, language, kind)).edition
    assert made
    return made


def sections(made: Edition) -> dict[str, html.HtmlElement]:
    """The sections of a leaflet's text, by name."""
    return {one.get("id"): one for one in html.fromstring(made.html).iter("section") if one.get("id") not in ("words", "sources", "about")}


def side(section: html.HtmlElement, name: str) -> list[str]:
    """The letters of each piece on one side."""
    return [letters(piece.text_content()) for piece in section.find_class(name) if piece.getparent().get("class", "").startswith("pair")]


@pytest.mark.parametrize(("language", "kind"), BOTH)
def test_each_side_is_a_whole_leaflet(preparer: prepare.Preparer, language: str, kind: str) -> None:
    """Column by column the same letters as the leaflet in that language alone: boxes, fact boxes, icon arrays, all of it.

    In large print, where options stand one below another, as they do here.
    """
    both = sections(edition(preparer, language, kind))
    for name, alone in (("source", "en"), ("target", language)):
        whole = sections(edition(preparer, alone, "large-print"))
        assert whole.keys() == both.keys()
        for section, content in whole.items():
            assert "".join(side(both[section], name)) == letters(content.text_content()), (section, name)
    for section in both.values():
        assert len(side(section, "source")) == len(side(section, "target"))


@pytest.mark.parametrize("language", LANGUAGES)
def test_staff_find_the_sources_and_the_dates(preparer: prepare.Preparer, language: str) -> None:
    """The numbers in brackets lead to the same sources as in the leaflet alone; its end says who made it, when, and where to ask."""
    alone, both = (html.fromstring(edition(preparer, language, kind).html) for kind in ("a4", "bilingual"))
    for path in (".//section[@id='sources']/ol", ".//table[@class='facts-of-leaflet']"):
        (one,), (other,) = alone.findall(path), both.findall(path)
        assert letters(one.text_content()) == letters(other.text_content()) != ""
    assert len(both.find_class("verify")) == 1
    for name, english in (("words", "Words explained"), ("sources", "Sources"), ("about", "About this leaflet")):
        head = both.get_element_by_id(name).find_class("section-head")[0]
        assert letters(head.find_class("source")[0].text_content()) == letters(english)
        assert letters(head.find("*/h2").text_content()) not in ("", letters(english))


def test_lists_are_paired_item_by_item(preparer: prepare.Preparer) -> None:
    """One list for both languages, as long as in the leaflet; steps stay numbered; no piece holds a second item."""
    made = edition(preparer, "fa", "bilingual")
    printed = preparer.printed(Request("hsct", made.request.profile, "en", "a4")).printed
    assert printed
    lists = [block for section in printed.sections for block in walk(section.blocks) if isinstance(block, Items)]
    found = [one for section in sections(made).values() for one in section.find_class("pairs") if "contacts" not in one.get("class")]
    assert [len(one.findall("li")) for one in found] == [len(block.items) for block in lists]
    assert [one.tag for one in found] == ["ol" if block.ordered else "ul" for block in lists]
    assert len(lists) > 15
    parts = [blocks for one in lists for blocks in one.items]  # a drawing and its words are two
    for item, blocks in zip((item for one in found for item in one.findall("li")), parts, strict=True):
        assert len(item.find_class("source")) == len(item.find_class("target")) == len(blocks)
        assert not list(item.iter("ul", "ol"))


def test_what_stands_inside_an_item_is_paired_too(preparer: prepare.Preparer) -> None:
    """A list in an item, and what follows it there: each in its own pair, within the item, in the order of the text."""
    workspace, span = preparer.workspace, Span("a")
    request = Request("hsct", workspace.leaflets["hsct"].default_profile, "en", "bilingual")
    printed = preparer.printed(request).printed
    assert printed

    def said(name: str) -> Paragraph:
        return Paragraph(name, span, (Text(name, span),))

    inner = Items("in", span, False, ((said("third"),), (said("fourth"),)))
    outer = Items("out", span, True, ((said("first"),), (said("second"), inner, said("fifth")), (inner,)))
    changed = replace(printed, sections=(replace(printed.sections[0], blocks=(outer,)),), terms=())
    manner = Manner("ltr", "decimal", lambda kind: "", {})
    made = preparer.composer.compose(changed, Voice("en"), "draft", workspace, manner, changed, "machine").value
    assert made
    (section,) = sections(made).values()
    assert side(section, "source")[1:] == side(section, "target")[1:] == ["first", "second", "third", "fourth", "fifth", "third", "fourth"]
    assert [len(one.findall("li")) for one in section.find_class("pairs")] == [3, 2, 2]


def test_each_piece_has_its_name_for_translators(preparer: prepare.Preparer) -> None:
    """In the review copy each paragraph, heading and item is named, none twice, in the order of the text."""
    made = sections(edition(preparer, "de", "review"))
    for section, content in made.items():
        names = [re.sub("[\u2066\u2069]", "", one.text_content()) for one in content.find_class("name")]
        pieces = [] if content.find_class("contacts") else names  # each organisation has the name of their block
        assert names[0] == section
        assert all(name.rpartition(".")[0] == section for name in names[1:])
        assert len(set(pieces)) == len(pieces)
        assert len(names) == len(side(content, "source"))


@pytest.fixture(scope="module")
def pages(preparer: prepare.Preparer, tools: prepare.Tools, tmp_path_factory: pytest.TempPathFactory) -> dict:
    """A short leaflet with every kind of block, as PDF: its path and the HTML it was made from."""
    renderer = render.Renderer(partial(fonts.font_bytes, read=tools.read), fonts.font_css, fonts.allowed)
    folder, made = tmp_path_factory.mktemp("side-by-side"), {}
    for language, kind in BOTH:
        whole = edition(preparer, language, kind)
        parts = re.split(r'(?=<section class="[^"]*" id=)|(?<=</section>\n)', whole.html)
        short = "".join(part for part in parts if not part.startswith("<section") or part.split('"')[3] in SHORT)
        result = renderer.render(replace(whole, html=short))
        assert result.problems == ()
        path = folder / f"{language}-{kind}.pdf"
        path.write_bytes(result.content)
        made[language, kind] = path, short
    renderer.close()
    return made


def test_pdf_ua(pages: dict) -> None:
    assert verapdf.failures([path for path, _ in pages.values()]) == {path: [] for path, _ in pages.values()}


@pytest.mark.parametrize(("language", "kind"), BOTH)
def test_read_aloud(pages: dict, language: str, kind: str) -> None:
    """A screen reader meets every piece, the source before its translation, in the order of the text; steps with their numbers."""
    path, text = pages[language, kind]
    heard, at = letters(spoken(path, language)), 0
    drawn = html.fromstring(text)
    etree.strip_elements(drawn, "svg", with_tail=False)  # read by their alternative text
    for pair in drawn.find_class("pair"):
        for piece in (*pair.find_class("source"), *pair.find_class("target")):
            wanted = letters(piece.text_content())
            found = heard.find(wanted, at)
            assert found >= 0, (wanted, heard[at : at + 200])
            at = found + len(wanted)
    steps = [letters(item.find_class("source")[0].text_content()) for item in html.fromstring(text).find_class("numbers")[0]]
    assert len(steps) > 5
    digits = Voice(language).figures
    for number, (step, after) in enumerate(pairwise(steps), 1):
        assert f"{number}.{step}{str(number).translate(digits)}." in heard, step
        assert f"{number + 1}.{after}" in heard


def test_a_list_is_one_list_in_the_tags(pages: dict) -> None:
    """The steps come as one list of so many items, not as many lists of one."""
    path, text = pages["fa", "bilingual"]
    wanted = [len(one.findall("li")) for one in html.fromstring(text).find_class("pairs")]
    found: list[int] = []

    def look(element) -> None:
        kids = [kid.get_object() for kid in element.get("/K", ()) if not isinstance(kid.get_object(), int)]
        if element.get("/S") == "/L":
            found.append(sum(kid.get("/S") == "/LI" for kid in kids))
        for kid in kids:
            look(kid)

    look(PdfReader(path).trailer["/Root"]["/StructTreeRoot"]["/K"][0].get_object())
    assert max(wanted) > 5
    assert set(wanted) <= set(found)
    assert sum(found) >= sum(wanted)
    assert len(found) < len(wanted) * 2, "lists that go on over a page begin anew, no more"


def test_a_piece_longer_than_a_page_goes_on(preparer: prepare.Preparer, tools: prepare.Tools, tmp_path: Path) -> None:
    """A row stays on one page where it can; where it cannot, nothing of it is lost."""
    whole = edition(preparer, "fa", "bilingual")
    long = [f"word{number}w" for number in range(1_500)]
    at = whole.html.index("<p>", whole.html.index('<div class="source"')) + 3
    renderer = render.Renderer(partial(fonts.font_bytes, read=tools.read), fonts.font_css, fonts.allowed)
    cut = whole.html[:at] + " ".join(long) + " " + whole.html[at : whole.html.index("</section>")] + "</section></main></body></html>"
    result = renderer.render(replace(whole, html=cut))
    renderer.close()
    assert result.pages > 4
    (tmp_path / "long.pdf").write_bytes(result.content)
    placed = [word for word in words(tmp_path / "long.pdf") if re.fullmatch(r"word\d+w", word[0])]
    assert [word[0] for word in placed] == long
    assert all(word[2] > 0 and word[4] < BOTTOM for word in placed), "some of it is below the page"
