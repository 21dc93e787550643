"""XLIFF: what goes to an agency comes back with nothing lost; what lost a fact there stays out; no file can do harm."""

import itertools
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from pathlib import Path
from types import MappingProxyType

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from leaflets import catalog, disk, parse, prepare, translate
from leaflets.exchange import inline, xliff
from leaflets.exchange import rows as rowing
from leaflets.exchange.inline import Mark
from leaflets.exchange.taking import take
from leaflets.model import Catalog, Entry, Unit, Workspace
from leaflets.parse.decode import UNPRINTABLE
from leaflets.problems import Span
from lxml import etree
from translate.storage.xliff import Xliff1File
from translate.storage.xliff2 import Xliff2File

import knee
from conftest import AS_OF, ROOT
from knee import run

VERSIONS = ("1.2", "2.0")
TOOLS = ROOT / ".tools"
STRICT = TOOLS / "xliff12" / "xliff-core-1.2-strict.xsd"
ONE, TWO, META = (f"{{urn:oasis:names:tc:xliff:{name}}}" for name in ("document:1.2", "document:2.0", "metadata:2.0"))
NOWHERE = Span("", 1, 1)
BACKGROUND = "The knee is a {term joint}. Some call a good one an {term nsk}. Two {term joint|joints} are better than one."
STEPS = "You come back for {fact visits}. Most people do so by {plain 6 pm}."

versions = pytest.mark.parametrize("version", VERSIONS)
formats = pytest.mark.parametrize("form", ["xliff", "xliff2"])


# ---------------------------------------------------------------- schemas


class Beside(etree.Resolver):
    """Finds the schema of `xml:space` beside the others instead of in the network."""

    def resolve(self, url: str, _: str, context: object) -> object:
        return self.resolve_filename(str(TOOLS / "xliff/xml.xsd"), context) if url.endswith("xml.xsd") else None


@cache
def schema(path: Path) -> etree.XMLSchema:
    parser = etree.XMLParser(no_network=True)
    parser.resolvers.add(Beside())
    return etree.XMLSchema(etree.parse(path, parser))


def faults(text: str, version: str) -> list[str]:
    """What the schemas have against a file: 1.2 strict, or 2.0 core with its metadata module."""
    root = etree.fromstring(text.encode())
    if version == "1.2":
        return _faults(STRICT, root)
    found = _faults(TOOLS / "xliff/xliff_core_2.0.xsd", root)
    return found + [told for one in root.iter(f"{META}metadata") for told in _faults(TOOLS / "xliff/metadata.xsd", one)]


def _faults(path: Path, element: etree._Element) -> list[str]:
    if path == STRICT and not STRICT.exists() and not shutil.which("apt-get"):
        pytest.skip("only Debian packages the schema of XLIFF 1.2")
    checker = schema(path)
    checker.validate(etree.ElementTree(element))
    return [str(error) for error in checker.error_log]


@versions
def test_the_schemas_find_faults(version: str) -> None:
    """A near miss: a tag without its id."""
    assert faults(small(version), version) == []
    assert faults(small(version).replace('<ph id="1"', "<ph", 1), version)


# ---------------------------------------------------------------- there and back


@cache
def pack() -> Workspace:
    return parse.parse(disk.read(ROOT)).value


@cache
def preparer() -> prepare.Preparer:
    return prepare.Preparer(pack(), prepare.tools(()), AS_OF)


@cache
def knee_workspace() -> Workspace:
    return parse.parse(disk.read(knee.KNEE)).value


def job(book: translate.Book, workspace: Workspace | None = None) -> xliff.Job:
    return xliff.job(workspace or knee_workspace(), book, f"content/translations/{book.catalog.language}.po")


def emptied(book: translate.Book) -> translate.Book:
    """The same language before anything was translated."""
    wanted = {key: one.unit for key, one in book.matches.items()}
    return translate.Book(wanted, replace(book.catalog, entries=MappingProxyType({})))


def written(book: translate.Book) -> str:
    """A book as `translate update` writes it."""
    entries = {key: one.entry for key, one in book.matches.items() if one.entry}
    return catalog.write([one.unit for one in book.matches.values()], entries, book.catalog.header, book.catalog.forms)


def there_and_back(book: translate.Book, version: str, workspace: Workspace) -> translate.Book:
    """Export a book, and import it where nothing is translated yet."""
    text = xliff.write(rowing.rows(book), job(book, workspace), version)  # type: ignore[arg-type]
    assert faults(text, version) == []
    returned = xliff.read(text.encode(), "back.xlf")
    assert returned.problems == ()
    assert returned.value
    taken = take(returned.value.rows, workspace, emptied(book), "back.xlf")
    assert taken.problems == ()
    return taken.value.book


@versions
@pytest.mark.parametrize("language", ["es", "ar"])
def test_a_shipped_catalog_comes_back_byte_for_byte(language: str, version: str) -> None:
    """Into an empty catalog; test_translation.py holds the shipped file to what `translate update` writes."""
    book = preparer().language(language).book
    assert written(there_and_back(book, version, pack())) == written(book)


def mixed(book: translate.Book) -> translate.Book:
    """A book in every condition: states of their own, comments, stale for another text or another number, missing."""
    changes: list[Callable[[Entry], Entry | None]] = [
        lambda entry: entry,
        lambda entry: replace(entry, state="translated"),
        lambda entry: replace(entry, state="revised", comment="Checked with the ward.\n\n  Twice, <b>&amp; well</b>."),
        lambda entry: replace(entry, state="machine"),
        lambda entry: replace(entry, stale=True, previous=(entry.context, f"Before: {entry.text}")),
        lambda entry: replace(entry, stale=True, state="revised", previous=(f"{entry.context} · fact x 000000", entry.text)),
        lambda entry: replace(entry, stale=True, comment="Unfinished."),
        lambda _: None,
    ]
    turn = itertools.cycle(changes)
    found = {key: next(turn)(one.entry) for key, one in book.matches.items() if one.entry}
    wanted = {key: one.unit for key, one in book.matches.items()}
    entries = MappingProxyType({key: entry for key, entry in found.items() if entry})
    return translate.Book(wanted, replace(book.catalog, entries=entries))


@versions
@pytest.mark.parametrize("state", catalog.STATES)
def test_states_stale_marks_and_comments_come_back(state: str, version: str) -> None:
    book = mixed(preparer().language("ar").book)
    book.catalog = replace(book.catalog, state=state)  # type: ignore[arg-type]
    back = there_and_back(book, version, pack())
    assert written(back) == written(book)
    assert {rowing.status(one, book.catalog) for one in back.matches.values()} >= {"missing", "stale", "revised"}


@versions
def test_an_untouched_file_changes_nothing(version: str) -> None:
    """Not even where the catalog was worked on in the meantime."""
    book = mixed(preparer().language("es").book)
    text = xliff.write(rowing.rows(book), job(book, pack()), version)  # type: ignore[arg-type]
    key = next(key for key, one in book.matches.items() if one.status == "there")
    entries = dict(book.catalog.entries)
    entries[key] = replace(entries[key], said=("Mejor.",), state="translated")
    later = translate.Book({key: one.unit for key, one in book.matches.items()}, replace(book.catalog, entries=MappingProxyType(entries)))
    back = xliff.read(text.encode(), "back.xlf").value
    assert back
    taken = take(back.rows, pack(), later, "back.xlf")
    assert (taken.value.changed, taken.problems) == (0, ())
    assert written(taken.value.book) == written(later)


def test_the_same_rows_give_the_same_bytes() -> None:
    book = preparer().language("es").book
    one, other = (xliff.write(rowing.rows(book), job(book, pack()), "2.0") for _ in range(2))
    assert one == other


# ---------------------------------------------------------------- made-up units

ATOMS = st.sampled_from(
    [
        *("{fact less-pain}", "{fact less-pain short}", "{fact nowhere}", "{term joint}", "{term joint|joints}", "{term nsk|<&>}"),
        *("{cite knee-guide}", "{clinic phone}", "{country emergency_number}", "{plain 2019}", "{number}", "{total}", "{", "}", "{}"),
        *("**", "**bold**", "*", "***", "[", "]", "](https://a.example/?b=1&c=2)", "[link](https://a.example)", "](", ")", "![x](y)"),
        *(
            "\\",
            "\\\n",
            "\\{",
            "\\*",
            "\\\\",
            "\n",
            "\t",
            " ",
            "  ",
            "\r",
            "\r\n",
            "<",
            "&",
            ">",
            "<&>",
            "&lt;",
            "]]>",
            "<ph id='1'/>",
            "\"'",
        ),
        *(
            "‏עברית",
            "العربية",
            "膝",
            "🧠",
            "e\u0301",
            "\u200f",
            "\u00a0",
            "\x08",
            "\x0c",
            "\x1b",
            "\x7f",
            "\x85",
            "\u2028",
            "\ufffe",
            "U+0008",
        ),
    ]
)
TEXT = st.lists(ATOMS | st.text(st.characters(exclude_categories=["Cs"]), max_size=5), min_size=1, max_size=10).map("".join).filter(bool)
PLAIN = TEXT.map(lambda text: re.sub(r"^state: ", "", re.sub(f"[{inline.ILLEGAL}]", "", text), flags=re.MULTILINE).strip("\n"))
CONTEXT = st.sampled_from(
    ["paragraph in a", "item in b · fact less-pain 1a2b3c · term joint 000000", "page", "phrase", "what happened in c"]
)


@given(TEXT, st.booleans())
@example("**a [b** c](d)", True)
@example("[a [b](c) d](e)", True)
@example("**see [1] here**", True)
def test_the_pieces_of_a_text_joined_are_the_text(text: str, running: bool) -> None:
    found = inline.pieces(text, running)
    assert "".join(piece if isinstance(piece, str) else piece.code for piece in found) == text
    open_now = []
    for mark in (piece for piece in found if isinstance(piece, Mark)):
        if mark.role == "open":
            open_now.append(mark.number)
        elif mark.role == "close":
            assert open_now.pop() == mark.number
    assert open_now == []


def marks(text: str) -> list[tuple[str, str]]:
    return [(piece.kind, piece.code) for piece in inline.pieces(text, True) if isinstance(piece, Mark)]


def test_everything_protected_is_a_mark() -> None:
    text = (
        "{fact x short} {term x|y} {cite a b} {clinic phone} {country c} {plain 6 pm}\\\n**bold [in](https://a.example)** [see **it**](b)"
    )
    assert [kind for kind, _ in marks(text)] == [
        *("fact", "term", "cite", "clinic", "country", "plain", "line"),
        *("bold", "link", "link", "bold", "link", "bold", "bold", "link"),
    ]
    assert marks(r"\{fact x\} 2 * 3 \** [1] ** open") == []
    small = inline.pieces("{number} of {fact x} **b**", False)
    assert [piece.code for piece in small if isinstance(piece, Mark)] == ["{number}"]


def test_a_translation_s_marks_have_the_numbers_of_the_text_s() -> None:
    before = inline.pieces("{term hsct} and {fact x short}, **[b](c)**", True)
    after = inline.aligned(before, inline.pieces("**[d](c)** {fact x} {term hsct|inflected} {cite new}", True))
    found = {piece.code: piece.number for piece in after if isinstance(piece, Mark)}
    assert found == {"**": 3, "[": 4, "](c)": 4, "{fact x}": 2, "{term hsct|inflected}": 1, "{cite new}": 5}


@st.composite
def made_up(draw: st.DrawFn) -> translate.Book:
    """A book of units with nasty text, in any condition."""
    forms = draw(st.sampled_from([1, 2, 6]))
    wanted: dict[tuple[str, str], Unit] = {}
    entries: dict[tuple[str, str], Entry] = {}
    for _ in range(draw(st.integers(1, 3))):
        unit = Unit(draw(CONTEXT), draw(TEXT), draw(st.just("") | TEXT), NOWHERE, (draw(PLAIN),), ("content/a.md",))
        wanted[unit.key] = unit
        said = tuple(draw(TEXT) for _ in range(forms if unit.plural else 1))
        stale = draw(st.booleans())
        previous = (draw(CONTEXT), draw(PLAIN.filter(bool))) if stale and draw(st.booleans()) else ("", "")
        state = draw(st.sampled_from([None, *catalog.STATES]))
        entry = Entry(unit.context, unit.text, unit.plural, said, stale, state, NOWHERE, draw(PLAIN), previous)
        if draw(st.integers(0, 5)):
            entries[unit.key] = entry
    rule = {1: "0", 2: "n != 1", 6: "n==0 ? 0 : n==1 ? 1 : n==2 ? 2 : n%100>=3 && n%100<=10 ? 3 : n%100>=11 ? 4 : 5"}[forms]
    state = draw(st.sampled_from(catalog.STATES))
    return translate.Book(wanted, Catalog("ar", MappingProxyType(entries), forms, rule, state, MappingProxyType({}), NOWHERE))


@versions
@settings(max_examples=150)
@given(book=made_up())
def test_made_up_units_come_back(book: translate.Book, version: str) -> None:
    assert facts_of(there_and_back(book, version, knee_workspace())) == facts_of(book)


def facts_of(book: translate.Book) -> dict:
    return {key: replace(one.entry, span=NOWHERE) for key, one in book.matches.items() if one.entry}


# ---------------------------------------------------------------- what comes back changed


class File:
    """An exported file, changed as an agency's tool changes it."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.tree = etree.parse(path)
        self.space = f"{{{etree.QName(self.tree.getroot()).namespace}}}"
        self.one = self.space == ONE

    def words(self, element: etree._Element) -> str:
        """Its text with codes, as we write it."""
        return xliff._text_one(element, {}) if self.one else xliff._Unit(self.unit(element)).part().source

    def unit(self, element: etree._Element) -> etree._Element:
        return next(element.iterancestors(f"{self.space}unit", f"{self.space}trans-unit"))

    def source(self, text: str) -> etree._Element:
        return next(one for one in self.tree.iter(f"{self.space}source") if self.words(one) == text)

    def target(self, text: str) -> etree._Element:
        source = self.source(text)
        found = next(source.itersiblings(f"{self.space}target"), None)
        if found is None:
            found = etree.SubElement(source.getparent(), f"{self.space}target")
        return found

    def id(self, text: str) -> str:
        return self.unit(self.source(text)).get("id")

    def say(self, text: str, said: str, state: str = "", copy: bool = True) -> None:
        """Translate a text anew, with the tags of its source behind the words; set its state where one is given."""
        target, source = self.target(text), self.source(text)
        del target[:]
        target.text = said
        for child in source if copy else ():
            target.append(etree.fromstring(etree.tostring(child, with_tail=False)))
        if state:
            holder = target if self.one else target.getparent()
            for name in ("state", "state-qualifier", "subState"):
                holder.attrib.pop(name, None)
            if state != "none":
                holder.set("state", state)

    def save(self) -> Path:
        self.tree.write(self.path, encoding="UTF-8", xml_declaration=True)
        return self.path


@pytest.fixture
def agency(tmp_path: Path) -> Callable[..., tuple[Path, File]]:
    """A small workspace with a language, and its export."""

    def export(form: str, *changes: knee.Change, state: str = "machine", only: tuple[str, ...] = ()) -> tuple[Path, File]:
        root = knee.copy(tmp_path)
        knee.speak("es", state=state)(root)  # type: ignore[arg-type]
        for change in changes:
            change(root)
        chosen = [word for one in only for word in ("--only", one)]
        ran = run("translate", "export", "--lang", "es", "--format", form, "--out", tmp_path / "x", "-w", root, *chosen)
        assert (ran.status, ran.out) == (0, f"{tmp_path / 'x' / 'es.xlf'}\n")
        return root, File(tmp_path / "x" / "es.xlf")

    return export


def entry(root: Path, text: str) -> Entry:
    """What the catalog has for a text now."""
    read = catalog.read((root / "content/translations/es.po").read_text(), "es.po", "es").value
    assert read
    return next(one for one in read.entries.values() if one.text == text)


def bring(root: Path, file: File, *more: str | Path) -> knee.Ran:
    return run("translate", "import", file.save(), "-w", root, *more)


SHARED = "Nobody knows how your knee will be next year {cite knee-guide}."


@formats
@pytest.mark.parametrize(
    ("state", "then"),
    [("translated", "translated"), ("final", "revised"), ("none", "translated"), ("", None)],
)
def test_the_state_of_the_file_counts(agency: Callable, form: str, state: str, then: str | None) -> None:
    """Without one, a translation that was touched is a translator's; one that the tool left as a machine's draft stays so."""
    root, file = agency(form)
    file.say(SHARED, "Nadie lo sabe.", state)
    ran = bring(root, file)
    assert (ran.status, ran.problems) == (0, [])
    assert "1 translation taken over" in ran.err
    found = entry(root, SHARED)
    assert (found.said, found.state, found.stale) == (("Nadie lo sabe.{cite knee-guide}",), then, False)
    assert not [problem for problem in parse.parse(disk.read(root)).problems if problem.severity == "error"]


@formats
def test_what_was_missing_or_stale_comes_back_translated(agency: Callable, form: str) -> None:
    empty = knee.say("es", SHARED, "")
    root, file = agency(form, empty, knee.edit("content/sections/knee-steps.md", "Most people do so", "Most do so"))
    steps = STEPS.replace("Most people do so", "Most do so")
    file.say(SHARED, "Nadie lo sabe.")
    file.say(steps, "Vuelva.")
    ran = bring(root, file)
    assert (ran.status, ran.problems) == (0, [])
    assert [(one.state, one.stale, one.previous) for one in (entry(root, SHARED), entry(root, steps))] == [
        ("translated", False, ("", ""))
    ] * 2


@formats
def test_only_what_is_asked_for_is_exported(agency: Callable, form: str) -> None:
    root, file = agency(form, knee.say("es", SHARED, ""), only=("missing",))
    assert [file.words(one) for one in file.tree.iter(f"{file.space}source")] == [SHARED]
    ran = run("translate", "export", "--lang", "es", "--only", "stale", "-w", root, "--out", root / "none")
    assert (ran.status, ran.out) == (0, "")
    assert "es: 0 texts, so no file" in ran.err
    ran = run("translate", "export", "--lang", "es", "--only", "unreviewed", "-w", root, "--out", root / "some")
    assert SHARED not in (root / "some/es.xlf").read_text()


@formats
def test_a_changed_text_takes_its_old_translation_as_stale(agency: Callable, form: str) -> None:
    root, file = agency(form)
    old = file.id(STEPS)
    file.say(STEPS, "Vuelva otra vez.", "translated")
    knee.edit("content/sections/knee-steps.md", "Most people do so", "Most do so")(root)
    ran = bring(root, file)
    now = entry(root, STEPS.replace("Most people do so", "Most do so"))
    assert ran.status == 1
    assert [(one.code, one.message.split(";")[0]) for one in ran.problems] == [
        ("T5", f"unit {old}: its text changed since the file was made")
    ]
    assert now.stale
    assert now.previous[1] == STEPS
    assert now.said[0].startswith("Vuelva otra vez.")


@formats
def test_a_changed_number_makes_its_texts_stale_too(agency: Callable, form: str) -> None:
    root, file = agency(form)
    file.say(STEPS, "Vuelva otra vez.", "translated")
    knee.edit("content/facts.yaml", "high: 4", "high: 5")(root)
    ran = bring(root, file)
    assert {one.code for one in ran.problems} == {"T5"}
    assert entry(root, STEPS).stale


@formats
def test_a_source_changed_by_the_agency_is_not_taken_as_current(agency: Callable, form: str) -> None:
    root, file = agency(form)
    before = entry(root, SHARED)
    file.source(SHARED).text = "Somebody knows "
    ran = bring(root, file)
    assert [one.code for one in ran.problems] == ["T5"]
    assert replace(entry(root, SHARED), span=NOWHERE) == replace(before, span=NOWHERE)


@formats
def test_a_text_that_is_gone_is_told(agency: Callable, form: str) -> None:
    root, file = agency(form)
    knee.edit(
        "content/sections/knee-unknowns.md", "Nobody knows how your knee will be next year {cite knee-guide}.", "Ask {cite knee-guide}."
    )(root)
    ran = bring(root, file)
    assert [(one.code, "left out" in one.message) for one in ran.problems] == [("T5", True)]


@formats
def test_a_lost_tag_keeps_only_its_unit_out(agency: Callable, form: str) -> None:
    root, file = agency(form)
    before = entry(root, STEPS)
    file.say(STEPS, "Vuelva.", "translated", copy=False)
    file.say(SHARED, "Nadie lo sabe.", "translated")
    line = file.unit(file.source(STEPS)).sourceline
    ran = bring(root, file)
    assert ran.status == 1
    assert {one.code for one in ran.problems} == {"T2"}
    assert any(f"unit {file.id(STEPS)}: `{{fact visits words}}` is not in the translation" in one.message for one in ran.problems), ran.err
    assert all(one.place.startswith(str(file.path)) for one in ran.problems)
    assert abs(int(ran.problems[0].place.rsplit(":", 2)[1]) - line) <= 1
    assert entry(root, STEPS).said == before.said
    assert entry(root, SHARED).state == "translated"


@formats
def test_a_translator_may_type_a_brace(agency: Callable, form: str) -> None:
    """An inflected word of the glossary, and a fact in a form that prints the same number."""
    root, file = agency(form)
    said = "Una {term joint|articulación} y {term nsk}; dos {term joint|articulaciones}."
    file.say(BACKGROUND, said, "translated", copy=False)
    assert bring(root, file).problems == []
    assert entry(root, BACKGROUND).said == (said,)
    again = run("translate", "export", "--lang", "es", "--format", form, "--out", file.path.parent, "-w", root)
    assert again.status == 0
    assert bring(root, File(file.path)).problems == []
    assert entry(root, BACKGROUND).said == (said,)


@formats
def test_a_revised_translation_gives_way_only_to_force(agency: Callable, form: str) -> None:
    root, file = agency(form, state="revised")
    before = entry(root, SHARED)
    file.say(SHARED, "Nadie lo sabe.", "translated")
    ran = bring(root, file)
    assert ran.status == 1
    assert [(one.code, "revised" in one.message, "--force" in one.hint) for one in ran.problems] == [("T13", True, True)]
    assert entry(root, SHARED).said == before.said
    ran = bring(root, File(file.path), "--force")
    assert (ran.status, ran.problems) == (0, [])
    assert entry(root, SHARED).state == "translated"


@formats
def test_what_no_catalog_may_hold_is_refused(agency: Callable, form: str) -> None:
    """One letter that nobody sees would keep a whole language from being read."""
    root, file = agency(form)
    file.say(SHARED, "Nadie lo\u202e sabe.", "translated")
    ran = bring(root, file)
    assert [(one.code, "U+202E" in one.message) for one in ran.problems] == [("T2", True)]
    assert not UNPRINTABLE.search((root / "content/translations/es.po").read_text())


@formats
def test_an_agency_s_note_becomes_a_comment(agency: Callable, form: str) -> None:
    root, file = agency(form)
    unit = file.unit(file.source(SHARED))
    where = unit if file.one else unit.find(f"{TWO}notes")
    etree.SubElement(where, f"{file.space}note", {"from" if file.one else "category": "state"}).text = "revised\n  by nobody"
    assert bring(root, file).status == 0
    assert bring(root, file).status == 0
    found = entry(root, SHARED)
    assert (found.comment, found.state) == ("note (state): revised by nobody", None)


@formats
def test_a_plural_form_left_empty_is_refused(agency: Callable, form: str) -> None:
    root, file = agency(form)
    group = next(one for one in file.tree.iter(f"{file.space}group"))
    last = list(group.iter(f"{file.space}target"))[-1]
    del last[:]
    last.text = ""
    ran = bring(root, file)
    assert [(one.code, "plural form 2 is empty" in one.message) for one in ran.problems] == [("T2", True)]


# ---------------------------------------------------------------- what tools do to a file


def test_translate_toolkit_reads_and_edits_1_2(agency: Callable) -> None:
    root, file = agency("xliff")
    store = Xliff1File.parsefile(str(file.path))
    found = {unit.source: unit for unit in store.units}
    assert len(store.units) == len(list(file.tree.iter(f"{ONE}trans-unit")))
    unit = found["Rest gives your knee time. You may feel better soon."]
    assert unit.getlocations() == ["content/sections/rest-benefits.md"]
    assert "What good may rest do?" in unit.getnotes("leaflets")
    unit.target = "El descanso ayuda."
    store.savefile(str(file.path))
    ran = run("translate", "import", file.path, "-w", root)
    assert (ran.status, ran.problems) == (0, [])
    assert (entry(root, unit.source).said, entry(root, unit.source).state) == (("El descanso ayuda.",), "translated")


def test_translate_toolkit_reads_and_edits_2_0(agency: Callable) -> None:
    root, file = agency("xliff2")
    store = Xliff2File.parsefile(str(file.path))
    unit = next(one for one in store.units if one.source == "Rest gives your knee time. You may feel better soon.")
    unit.target = "El descanso ayuda."
    unit.marktranslated()
    store.savefile(str(file.path))
    ran = run("translate", "import", file.path, "-w", root)
    assert (ran.status, ran.problems) == (0, [])
    assert (entry(root, unit.source).said, entry(root, unit.source).state) == (("El descanso ayuda.",), "translated")


OTHERS_ONE = {
    "x": '<x id="1"/>',
    "empty": '<ph id="1"/>',
    "segmented": '<mrk mtype="seg" mid="1">Vuelva </mrk><mrk mtype="seg" mid="2"><ph id="1">{fact visits}</ph></mrk>',
}
OTHERS_TWO = {"no-reference": '<ph id="1"/>', "marked": '<mrk id="m1" type="comment" value="?">Vuelva <ph id="1" dataRef="d1"/></mrk>'}


@pytest.mark.parametrize(("form", "name"), [*(("xliff", name) for name in OTHERS_ONE), *(("xliff2", name) for name in OTHERS_TWO)])
def test_other_tools_tags_are_understood(agency: Callable, form: str, name: str) -> None:
    root, file = agency(form)
    file.say(STEPS, "", "translated", copy=False)
    inner = {**OTHERS_ONE, **OTHERS_TWO}[name]
    plain = '<ph id="2" dataRef="d2"/>'
    made = etree.fromstring(f'<t xmlns="{file.space[1:-1]}">{inner}{plain}</t>')
    file.target(STEPS).extend(made)
    ran = bring(root, file)
    assert (ran.status, ran.problems) == (0, []), ran.err
    assert entry(root, STEPS).said[0].removeprefix("Vuelva ") == "{fact visits}{plain 6 pm}"


def test_segments_split_by_a_tool_are_joined() -> None:
    text = f"""<xliff xmlns="{TWO[1:-1]}" version="2.1" srcLang="en" trgLang="es"><file id="f"><unit id="u">
      <originalData><data id="d1">**</data></originalData>
      <segment state="final">
        <source>One <sc id="1" dataRef="d1"/>two.</source><target order="3">Dos<ec startRef="1" dataRef="d1"/>.</target>
      </segment>
      <ignorable><source> </source></ignorable>
      <segment state="translated">
        <source>Three<ec startRef="1" dataRef="d1"/><cp hex="0008"/></source><target order="1"><sc id="1" dataRef="d1"/>Tres</target>
      </segment></unit></file></xliff>"""
    read = xliff.read(text.encode("utf-16"), "a.xlf").value
    assert read
    assert [(row.sources, row.said, row.status) for row in read.rows] == [(("One **two. Three**\x08",), ("**Tres Dos**.",), "translated")]


def test_a_file_without_our_notes_is_matched_by_its_texts(agency: Callable) -> None:
    """Some tools throw away what they do not know."""
    root, file = agency("xliff")
    for group in list(file.tree.iter(f"{ONE}context-group")):
        group.getparent().remove(group)
    file.say(SHARED, "Nadie lo sabe.", "translated")
    ran = bring(root, file)
    assert "1 translation taken over" in ran.err
    assert entry(root, SHARED).state == "translated"


# ---------------------------------------------------------------- files that cannot be read, or would do harm

SECRET = "The key is under the mat."
BOMB = "".join(f'<!ENTITY {new} "{f"&{old};" * 10}">' for old, new in itertools.pairwise("abcdefghij"))
BROKEN = {
    "empty": ("", 1),
    "no-xml": ("Dear translator,", 1),
    "cut-off": ('<?xml version="1.0"?>\n<xliff version="1.2">\n<file>\n<body', 4),
    "unclosed": ('<xliff version="1.2">\n<file>\n</body></xliff>', 3),
    "other-xml": ("<html/>", 1),
    "other-version": ('<xliff version="3.0"><file/></xliff>', 1),
    "no-version": ("<xliff><file/></xliff>", 1),
    "no-file": ('<xliff version="1.2"/>', 1),
    "nothing-in-it": ('\n\n<xliff version="2.0"><file/></xliff>', 3),
    "entity": ('<!DOCTYPE x [<!ENTITY e SYSTEM "file://{secret}">]>\n<xliff version="1.2"><file>&e;</file></xliff>', 1),
    "parameter": ('<!DOCTYPE x [<!ENTITY % e SYSTEM "file://{secret}"> %e;]>\n<xliff version="1.2"><file/></xliff>', 1),
    "outside": ('<!DOCTYPE xliff SYSTEM "file://{secret}">\n<xliff version="1.2"><file/></xliff>', 1),
    "bomb": (f'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">{BOMB}]>\n<xliff version="1.2"><file original="&j;">&j;</file></xliff>', 0),
    "encoding": ('<?xml version="1.0" encoding="klingon"?><xliff version="1.2"><file/></xliff>', 1),
    "language": ('<xliff version="1.2"><file target-language="tlh"><body/></file></xliff>', 1),
}


@pytest.mark.parametrize(("text", "line"), BROKEN.values(), ids=BROKEN)
def test_a_broken_or_hostile_file_is_one_problem(agency: Callable, tmp_path: Path, text: str, line: int) -> None:
    root, _ = agency("xliff")
    secret, file = tmp_path / "secret", tmp_path / "a.xlf"
    secret.write_text(SECRET)
    file.write_text(text.replace("{secret}", str(secret)))
    before = (root / "content/translations/es.po").read_bytes()
    began = time.monotonic()
    ran = run("translate", "import", file, "-w", root)
    assert time.monotonic() - began < 10
    assert ran.status == 1
    assert [one.code for one in ran.problems] == ["T13"], ran.err
    place = ran.problems[0].place
    assert place.startswith(f"{file}:{line or ''}")
    assert SECRET not in ran.err + ran.out
    assert (root / "content/translations/es.po").read_bytes() == before


def test_a_file_that_is_too_large_is_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(xliff, "LIMIT", 1000)
    assert [problem.code for problem in xliff.read(b"<" * 1001, "a.xlf").problems] == ["F06"]


@settings(max_examples=200)
@given(st.data())
def test_no_damage_ends_in_anything_but_problems(data: st.DataObject) -> None:
    """Letters of a file taken out, doubled or exchanged: it is read, or told."""
    version = data.draw(st.sampled_from(VERSIONS))
    text = small(version)
    for _ in range(data.draw(st.integers(1, 4))):
        start = data.draw(st.integers(0, len(text)))
        end = data.draw(st.integers(start, min(len(text), start + 40)))
        text = text[:start] + data.draw(st.sampled_from(["", "x", "<", ">", "&", '"', "0", text[start:end] * 2])) + text[end:]
    read = xliff.read(text.encode(), "a.xlf")
    if read.value:
        take(read.value.rows, knee_workspace(), small_book(), "a.xlf")
    else:
        assert [problem.code for problem in read.problems] == ["T13"]


@cache
def small_book() -> translate.Book:
    """A few units, one of each kind."""
    texts = [
        ("paragraph in a", STEPS, ""),
        ("paragraph in a", "**Bold** [link](https://a.example)", ""),
        ("number", "{number} year", "{number} years"),
    ]
    wanted = {(context, text): Unit(context, text, plural) for context, text, plural in texts}
    entries = {key: Entry(*key, unit.plural, (key[1],) * (2 if unit.plural else 1), False, None, NOWHERE) for key, unit in wanted.items()}
    return translate.Book(wanted, Catalog("es", MappingProxyType(entries), 2, "n != 1", "machine", MappingProxyType({}), NOWHERE))


@cache
def small(version: str) -> str:
    return xliff.write(rowing.rows(small_book()), job(small_book()), version)  # type: ignore[arg-type]


# ---------------------------------------------------------------- commands


def test_a_tag_shows_what_it_stands_for() -> None:
    assert 'equiv-text="2 to 4 visits">{fact visits}</ph>' in small("1.2")
    assert re.search(r'<ph [^>]*equiv="2 to 4 visits" disp="2 to 4 visits" dataRef="d1"[^>]*subType="leaflets:fact"/>', small("2.0"))
    assert re.search(r'<pc [^>]*type="link"[^>]*dataRefStart="d\d"[^>]*dispEnd="https://a.example"[^>]*>link</pc>', small("2.0"))


@pytest.mark.parametrize("command", [["export", "--lang", "es"], ["import", "es.xlf"]], ids=["export", "import"])
@pytest.mark.parametrize("missing", ["lxml", "translate"])
def test_without_the_extra_the_commands_say_how_to_get_it(command: list[str], missing: str, tmp_path: Path) -> None:
    (tmp_path / "es.xlf").write_text("")
    code = f"import sys; sys.modules['{missing}'] = None; import leaflets.cli; sys.exit(leaflets.cli.run(['translate', *{command!r}]))"
    done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (2, "")
    assert "pip install 'leaflets[xliff]'" in done.stderr


def test_nothing_else_needs_the_extra(tmp_path: Path) -> None:
    code = (
        "import sys; sys.modules['lxml'] = sys.modules['translate'] = None; import leaflets.cli;"
        "sys.exit(leaflets.cli.run(['translate', 'update']))"
    )
    root = knee.copy(tmp_path)
    knee.speak("es")(root)
    done = subprocess.run([sys.executable, "-c", code], cwd=root, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, "content/translations/es.po\n"), done.stderr


def test_several_files_of_a_language_add_up(agency: Callable, tmp_path: Path) -> None:
    root, file = agency("xliff")
    other = File(file.path)
    other.path = tmp_path / "other.xlf"
    file.say(SHARED, "Nadie lo sabe.", "translated")
    other.say(STEPS, "Vuelva.", "translated")
    ran = bring(root, file, other.save())
    assert (ran.status, ran.problems) == (0, [])
    assert [entry(root, text).state for text in (SHARED, STEPS)] == ["translated"] * 2


def test_a_file_may_be_said_to_be_for_a_language(agency: Callable) -> None:
    root, file = agency("xliff2")
    file.tree.getroot().set("trgLang", "es-419")
    file.say(SHARED, "Nadie lo sabe.", "translated")
    ran = bring(root, file)
    assert [(one.code, "--lang" in one.hint) for one in ran.problems] == [("T13", True)]
    assert bring(root, file, "--lang", "es").status == 0
    assert entry(root, SHARED).state == "translated"


@pytest.mark.parametrize(
    ("args", "told"),
    [
        (["export", "--lang", "xx"], "no language is called `xx`"),
        (["export", "--format", "tmx"], "'tmx' is not one of"),
        (["import"], "Missing argument"),
        (["import", "nowhere.xlf"], "does not exist"),
        (["import", str(ROOT / "README.md"), "--lang", "xx"], "no language is called `xx`"),
    ],
    ids=lambda given: given[0] if isinstance(given, list) else None,
)
def test_wrong_command_lines(args: list[str], told: str) -> None:
    ran = run("translate", *args, "-w", knee.KNEE)
    assert (ran.status, ran.out) == (2, "")
    assert told in ran.err
