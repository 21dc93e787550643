"""Texts of a leaflet beside the full one: what they may leave out, who is offered them, and what the two of the first pack look like."""

import re
from dataclasses import replace
from types import MappingProxyType

import pytest
from leaflets import build, markup, prepare, select, signing
from leaflets.checks.readability import sentences, words
from leaflets.codes import Stops
from leaflets.model import Named, Panel, Picture, Recipe, Request, Workspace

import knee
from conftest import AS_OF
from knee import edit

REST = "content/leaflets/knee-rest.yaml"
SHORT = """texts:
  one-page:
    sections:
      - rest-main-message
      - rest-benefits
      - rest-harms
      - knee-unknowns
      - knee-urgent-help
      - knee-questions
      - knee-support
"""
LONGEST = 12
"""Words of a sentence that is easy to read; the meaning of a word, which follows it in brackets, aside."""


def with_text(pack: Workspace, leaflet: str, text: str, sections: tuple[str, ...]) -> Recipe:
    """A leaflet of the pack with other sections in one of its texts."""
    recipe = pack.leaflets[leaflet]
    return replace(recipe, texts=MappingProxyType({**recipe.texts, text: replace(recipe.texts[text], sections=sections)}))


def prepared(pack: Workspace, request: Request, panel: Panel | None = None) -> prepare.Prepared:
    preparer = prepare.Preparer(pack, prepare.tools(("en", request.language)), AS_OF)
    return preparer.prepare(request, panel=panel)


def of(pack: Workspace, leaflet: str, edition: str, language: str = "en", profile: str = "") -> Request:
    return Request(leaflet, profile or pack.leaflets[leaflet].default_profile, language, edition)


# ---------------------------------------------------------------- what a text may leave out


def test_every_text_of_the_pack_is_proven(pack: Workspace) -> None:
    assert {name: sorted(recipe.texts) for name, recipe in pack.leaflets.items()} == {
        "hsct": ["easy-read", "one-page"],
        "ipsc": ["one-page"],
        "msc": ["one-page"],
        "nsc": ["one-page"],
        "overview": ["easy-read", "one-page"],
    }
    assert [problem for recipe in pack.leaflets.values() for problem in select.prove(pack, recipe)] == []


def test_no_text_leaves_out_a_harm_that_the_full_one_must_show(pack: Workspace) -> None:
    kept = select.never_left_out(pack, pack.leaflets["hsct"], "one-page")
    facts = {thing.id for thing in kept if thing.what == "fact"}
    harms = {"hsct-death-recent", "hsct-death-older", "hsct-fever", "hsct-second-autoimmune", "hsct-periods-return"}
    assert harms <= facts
    assert facts - harms == {"hsct-neda-5y"}  # a benefit that the text itself says it must show
    assert {thing.id for thing in kept if thing.what == "kind"} == {*select.NEVER_LEFT_OUT, "summary"}


@pytest.mark.parametrize("kind", select.NEVER_LEFT_OUT)
@pytest.mark.parametrize("text", ["one-page", "easy-read"])
def test_a_text_without_a_kind_of_section_is_told(pack: Workspace, text: str, kind: str) -> None:
    sections = tuple(name for name in pack.leaflets["hsct"].texts[text].sections if pack.sections[name].kind != kind)
    found = select.prove(pack, with_text(pack, "hsct", text, sections))
    assert [p.code for p in found if f"the text `{text}` of `hsct` may not leave out kind `{kind}`" in p.message] == ["V06"]


def test_a_text_that_leaves_a_death_rate_out_for_some_reader_is_told(pack: Workspace) -> None:
    harms = pack.sections["brief-hsct-harms"]
    hidden = replace(harms, applies=pack.sections["hsct-main-message"].blocks[0].blocks[0].condition)  # type: ignore[union-attr]
    changed = replace(pack, sections=MappingProxyType({**pack.sections, harms.id: hidden}))
    found = [p for p in select.prove(changed, changed.leaflets["hsct"]) if "fact `hsct-death-recent`" in p.message]
    assert [p.code for p in found] == ["V05"]
    assert "which the text `one-page` of `hsct` must show" in found[0].message
    assert found[0].hint.startswith("see `leaflets explain hsct --edition one-page --trait ")


def test_the_rules_of_content_hold_for_a_text(tmp_path) -> None:
    """It needs no options, aim and room for notes, which the full one has; a contact it needs."""
    root = knee.copy(tmp_path)
    edit(REST, "must_show:\n", SHORT + "must_show:\n")(root)
    told = knee.run("check", cwd=root).problems
    assert not [one for one in told if one.code in ("C1", "C2", "C3", "C4", "C5", "C7", "V05", "V06") and "rest" in one.place]
    edit(REST, "      - knee-support\n", "")(root)
    told = [one for one in knee.run("check", cwd=root).problems if one.place.startswith(REST)]
    assert {("V06", True), ("C7", True)} <= {(one.code, "support" in one.message or "contact" in one.message) for one in told}


# ---------------------------------------------------------------- who is offered it


def test_an_edition_is_offered_to_leaflets_that_have_its_text(pack: Workspace) -> None:
    every = build.requests(pack, build.Wanted(everything=True, languages=("en",)))
    assert {one.leaflet for one in every if one.edition == "easy-read"} == {"hsct", "overview"}
    assert {one.leaflet for one in every if one.edition == "one-page"} == set(pack.leaflets)
    assert {one.leaflet for one in build.requests(pack, build.Wanted(editions=("easy-read",)))} == {"hsct", "overview"}
    assert build.unknown(pack, build.Wanted(editions=("easy-read",))) == []


def test_a_leaflet_asked_for_without_the_text_is_told(run) -> None:
    status, _, err = run("build", "msc", "hsct", "--edition", "easy-read", "--dry-run")
    assert status == 2
    assert "`msc` has no text `easy-read`, which the edition `easy-read` prints; leaflets that do: hsct, overview" in err


def test_a_letter_in_an_edition_without_the_text_is_told(tmp_path, run) -> None:
    table = tmp_path / "rows.csv"
    table.write_text("leaflet,edition,language\nmsc,easy-read,en\n")
    status, out, err = run("batch", table, "--dry-run")
    assert status == 1
    assert "D04 `msc` has no text `easy-read`" in out + err


def test_explain_tells_of_a_text(run) -> None:
    status, out, _ = run("explain", "hsct", "--edition", "easy-read")
    assert status == 0
    assert "hsct, its text easy-read, for active-rrms-deciding" in out
    assert "easy-harms" in out
    assert "hsct-harms" not in out


# ---------------------------------------------------------------- what is printed, signed and remembered


def test_an_edition_prints_its_text_and_says_that_it_is_short(pack: Workspace) -> None:
    notice = "This is a short version. Ask your clinic for the full leaflet"
    for edition, first in (("a4", "hsct-who-for"), ("one-page", "brief-hsct-who-for"), ("easy-read", "easy-hsct-who-for")):
        ready = prepared(pack, of(pack, "hsct", edition))
        assert ready.printed is not None
        assert ready.edition is not None
        assert ready.printed.sections[0].id == first
        assert (notice in ready.edition.html) is (edition != "a4")
    assert ready.edition.title == "Stem cell transplant for MS: easy read"


def test_editions_of_one_text_are_prepared_once(pack: Workspace) -> None:
    preparer = prepare.Preparer(pack, prepare.tools(("en",)), AS_OF)
    a4, one, letter = (preparer.printed(of(pack, "hsct", edition)) for edition in ("a4", "one-page", "letter"))
    assert a4.printed is not None
    assert letter.printed is not None
    assert one.printed is not None
    assert a4.printed.sections is letter.printed.sections
    assert one.printed.sections != a4.printed.sections
    assert {problem.edition for problem in one.problems} <= {"one-page"}


def test_a_signature_is_for_every_text(pack: Workspace) -> None:
    changed = replace(pack.sections["easy-harms"], title="What else?")
    other = replace(pack, sections=MappingProxyType({**pack.sections, "easy-harms": changed}))
    before, after = ([signing.digest(one, one.leaflets[name]) for name in ("hsct", "msc")] for one in (pack, other))
    assert before[0] != after[0]
    assert before[1] == after[1]
    assert "easy-harms" in signing.used_by(pack, pack.leaflets["hsct"])["section"]  # so a build remembers nothing that is out of date


def test_too_many_pages_are_told_and_nothing_is_written(tmp_path) -> None:
    root = knee.copy(tmp_path)
    edit(REST, "must_show:\n", SHORT + "must_show:\n")(root)
    (root / "content/sections/rest-benefits.md").write_text(
        "---\nkind: benefits\ntitle: What good may rest do?\n---\n\n" + "Your knee may hurt less. You may sleep well.\n\n" * 120
    )
    ran = knee.run("build", "knee-rest", "-e", "one-page", "--out", tmp_path / "out", cwd=root)
    assert ran.status == 1
    assert [one.message for one in ran.problems if one.code == "P11"]
    assert not list((tmp_path / "out").rglob("*.pdf"))


def test_a_letter_may_be_longer(pack: Workspace) -> None:
    request = of(pack, "hsct", "one-page")
    assert prepared(pack, request).edition.most_pages == 2  # type: ignore[union-attr]
    assert prepared(pack, request, Panel(room=3)).edition.most_pages == 0  # type: ignore[union-attr]


@pytest.mark.parametrize("language", ["en", "de", "ar", "hi"])
def test_one_sheet_is_enough(pack: Workspace, language: str) -> None:
    """Arabic and Hindi need the most room, German has the longest words."""
    ready = prepared(pack, of(pack, "hsct", "one-page", language))
    assert ready.edition is not None, [problem for problem in ready.problems if problem.stops is Stops.BUILD]
    build.start_worker(prepare.tools(("en", language)).places, pooled=False)
    result = build.render_edition(ready.edition)
    build.stop_worker()
    assert not result.problems
    assert result.pages == 2


# ---------------------------------------------------------------- easy to read


def easy(pack: Workspace) -> list[str]:
    return [name for name in pack.sections if name.startswith("easy-")]


def test_sentences_are_short(pack: Workspace) -> None:
    counted = []
    for leaflet in ("hsct", "overview"):
        for profile in pack.profiles:
            printed = select.select(pack, of(pack, leaflet, "easy-read", profile=profile)).value
            for section in printed.sections:
                for block in markup.walk(section.blocks):
                    for inlines in markup.inlines_of(block):
                        plain = tuple(replace(one, meaning="") if isinstance(one, Named) else one for one in inlines)
                        for sentence in sentences(markup.text_of(plain)):
                            counted.append((len(words(sentence)), sentence))
    assert [told for told in counted if told[0] > LONGEST] == []
    assert sum(count for count, _ in counted) / len(counted) < 8


def test_each_idea_has_a_picture_of_one_family(pack: Workspace) -> None:
    used = {block.asset for name in easy(pack) for block in markup.walk(pack.sections[name].blocks) if isinstance(block, Picture)}
    drawn = {name for name in pack.assets if name.startswith("easy-")}
    assert used == drawn
    texts = [pack.assets[name].decode() for name in sorted(drawn)]
    assert {width for text in texts for width in re.findall(r'stroke-width="([^"]+)"', text)} == {"4"}
    paints = {paint for text in texts for paint in re.findall(r'(?:fill|stroke)="([^"]+)"', text)}
    assert {"none", "#1a1a1a", "#fff"} < paints
    assert len(paints) == 4  # and one tint
    assert "<text" not in "".join(texts)
