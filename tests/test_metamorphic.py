"""What changes what: edition, size of type, direction, theme, state and reader each change what they should, and nothing else.

None of these tests knows what a page looks like; each holds two pages of the same leaflet against one another.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from leaflets import build, disk, parse, prepare, select
from leaflets.markup import walk
from leaflets.model import Condition, Edition, Include, Request, Section, When, Workspace
from lxml import etree, html

import knee
import measured
from conftest import AS_OF, ROOT
from measured import Document
from test_scripts import letters

pytestmark = pytest.mark.xdist_group("metamorphic")

WALKER = Request("knee-injection", "walker", "en", "a4")


# ---------------------------------------------------------------- words


def said(document: Document, without: str = "", heads: bool = True) -> str:
    """The letters of a PDF in the order of its tags, without furniture, numbers of pages in the list of contents, the mark of the copy.

    Without `heads`: not the heads of tables either, which come again where a table goes on over a page.
    """
    runs = [run for page in document.pages for line in measured.lines(page.content()) for run in line.runs]
    runs = [run for run in runs if heads or "THead" not in run.tags]
    text = letters("".join(run.text for run in runs if not ("Link" in run.tags and run.text.strip().isdigit())))
    return text.replace(without, "") if without else text


def of(manifest: dict, **wanted: str) -> list[dict]:
    """The rows of a manifest with these values."""
    return [row for row in manifest["leaflets"] if all(row[key] == value for key, value in wanted.items())]


def lost(document: Document, mark: str, text: str) -> list[str]:
    """The runs of a PDF whose letters are not in a text, but for marks of lists, numbers of drawings, and those of pages in the contents.

    A cell that stands alone, where a table is set row by row, says of what it is, with a colon: `How it works:`.
    """
    runs = [run for page in document.pages for run in page.content() if run.kind != "Lbl" and not re.fullmatch(r"\d\. ?", run.text)]
    runs = [run for run in runs if not ("Link" in run.tags and run.text.strip().isdigit())]
    return [run.text for run in runs if letters(run.text).replace(mark, "").rstrip(":") not in text]


def test_editions_say_the_same_words(built: Path, manifest: dict, tmp_path: Path, run) -> None:
    """A4 and Letter in the same order; large print, which sets wide tables row by row, all of them and no others."""
    rows = {
        large["leaflet"]: {"large-print": large, "a4": of(manifest, **_same(large), edition="a4")[0]}
        for large in of(manifest, edition="large-print")
    }
    assert run("build", *rows, "--edition", "letter", "--workspace", ROOT, "--out", tmp_path, "--as-of", str(AS_OF))[0] == 0
    letters_of = {row["leaflet"]: row for row in disk_rows(tmp_path)}
    assert len(rows) == len(letters_of) > 3
    for name, row in rows.items():
        large, a4, letter = row["large-print"], row["a4"], letters_of[name]
        documents = [measured.read(folder / one["path"], "en") for folder, one in ((built, large), (built, a4), (tmp_path, letter))]
        texts = [said(document, one["fingerprint"]) for document, one in zip(documents, (large, a4), strict=False)]
        assert len(texts[1]) > 5_000
        same = {said(document, one["fingerprint"], heads=False) for document, one in zip(documents[1:], (a4, letter), strict=True)}
        assert len(same) == 1, name
        assert lost(documents[1], a4["fingerprint"], texts[0]) == []
        assert lost(documents[0], large["fingerprint"], texts[1]) == []


def _same(row: dict) -> dict[str, str]:
    return {key: row[key] for key in ("leaflet", "profile", "language")}


def disk_rows(folder: Path) -> list[dict]:
    return json.loads((folder / "manifest.json").read_text())["leaflets"]


def test_page_and_paper_say_the_same(built: Path, manifest: dict) -> None:
    """Each piece of text of the page for the screen is on paper, and each one on paper on the page."""
    for row in of(manifest, edition="page"):
        (paper,) = of(manifest, leaflet=row["leaflet"], profile=row["profile"], language=row["language"], edition="a4")
        tree = html.fromstring((built / row["path"]).read_text())
        etree.strip_elements(tree, "svg", "style", "script", "nav", with_tail=False)
        pieces = [letters(piece).replace(row["fingerprint"], "") for piece in tree.xpath("//section//text()")]
        document = measured.read(built / paper["path"], paper["language"])
        drawn = said(document, paper["fingerprint"])
        assert len(pieces) > 200
        gone = [piece for piece in pieces if piece.rstrip(":") not in drawn]  # cells that say of what they are: `How it works:`
        assert gone == [], (row["leaflet"], "is not on paper")
        contents = html.fromstring((built / row["path"]).read_text()).xpath("//nav//text()")
        shown = letters("".join(tree.xpath("//main//text()"))) + letters("".join(contents))
        assert lost(document, paper["fingerprint"], shown.replace(row["fingerprint"], "")) == [], (row["leaflet"], "is not on the page")


# ---------------------------------------------------------------- one leaflet, rendered in many ways


@pytest.fixture(scope="module")
def preparer() -> Iterator[prepare.Preparer]:
    """The invented workspace, ready to be composed and rendered."""
    made = prepare.Preparer(parse.parse(disk.read(knee.KNEE)).value, prepare.tools(), AS_OF)
    build.start_worker(made.tools.places, pooled=False)
    yield made
    build.stop_worker()


def edition(preparer: prepare.Preparer, request: Request = WALKER) -> Edition:
    """A leaflet, composed."""
    made = preparer.prepare(request).edition
    assert made
    return made


def drawn(made: Edition) -> Document:
    """A leaflet, rendered and measured."""
    result = build.render_edition(made)
    assert not result.problems, result.problems
    return measured.read(result.content, made.request.language, made.request.edition)


@pytest.fixture(scope="module")
def plain(preparer: prepare.Preparer) -> Document:
    """The leaflet as it is."""
    return drawn(edition(preparer))


def test_the_measure_is_one(preparer: prepare.Preparer, plain: Document) -> None:
    """The base of all that follows: the same leaflet twice is the same, and is long enough to say something."""
    assert drawn(edition(preparer)) == plain
    assert len(plain.pages) > 3
    assert sum(len(page.shapes) for page in plain.pages) > 40


def test_a_theme_changes_colours_and_nothing_else(preparer: prepare.Preparer, plain: Document) -> None:
    """Another main colour: the same runs and shapes in the same places, some in another colour."""
    files = disk.read(knee.KNEE)
    theme = files.contents["styles/theme.yaml"].decode()
    other = re.sub(r'deep: "#[0-9a-f]{6}"', 'deep: "#5e1245"', theme)
    assert other != theme
    workspace = parse.parse(replace(files, contents={**files.contents, "styles/theme.yaml": other.encode()})).value
    changed = drawn(edition(prepare.Preparer(workspace, preparer.tools, AS_OF)))
    assert [[(run.text, run.box, run.size, run.font) for run in page.runs] for page in _unmarked(changed)] == [
        [(run.text, run.box, run.size, run.font) for run in page.runs] for page in _unmarked(plain)
    ]
    pairs = list(zip(_unmarked(plain), _unmarked(changed), strict=True))
    assert all([shape.box for shape in one.shapes] == [shape.box for shape in other.shapes] for one, other in pairs)
    colours = {(was.colour, now.colour) for one, other in pairs for was, now in zip(one.shapes, other.shapes, strict=True)}
    assert {now for was, now in colours if was != now} == {(0x5E, 0x12, 0x45)}


def _unmarked(document: Document) -> list[measured.Page]:
    """Pages without what the fingerprint changes: its digits, which are wider and narrower, and the square they stand in."""
    pages = []
    for page in document.pages:
        runs = tuple(run for run in page.runs if not re.search("[0-9a-f]{16}", run.text))
        squares = {shape.figure for shape in page.shapes if shape.figure >= 0 and shape.colour == (0, 0, 0)}
        pages.append(replace(page, runs=runs, shapes=tuple(shape for shape in page.shapes if shape.figure not in squares)))
    return pages


@pytest.mark.parametrize("size", [12, 15.5, 22])
def test_larger_type_loses_no_word(preparer: prepare.Preparer, plain: Document, size: float) -> None:
    """At any size the same words in the same order, none on another, and no fewer pages than at a smaller one."""
    made = edition(preparer)
    grown = re.sub(r"(:root \{[^}]*font-size: )13pt", rf"\g<1>{size}pt", made.html)
    assert grown != made.html
    large = drawn(replace(made, html=grown))
    assert said(large, made.fingerprint) == said(plain, made.fingerprint)
    assert not measured.broken(large, ["L8-overlap"])["L8-overlap"]
    assert (len(large.pages) >= len(plain.pages)) if size > 13 else (len(large.pages) <= len(plain.pages))


def test_the_other_direction_mirrors_every_box(preparer: prepare.Preparer, plain: Document) -> None:
    """The same Latin words, told to run from right to left: each frame, rule, sign and bar has its mirror at the same height."""
    made = edition(preparer)
    turned = drawn(replace(made, html=made.html.replace('lang="en" dir="ltr"', 'lang="en" dir="rtl"', 1)))
    assert len(turned.pages) == len(plain.pages)
    for one, other in zip(plain.pages, turned.pages, strict=True):
        there = [shape for shape in other.shapes if shape.figure < 0]
        lost = [shape for shape in one.shapes if shape.figure < 0 and not any(_mirror(shape, it, one.width) for it in there)]
        assert lost == [], f"page {one.number}"
        begins = [round(one.width - part[0].left) for part in measured.paragraphs(one) if len(part) > 1]
        ends = [round(part[0].right) for part in measured.paragraphs(other) if len(part) > 1]
        assert all(abs(begin - end) < 6 for begin, end in zip(begins, ends, strict=True))


def _mirror(shape: measured.Shape, other: measured.Shape, width: float) -> bool:
    left, top, right, bottom = other.box
    return shape.colour == other.colour and all(
        abs(one - it) < 1 for one, it in zip(shape.box, (width - right, top, width - left, bottom), strict=True)
    )


# ---------------------------------------------------------------- what is composed


def _lines(made: Edition) -> list[str]:
    """The lines of a leaflet's HTML without its mark and the square of it."""
    text = re.sub(r'<div class="code">.*?</div>', "", made.html, flags=re.DOTALL)
    return text.replace(made.fingerprint, "").splitlines()


def test_an_edition_names_itself_and_changes_nothing_else(preparer: prepare.Preparer) -> None:
    """The HTML of A4 and Letter: they differ in the name of the edition, in the lines that hold it."""
    one, other = (_lines(edition(preparer, replace(WALKER, edition=name))) for name in ("a4", "letter"))
    differing = [(was, now) for was, now in zip(one, other, strict=True) if was != now]
    assert 1 < len(differing) < 6
    assert all(was.replace("a4", "letter") == now for was, now in differing)


def test_a_draft_adds_its_notices_and_nothing_else(preparer: prepare.Preparer) -> None:
    """What is final says the same, without the notice on the first page and the words at the head of each."""
    ready = preparer.printed(WALKER)
    assert ready.printed
    assert ready.voice
    texts = []
    for state in ("draft", "final"):
        made = preparer._composed(ready, ready.printed, ready.voice, state, None).value
        assert made
        tree = html.fromstring("\n".join(_lines(made)))
        notices = tree.xpath("//*[contains(@class, 'draft-notice')]") + tree.find_class("page-head")
        assert ("DRAFT" in made.html) is (state == "draft")
        for notice in notices:
            notice.drop_tree()
        texts.append(letters(tree.find("body").text_content()))
    assert texts[0] == texts[1]
    assert len(texts[0]) > 1_000


# ---------------------------------------------------------------- readers


def named(workspace: Workspace, section: Section, seen: frozenset[str] = frozenset()) -> set[str]:
    """The traits that any condition of a section names, those of sections that it includes among them."""

    def of(condition: Condition | None) -> set[str]:
        return {test.trait for test in condition.tests} if condition else set()

    found = of(section.applies)
    for block in walk(section.blocks):
        if isinstance(block, When):
            found |= of(block.condition)
        elif isinstance(block, Include) and block.section not in seen:
            found |= named(workspace, workspace.sections[block.section], seen | {section.id})
    return found


@given(data=st.data())
@settings(max_examples=80)
def test_a_trait_changes_only_sections_that_name_it(pack: Workspace, data: st.DataObject) -> None:
    """Two readers who differ in one trait: a section that no condition ties to it is the same, block by block, for the same reason."""
    leaflet = data.draw(st.sampled_from(sorted(pack.leaflets)))
    reader = {name: data.draw(st.sampled_from(sorted(trait.values))) for name, trait in pack.vocabulary.items()}
    trait = data.draw(st.sampled_from(sorted(pack.vocabulary)))
    value = data.draw(st.sampled_from(sorted(pack.vocabulary[trait].values)))
    both = []
    for traits in (reader, reader | {trait: value}):
        request = Request(leaflet, pack.leaflets[leaflet].default_profile, "en", "a4", tuple(traits.items()))
        chosen = select.select(pack, request).value
        shown = {section.id: section.blocks for section in chosen.sections}
        both.append((shown, {name: [why for why in chosen.why if why.section == name] for name in pack.sections}))
    (one, why), (other, why_other) = both
    for name in pack.leaflets[leaflet].sections:
        if trait not in named(pack, pack.sections[name]):
            assert one.get(name) == other.get(name), (name, trait, value)
            assert why[name] == why_other[name], (name, trait, value)


def test_some_traits_do_change_something(pack: Workspace) -> None:
    """The test above could not fail where nothing ever changed."""
    for trait in ("ms_type", "stage", "reader"):
        assert any(trait in named(pack, section) for section in pack.sections.values())
