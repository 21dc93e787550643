"""Every rule over the printed text: silent on the small workspace, told with its place when one thing in it is broken."""

import datetime

import pytest

from conftest import problems_of, small

GOOD = "Say what was found, in how many people, and over what time."
FACTS = """facts:
  relief:
    {kind: proportion, numerator: 60, denominator: 100, about: true, claim: had less pain, other: had as much pain as before,
     group: With it, population: people with pain, period: 1 year, comparator: relief-without, source: study, date: 2020}
  relief-without:
    {kind: proportion, numerator: 30, denominator: 100, about: true, claim: had less pain, other: had as much pain as before,
     group: Without it, population: people with pain, period: 1 year, comparator: none, source: study, date: 2020}
  odd-total:
    {kind: proportion, numerator: 40, denominator: 450, about: true, claim: had a rash, other: had none,
     group: With it, population: people with pain, period: 1 year, comparator: none, source: study, date: 2020}
"""
SOURCES = "sources:\n  study: {authors: Nobody and others, year: 2020, reference: Invented for tests}\n"


def files(**changes: str) -> dict:
    """The small workspace with facts, and some sections' text replaced."""
    return small(**changes) | {"content/facts.yaml": FACTS, "content/sources.yaml": SOURCES}


def codes(found: list) -> set[str]:
    return {problem.code for problem in found}


def test_the_small_workspace_is_clean() -> None:
    """Nothing but governance and unused facts, so that each case below shows its own problem."""
    assert codes(problems_of(files())) <= {"G1", "G1a", "G2", "G4", "G5", "G6", "G7", "X11"}


CASES = [
    ("C1", "main_message", "One. Two. Three. Four.", "4 sentences"),
    ("C3", "who_for", "This leaflet is for you.", "who the leaflet is not for"),
    ("C4", "options", "## Tablets\n\nYou take them.\n\n## Rest\n\nYou rest.\n\n## Cold\n\nYou cool it.", "no change is not among"),
    ("C4", "options", "## No change\n\nYou go on with no change.", "fewer than three options"),
    ("C6", "benefits", " ".join([GOOD] * 3), "ratio 2.77"),
    ("C7", "notes", "Write it down.", "room for notes"),
    ("C7", "support", "You are not alone.", "a contact"),
    ("C13", "benefits", "It is a miracle for you.", "`miracle` promises"),
    ("C13", "benefits", "It will cure you.", "`cure` promises"),
    ("C13", "harms", "The treatment is safe.", "safe in which study"),
    ("S1", "harms", "### Deep\n\n" + GOOD, "a heading level is skipped"),
    ("S1", "harms", "## Other\n\n" + GOOD, "tells nothing"),
    ("S2", "unknowns", "\n\n".join(["Nobody knows how it will be for you and for me and all of us."] * 12), "words under one heading"),
    ("S3", "harms", "\n".join(f"- {word} pain" for word in ["a", "b", "c", "d", "e", "f", "g", "h"]), "a list of 8 items"),
    (
        "R1",
        "harms",
        "\n\n".join(["Immunosuppressive pharmacological interventions necessitate multidisciplinary haematological evaluation."] * 9),
        "grade",
    ),
    ("R2", "harms", "You may feel " + "very " * 24 + "ill.", "a sentence of 28 words"),
    ("R3", "harms", "You rest. You eat. You sleep. You walk.", "a paragraph of 4 sentences"),
    ("R4", "unknowns", "\n\n".join(["It was shown by nobody."] * 9), "sentences are passive"),
    ("R5", "harms", "An MRI shows it.", "`MRI` is not spelt out"),
    ("L2", "harms", "DANGER HERE is real.", "is in capitals"),
    ("N1a", "harms", "::: fact-box odd-total\nHow many had it?\n:::", "`odd-total` is of 450"),
    ("N4", "benefits", "After a year {fact relief} had less pain.", "only one side of `relief`"),
    ("N3", "benefits", "With it {fact relief both}. Yes {fact relief}.", "stated without its time"),
    ("N5", "harms", "Pain is rare with it.", "`rare` without a number"),
    ("N7", "harms", "It is twice as likely with it.", "`twice as` is a relative figure"),
    ("N7", "harms", "It helps ten per cent of people.", "relative figure"),
    ("N7", "harms", "It harms one in twenty.", "relative figure"),
    ("N10", "harms", "It harms 3 people.", "the number `3` is typed"),
    ("L8", "harms", "The letter 丁 stands here.", "U+4E01"),
]


@pytest.mark.parametrize(("code", "section", "text", "fragment"), CASES, ids=[f"{c[0]}-{c[1]}-{i}" for i, c in enumerate(CASES)])
def test_a_rule_tells(code: str, section: str, text: str, fragment: str) -> None:
    """One broken thing gives its own code, in the section's own file, with a message that says what."""
    found = [problem for problem in problems_of(files(**{section: text})) if problem.code == code]
    assert any(fragment in problem.message for problem in found), found
    told = next(problem for problem in found if fragment in problem.message)
    if code not in ("C2", "C7", "R1"):
        assert told.span.path in (f"content/sections/{section.replace('_', '-')}.md", "content/sections/benefits.md")
        assert told.span.line > 0
    assert told.hint


ALLOWED = [
    ("harms", "It is not a cure. There is no guarantee that it helps you."),
    ("harms", "Nobody knows if it is safe for you."),
    ("harms", "In {plain 2019} a {plain phase 2} trial began. People were under {plain 45}."),
    ("benefits", "After one year {fact relief both}."),
    ("benefits", "After one year {fact relief} had less pain, and {fact relief other-number} had not."),
    ("benefits", "Over a year it changed a lot.\n\n::: fact-box relief\nHow many had less pain?\n:::"),
    ("benefits", "Over a year it changed a lot.\n\n::: icons relief relief-without\nHow many had less pain?\n:::"),
    ("harms", "A rash is rare: {fact odd-total both}, over a year."),
]


@pytest.mark.parametrize(("section", "text"), ALLOWED)
def test_a_rule_does_not_cry_wolf(section: str, text: str) -> None:
    """What is right is not reported."""
    found = codes(problems_of(files(**{section: text})))
    assert not found & {"C13", "N3", "N4", "N5", "N7", "N10", "R5"}, found


def test_mixed_denominators() -> None:
    """N1: two totals in one box."""
    assert "N1" in codes(problems_of(files(benefits="::: icons relief odd-total\nWhat is it?\n:::")))


def test_facts_with_and_without_comparator_in_one_box() -> None:
    """N2: every arm is shown."""
    assert "N2" in codes(problems_of(files(benefits="::: fact-box relief odd-total\nWhat?\n:::")))


def test_order_of_sections() -> None:
    """C8."""
    changed = files()
    path = "content/leaflets/my-leaflet.yaml"
    changed[path] = changed[path].replace("  - benefits\n  - harms\n", "  - harms\n  - benefits\n")
    assert any(p.code == "C8" and "`benefits` (benefits) stands after harms" in p.message for p in problems_of(changed))


@pytest.mark.parametrize("missing", ["main-message", "who-for", "options", "benefits", "harms", "unknowns", "urgent-help", "questions"])
def test_a_missing_section_is_told(missing: str) -> None:
    """C1 to C7: the kinds every leaflet needs."""
    changed = files()
    path = "content/leaflets/my-leaflet.yaml"
    changed[path] = changed[path].replace(f"  - {missing}\n", "")
    expected = {"main-message": "C1", "who-for": "C3", "unknowns": "C5", "urgent-help": "C7", "questions": "C7"}.get(missing, "C4")
    assert expected in codes(problems_of(changed))


def test_a_missing_section_for_one_reader_only() -> None:
    """The rules look at each reader: a section that only patients get is missing for carers."""
    changed = files()
    path = "content/sections/unknowns.md"
    changed[path] = changed[path].replace("kind: unknowns", "kind: unknowns\napplies: reader=patient")
    assert "C5" not in codes(problems_of(changed, "patient"))
    assert "C5" in codes(problems_of(changed, "carer"))


def test_abbreviation_is_explained_where_it_first_stands() -> None:
    """R5: used plainly first and explained later is too late; explained first is right."""
    glossary = {
        "content/glossary.yaml": "terms:\n  mri:\n    {term: MRI, meaning: a scan, explanation: It makes pictures., abbreviation: true}\n"
    }
    late = files(benefits="The MRI shows it.", harms="An {term mri} shows it.") | glossary
    right = files(benefits="An {term mri} shows it.", harms="The MRI shows it.") | glossary
    assert any(p.code == "R5" and "before it is spelt out" in p.message for p in problems_of(late))
    assert "R5" not in codes(problems_of(right))


def test_a_word_to_avoid() -> None:
    """R7."""
    glossary = {
        "content/glossary.yaml": "terms:\n  jab:\n    {term: injection, meaning: a shot, explanation: It takes a needle., avoid: [jab]}\n"
    }
    assert any(p.code == "R7" and "`jab`" in p.message for p in problems_of(files(harms="Each jab hurts. {term jab}") | glossary))


def test_call_to_action() -> None:
    """C2: neither notes nor the urgent box say what to do."""
    quiet = {"notes": "Your notes go here.\n\n::: lines 4 :::", "urgent_help": "Help is there at {country emergency_number}."}
    assert any(p.code == "C2" for p in problems_of(files(**quiet)))


def test_second_person() -> None:
    """R6."""
    third = dict.fromkeys(
        ("who_for", "options", "questions", "notes"), "People rest and eat and sleep and walk and talk each day and each night."
    )
    found = problems_of(files(**third, unknowns="\n\n".join(["People rest and sleep a lot each day."] * 60)))
    assert "R6" in codes(found)


def test_dates() -> None:
    """G1a: past the day its review is due; G1: due later than three years after writing."""
    assert "G1a" in codes(problems_of(files(), as_of=datetime.date(2027, 1, 2)))
    assert "G1a" not in codes(problems_of(files(), as_of=datetime.date(2027, 1, 1)))
    changed = files()
    path = "content/leaflets/my-leaflet.yaml"
    changed[path] = changed[path].replace("review_due: 2027-01-01", "review_due: 2029-06-01")
    assert any(p.code == "G1" and "three years" in p.message for p in problems_of(changed))


def test_the_proof_names_the_smallest_reader() -> None:
    """V05: the fewest traits that differ from the default reader."""
    changed = files()
    changed["content/leaflets/my-leaflet.yaml"] = changed["content/leaflets/my-leaflet.yaml"].replace(
        "must_show: []", "must_show: [kind:harms]"
    )
    changed["content/sections/harms.md"] = changed["content/sections/harms.md"].replace(
        "kind: harms", "kind: harms\napplies: reader!=carer"
    )
    told = [p for p in problems_of(changed) if p.code == "V05"]
    assert [(p.message, p.span.path, p.span.line) for p in told] == [
        ("a reader with reader=carer loses kind `harms`, which `my-leaflet` must show", "content/sections/harms.md", 3)
    ]
