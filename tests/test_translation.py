"""A translation is never out of step: what changes makes exactly its units stale, in every language, and stops exactly its leaflets."""

import re
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType

import pytest
from leaflets import build, catalog, checks, disk, facts, parse, prepare, pseudo, signing, translate, units
from leaflets.checks.formulas import scores
from leaflets.facts import Voice
from leaflets.model import Edition, Entry, Request, SignOff, Workspace
from leaflets.problems import Span

import knee
from conftest import AS_OF, ROOT

CATALOGS = sorted((ROOT / "content/translations").glob("*.po"))
NAMES = [path.stem for path in CATALOGS]


# ---------------------------------------------------------------- the shipped catalogs


@pytest.mark.parametrize("path", CATALOGS, ids=NAMES)
def test_gettext_accepts_the_catalog(path: Path, tmp_path: Path) -> None:
    done = subprocess.run(["msgfmt", "--check", "-o", tmp_path / "a.mo", path], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("path", CATALOGS, ids=NAMES)
def test_an_editor_s_save_changes_nothing(path: Path) -> None:
    """As `msgcat --no-wrap` writes it, byte for byte; with gettext's own line breaks, the same texts."""
    saved = subprocess.run(["msgcat", "--no-wrap", path], capture_output=True, check=True).stdout
    assert saved == path.read_bytes()
    wrapped = subprocess.run(["msgcat", path], capture_output=True, check=True).stdout.decode()
    one, other = (catalog.read(text, "a.po", path.stem).value for text in (path.read_text(), wrapped))
    assert one
    assert other
    assert [facts_of(entry) for entry in one.entries.values()] == [facts_of(entry) for entry in other.entries.values()]


def facts_of(entry: Entry) -> tuple:
    return entry.context, entry.text, entry.plural, entry.said, entry.stale, entry.state, entry.previous


def test_the_catalogs_are_whole_and_up_to_date(run: Callable, tmp_path: Path) -> None:
    """`translate update` finds nothing to do: every text has a fitting translation, and the files are as it writes them."""
    for folder in ("content", "templates", "styles"):
        shutil.copytree(ROOT / folder, tmp_path / folder)
    status, _, err = run("translate", "update", "-w", tmp_path)
    assert status == 0
    assert re.findall(r"(\d+) missing, (\d+) stale", err) == [("0", "0")] * len(CATALOGS)
    for path in CATALOGS:
        assert (tmp_path / "content/translations" / path.name).read_bytes() == path.read_bytes(), path.name


def test_every_language_has_its_list_of_words(pack: Workspace) -> None:
    for language in pack.languages[1:]:
        tongue = pack.tongues[language]
        assert len(tongue.terms) >= 40
        assert len(tongue.promises) >= 8
        assert len(tongue.denials) >= 3
        assert "machine" in tongue.method


def test_no_translation_of_the_pack_has_a_fault(pack: Workspace) -> None:
    preparer = prepare.Preparer(pack, prepare.tools(pack.languages), AS_OF)
    found = [problem for language in pack.languages[1:] for problem in preparer.language(language).every()]
    assert [(problem.code, problem.span, problem.message) for problem in found] == []


# ---------------------------------------------------------------- what a change makes stale


def stale(workspace: Workspace) -> dict[str, set[tuple[str, str]]]:
    """The units that do not fit any more, by language; by place and text as they are now."""
    wanted = prepare.Preparer(workspace, prepare.tools(()), AS_OF).units()
    found = {}
    for language, book in workspace.catalogs.items():
        found[language] = {key for key, one in translate.match(wanted, book).items() if one.status != "there"}
    return found


def using(workspace: Workspace, word: str) -> set[tuple[str, str]]:
    """The units that name a fact or word of the glossary: told from the sections' own files, and from boxes that draw it."""
    wanted = prepare.Preparer(workspace, prepare.tools(()), AS_OF).units()
    kind, name = word.split()
    named = {key for key in wanted if re.search(rf"\{{{kind} {re.escape(name)}[ |}}]", key[1])}
    drawn = set()
    for section in workspace.sections.values():
        text = disk.read(ROOT).contents[section.span.path].decode()
        for box in re.findall(r"::: (?:fact-box|icons) ([^\n]+)\n(.*?)\n:::", text, re.DOTALL):
            beside = {workspace.facts[one].comparator for one in box[0].split()}
            if kind == "fact" and name in {*box[0].split(), *beside}:
                captions = {re.sub(r"\s+", " ", paragraph.strip()) for paragraph in box[1].split("\n\n")}
                drawn |= {key for key in wanted if units.without_marks(key[0]) == f"caption in {section.id}" and key[1] in captions}
    return named | drawn


@pytest.mark.parametrize("name", ["hsct-death-recent", "mist-worse-hsct", "msc-mesems-time", "hsct-fever", "vaccine-live"])
def test_one_fact_changed(pack: Workspace, name: str) -> None:
    fact = pack.facts[name]
    changed = replace(fact, numerator=fact.numerator + 1) if fact.kind == "proportion" else replace(fact, value=(fact.value or 1) + 1)
    other = replace(pack, facts=MappingProxyType({**pack.facts, name: changed}))
    expected = using(other, f"fact {name}")
    assert expected
    assert stale(other) == dict.fromkeys(pack.catalogs, expected)


def test_one_word_of_the_glossary_changed(pack: Workspace) -> None:
    term = pack.terms["placebo"]
    other = replace(pack, terms=MappingProxyType({**pack.terms, "placebo": replace(term, meaning="a treatment that does nothing")}))
    expected = using(other, "term placebo") | {("glossary placebo, meaning", "a treatment that does nothing")}
    assert len(expected) > 2
    assert stale(other) == dict.fromkeys(pack.catalogs, expected)


def test_one_sentence_changed(tmp_path: Path) -> None:
    text = dict(disk.read(ROOT).contents)
    path = "content/sections/hsct/hsct-after.md"
    before = text[path].decode()
    sentence = re.search(r"\n- ([A-Z][^\n{]+)\n", before)
    assert sentence
    text[path] = before.replace(sentence[1], "Now another sentence stands here, and it says something else.", 1).encode()
    other = parse.parse(replace(disk.read(ROOT), contents=text)).value
    new = ("item in hsct-after", "Now another sentence stands here, and it says something else.")
    assert stale(other) == {language: {new} for language in other.catalogs}


def test_nothing_changed(pack: Workspace) -> None:
    assert stale(pack) == {language: set() for language in pack.catalogs}


# ---------------------------------------------------------------- what that stops


@pytest.fixture
def signed(tmp_path: Path) -> Workspace:
    """A workspace with two leaflets, signed in English and in two languages that a second translator revised."""
    root = knee.copy(tmp_path)
    knee.edit("content/clinic.yaml", "example: true", "example: false")(root)
    for path in (root / "content/leaflets").glob("*.yaml"):
        text = re.sub(r"(?m)^(published|evidence_searched):.*", r"\1: 2026-11-01", path.read_text())
        path.write_text(re.sub(r"(?m)^reviewers:.*", "reviewers: [{name: A Person, role: nurse}]", text))
    for language in ("de", "tr"):
        knee.speak(language, state="revised")(root)
    return sign(parse.parse(disk.read(root)).value)


def sign(workspace: Workspace) -> Workspace:
    signoffs = tuple(
        SignOff(name, language, "A Person", "clinical reviewer", AS_OF, signing.digest(workspace, recipe, language), Span("a"))
        for name, recipe in workspace.leaflets.items()
        for language in workspace.languages
    )
    return replace(workspace, signoffs=signoffs)


def finals(workspace: Workspace) -> dict[tuple[str, str], bool]:
    """Which leaflets can be printed as final, by leaflet and language."""
    preparer = prepare.Preparer(workspace, prepare.tools(workspace.languages), AS_OF)
    found = {}
    for name in workspace.leaflets:
        for language in workspace.languages:
            edition = preparer.prepare(Request(name, workspace.leaflets[name].default_profile, language, "a4")).edition
            found[name, language] = edition is not None and edition.state == "final"
    return found


def test_a_changed_fact_keeps_its_leaflets_from_final_in_every_language_and_no_others(signed: Workspace) -> None:
    before = finals(signed)
    assert set(before.values()) == {True}, [problem for problem in preparer_problems(signed) if str(problem.stops) != "nothing"]
    fact = signed.facts["bruise"]
    changed = replace(signed, facts=MappingProxyType({**signed.facts, "bruise": replace(fact, numerator=8)}))
    after = finals(sign(changed))  # a clinician signs the new text at once: the translations are stale all the same
    stating = {name for name, recipe in signed.leaflets.items() if any(one.id == "bruise" for one in signing.records_of(signed, recipe))}
    assert stating
    assert stating < set(signed.leaflets)
    assert {key for key, final in after.items() if not final} == {(name, language) for name in stating for language in ("de", "tr")}


def preparer_problems(workspace: Workspace) -> list:
    preparer = prepare.Preparer(workspace, prepare.tools(workspace.languages), AS_OF)
    found = []
    for name in workspace.leaflets:
        for language in workspace.languages:
            one = preparer.printed(Request(name, workspace.leaflets[name].default_profile, language, "a4"))
            found += [*one.problems, *preparer.recipe_problems(name, language)]
    return found


def test_a_missing_text_stops_the_leaflets_that_show_it_and_no_others(signed: Workspace) -> None:
    book = signed.catalogs["de"]
    key = next(key for key in book.entries if units.without_marks(key[0]) == "paragraph in rest-harms")
    holed = replace(book, entries=MappingProxyType({one: entry for one, entry in book.entries.items() if one != key}))
    other = replace(signed, catalogs=MappingProxyType({**signed.catalogs, "de": holed}))
    preparer = prepare.Preparer(other, prepare.tools(other.languages), AS_OF)
    made = {
        (name, language): preparer.prepare(Request(name, recipe.default_profile, language, "a4")).edition is not None
        for name, recipe in other.leaflets.items()
        for language in other.languages
    }
    assert {key for key, there in made.items() if not there} == {("knee-rest", "de")}


def test_a_signature_lapses_when_a_translation_changes(signed: Workspace) -> None:
    book = signed.catalogs["de"]
    key = next(key for key in book.entries if units.without_marks(key[0]) == "paragraph in rest-harms")
    entry = replace(book.entries[key], said=("Otra cosa muy distinta.",))
    other = replace(
        signed, catalogs=MappingProxyType({**signed.catalogs, "de": replace(book, entries=MappingProxyType({**book.entries, key: entry}))})
    )
    for name, lapsed in (("knee-rest", True), ("knee-injection", False)):
        for language in ("en", "de", "tr"):
            before, after = (signing.digest(one, one.leaflets[name], language) for one in (signed, other))
            assert (before != after) is (lapsed and language == "de")


# ---------------------------------------------------------------- updating


def test_update_marks_what_changed_and_keeps_what_it_was(tmp_path: Path, run: Callable) -> None:
    root = knee.copy(tmp_path)
    knee.speak("es")(root)
    path = root / "content/translations/es.po"
    before = path.read_text()
    knee.edit("content/facts.yaml", "numerator: 7", "numerator: 8")(root)
    knee.edit("content/sections/knee-harms.md", "a few games", "some games")(root)
    assert run("translate", "status", "-w", root)[0] == 1
    run("translate", "update", "-w", root)
    after = path.read_text()
    assert after.count("#, fuzzy") >= 2
    assert '#| msgid "You may have to sit out a few games.' in after
    assert re.search(r'#\| msgctxt "paragraph in knee-harms · fact bruise [0-9a-f]{6}"', after)
    assert subprocess.run(["msgfmt", "--check", "-o", "/dev/null", path], check=False).returncode == 0
    path.write_text(re.sub(r"(?m)^#, fuzzy(, .*)?\n(#\|.*\n)*", "", after))
    assert run("translate", "status", "-w", root)[0] == 0
    knee.edit("content/facts.yaml", "numerator: 8", "numerator: 7")(root)
    assert run("translate", "status", "-w", root)[0] == 1
    assert before != after


def test_a_section_that_only_moved_keeps_its_translations(tmp_path: Path, run: Callable) -> None:
    root = knee.copy(tmp_path)
    knee.speak("es")(root)
    (root / "content/sections/rest-harms.md").rename(root / "content/sections/rest-bad.md")
    for path in (root / "content/leaflets").glob("*.yaml"):
        path.write_text(path.read_text().replace("rest-harms", "rest-bad"))
    assert run("translate", "status", "-w", root)[0] == 0


def test_states_of_single_texts(tmp_path: Path, run: Callable) -> None:
    root = knee.copy(tmp_path)
    knee.speak("es")(root)
    knee.edit("content/translations/es.po", "#. Section", "# A note to keep.\n# state: revised\n#. Section")(root)
    run("translate", "update", "-w", root)
    assert "# A note to keep.\n# state: revised\n#. Section" in (root / "content/translations/es.po").read_text()
    status, out, _ = run("translate", "status", "-w", root, "--format", "json")
    assert status == 0
    assert '"revised": 1' in out


# ---------------------------------------------------------------- numbers and their words


@pytest.mark.parametrize(
    ("language", "forms"),
    [
        ("pl", {1: 0, 2: 1, 4: 1, 5: 2, 12: 2, 22: 1, 100: 2}),
        ("ru", {1: 0, 2: 1, 4: 1, 5: 2, 11: 2, 21: 0, 100: 2}),
        ("ar", {0: 0, 1: 1, 2: 2, 3: 3, 10: 3, 11: 4, 99: 4, 100: 5, 102: 5, 103: 3}),
        ("ja", {1: 0, 2: 0}),
    ],
)
def test_plural_forms(language: str, forms: dict[int, int]) -> None:
    count, rule = facts.plural_rule(language)
    assert {number: catalog.form(rule)(number) for number in forms} == forms
    assert max(forms.values()) < count


@pytest.mark.parametrize(
    ("language", "said"),
    [("ru", {1: "1 год", 2: "2 года", 5: "5 лет"}), ("pl", {1: "1 rok", 2: "2 lata", 5: "5 lat"}), ("ar", {3: "3 سنوات", 11: "11 سنة"})],
)
def test_words_around_a_number(pack: Workspace, language: str, said: dict[int, str]) -> None:
    from leaflets.model import Duration

    book = prepare.Preparer(pack, prepare.tools(()), AS_OF).language(language).book
    assert {number: Voice(language, "gb", book).duration(Duration(number, None, "year")) for number in said} == said


def test_digits_and_marks_are_the_language_s_own() -> None:
    assert Voice("fa").number(1234.5) == "۱٬۲۳۴٫۵"
    assert Voice("bn").number(2_800_000) == "২৮ লাখ"
    assert Voice("ar", "eg").number(12) == "١٢"
    assert Voice("es").number(1000) == "1000"
    assert Voice("es").number(12_000) == "12.000"
    assert Voice("fa").digits("2019") == "۲۰۱۹"
    assert Voice("fa").digits("18–50") == "۱۸–۵۰"
    assert Voice("fa").digits("StarMS 2") == "StarMS 2"


def test_words_are_sorted_by_the_alphabet() -> None:
    words = ["zadanie", "łatwy", "lekarz", "ćwiczenie", "cena"]
    assert sorted(words, key=Voice("pl").order) == ["cena", "ćwiczenie", "lekarz", "łatwy", "zadanie"]
    assert sorted(["niño", "nube", "ñandú", "oso"], key=Voice("es").order) == ["niño", "nube", "ñandú", "oso"]
    assert sorted(["ışık", "ilaç", "hasta"], key=Voice("tr").order) == ["hasta", "ışık", "ilaç"]
    assert Voice("tr").capital("ilaç") == "İlaç"


def test_a_hard_text_is_told(pack: Workspace) -> None:
    """R8 warns where a language's own formula is missed, and a language without one says so."""
    preparer = prepare.Preparer(pack, prepare.tools(("en", "de")), AS_OF)
    printed = preparer.printed(Request("hsct", pack.leaflets["hsct"].default_profile, "de", "a4")).printed
    assert printed
    long = "Die interdisziplinäre Transplantationsvorbereitungsuntersuchung beinhaltet umfangreiche Laboruntersuchungen"
    from leaflets.model import Paragraph, Text

    hard = replace(printed.sections[0], blocks=(Paragraph("a.1", Span("a"), (Text(f"{long} {long} {long}."),)),))
    case = checks.Case(pack, replace(printed, sections=(hard,), terms=()), AS_OF)
    assert [problem.code for problem in checks.check_translated(case)] == ["R8", "R8"]
    assert all(not score.meets_target for score in scores("de", case.prose))


# ---------------------------------------------------------------- pseudo


def test_pseudo_text_keeps_every_rule_and_is_longer(pack: Workspace) -> None:
    wanted = prepare.Preparer(pack, prepare.tools(()), AS_OF).units()
    made = pseudo.catalog(wanted, "uk", "Cyrl")
    assert set(made.entries) == set(wanted)
    pairs = [checks.Pair(unit, made.entries[key], made.entries[key].said[0], "uk", None, pack.facts, {}) for key, unit in wanted.items()]
    found = [problem for problem in checks.check_pairs(pairs) if problem.code in ("T2", "T2a", "T11")]
    assert found == []
    before, after = (sum(len(text) for text in texts) for texts in zip(*((pair.unit.text, pair.said) for pair in pairs), strict=True))
    assert after > before * 1.2


def test_new_language_and_pseudo(tmp_path: Path, run: Callable) -> None:
    root = knee.copy(tmp_path)
    status, out, err = run("new", "language", "ko", "-w", root)
    assert status == 0
    assert "Korean (한국어)" in err
    assert out.split() == [str(root / "content/translations/ko.po"), str(root / "content/translations/ko.yaml")]
    assert run("new", "language", "ko", "-w", root)[0] == 2
    assert run("new", "language", "xx", "-w", root)[0] == 2
    status, out, err = run("translate", "pseudo", "knee-rest", "--lang", "he", "-w", root, "-o", tmp_path / "p")
    assert status == 0, err
    own = [edition.id for edition in editions_of(root) if edition.text]  # this leaflet has no text for them
    assert own
    made = {Path(line).name.split("--")[-1].split(".")[0] for line in out.split()}
    assert made == {edition.id for edition in editions_of(root)} - set(own)
    assert run("build", "knee-rest", "--lang", "ko", "-w", root, "-o", tmp_path / "d")[0] == 1


def editions_of(root: Path) -> list[Edition]:
    return list(parse.parse(disk.read(root)).value.editions.values())


def test_requests_for_languages(pack: Workspace) -> None:
    everything = build.requests(pack, build.Wanted(everything=True))
    editions = {edition: kind.languages for edition, kind in pack.editions.items() if not kind.by_name}
    offered = [editions[edition] for leaflet in pack.leaflets for edition in editions if pack.offers(leaflet, edition)]
    assert len(offered) > 5 * len(pack.leaflets)
    expected = len(pack.profiles) * (len(offered) * (len(pack.languages) - 1) + offered.count("all"))
    assert len(everything) == expected
    assert not [one for one in everything if one.language == "en" and editions[one.edition] == "translations"]
    listed = build.requests(pack, build.Wanted())
    assert {one.language for one in listed} == set(pack.languages)
