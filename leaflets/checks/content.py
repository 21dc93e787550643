"""What a leaflet has to hold (C1 to C13 of the standard)."""

import re
from collections.abc import Iterator

from leaflets.checks.case import Case
from leaflets.checks.readability import sentences
from leaflets.markup import walk
from leaflets.model import KINDS, Contacts, Heading, Items, Lines, Picture, Table
from leaflets.problems import Problem

_ACTION = re.compile(r"^(?:Please )?(Ask|Talk|Tell|Call|Ring|Phone|Write|Speak|Contact|Bring|Show|Think|Read|Take|Tick|See)\b")
_DENIED = re.compile(r"\b(no|not|never|nor|nobody|cannot|can't|isn't|without|neither)\b(?:\W+\w+){0,5}\W+$", re.IGNORECASE)
_PROMISES = re.compile(
    r"\b(cur(?:e|es|ed|ing|ative)|miracle\w*|guarantee\w*|risk[- ]free|"
    r"breakthrough\w*|side[- ]effect[- ]free|painless|harmless|100% \w+|completely safe|proven safe)\b",
    re.IGNORECASE,
)
_SAFE = re.compile(r"\b(?:is|are|was|were|be)\s+(?:\w+\s+)?safe\b(?! (?:to|for) (?:ask|say))", re.IGNORECASE)
_NOT_FOR = re.compile(r"\bnot (?:for|meant|written)\b|\bdoes not\b|\bis not\b", re.IGNORECASE)
_NO_CHANGE = re.compile(
    r"\bno (?:change|treatment|new treatment)\b|\bnot (?:to )?chang|\bchang\w* nothing\b|\bstay(?:ing)? (?:as|on|with)\b",
    re.IGNORECASE,
)


def main_message(case: Case) -> Iterator[Problem]:
    """C1: one main message of 1 to 3 sentences, among the first sections."""
    found = case.sections("main-message")
    first = case.printed.sections[0].span if case.printed.sections else case.printed.leaflet.recipe.span
    if len(found) != 1:
        yield case.problem("C1", f"{len(found)} main messages", first, "show every reader exactly one section of the kind main-message")
        return
    if found[0] not in case.printed.sections[:3]:
        yield case.problem("C1", "the main message does not stand near the start", found[0].span, "put it among the first three sections")
    count = sum(len(sentences(passage.text)) for passage in case.passages if passage.section is found[0])
    if not 1 <= count <= 3:
        yield case.problem("C1", f"the main message has {count} sentences", found[0].span, "say it in 1 to 3")


def call_to_action(case: Case) -> Iterator[Problem]:
    """C2: at least one sentence that says what to do."""
    if not any(_ACTION.match(sentence) for passage in case.passages for sentence in sentences(passage.text)):
        span = case.printed.leaflet.recipe.span
        yield case.problem("C2", "no sentence tells the reader what to do", span, "begin one with Ask, Talk, Tell, Call, Bring …")


def who_for(case: Case) -> Iterator[Problem]:
    """C3: a section that says what the leaflet is for, for whom, and for whom not. A shorter text may leave that to the full one."""
    found = case.sections("who-for")
    if case.short:
        return
    if not found:
        yield case.problem(
            "C3", "nothing says who the leaflet is for", case.printed.leaflet.recipe.span, "add a section of the kind who-for"
        )
    elif not any(_NOT_FOR.search(passage.text) for passage in case.passages if passage.section in found):
        yield case.problem("C3", "nothing says who the leaflet is not for", found[0].span, "add a sentence: `It is not for …`")


def options(case: Case) -> Iterator[Problem]:
    """C4: options, benefits and harms; at least three options, one of them no change. A shorter text may leave the options to the full
    one, or give each a picture.
    """
    span = case.printed.leaflet.recipe.span
    for kind in ("benefits", "harms") if case.short else ("options", "benefits", "harms"):
        if not case.sections(kind):
            yield case.problem("C4", f"no section of the kind {kind}", span, "add one that every reader sees")
    for section in case.sections("options"):
        blocks = list(walk(section.blocks))
        tables = [len(block.rows) for block in blocks if isinstance(block, Table)]
        headings = sum(isinstance(block, Heading) and block.level == 2 for block in blocks)
        lists = [len(block.items) for block in blocks if isinstance(block, Items)]
        shown = sum(isinstance(block, Picture) for block in blocks) if case.short else 0
        if max([headings, shown, *tables, *lists]) < 3:
            yield case.problem(
                "C4", "fewer than three options", section.span, "give each option a heading: no change, and at least two others"
            )
        said = " ".join(passage.text for passage in case.passages if passage.section is section)
        if not _NO_CHANGE.search(said):
            yield case.problem("C4", "no change is not among the options", section.span, "say what happens with no change of treatment")


def uncertainty(case: Case) -> Iterator[Problem]:
    """C5: what is not known."""
    if not case.sections("unknowns"):
        span = case.printed.leaflet.recipe.span
        yield case.problem("C5", "nothing says what is not known", span, "add a section of the kind unknowns that every reader sees")


def balance(case: Case) -> Iterator[Problem]:
    """C6: benefits and harms get equal room. A shorter text leaves out no harm, and so may say less on benefits, never on harms."""
    good, bad = case.words("benefits"), case.words("harms")
    if good and bad and not (0 if case.short else 0.67) <= good / bad <= 1.5:
        told = f"{good} words on benefits and {bad} on harms: ratio {good / bad:.2f}"
        yield case.problem("C6", told, case.sections("benefits")[0].span, "bring it between 0.67 and 1.5")


def help_and_notes(case: Case) -> Iterator[Problem]:
    """C7: questions to ask, room for notes, a contact, urgent help. A shorter text needs no room for notes."""
    span = case.printed.leaflet.recipe.span
    blocks = [block for section in case.printed.sections for block in walk(section.blocks)]
    missing = [kind for kind in ("questions", "urgent-help") if not case.sections(kind)]
    missing += [] if case.short or any(isinstance(block, Lines) for block in blocks) else ["room for notes (`::: lines`)"]
    missing += [] if any(isinstance(block, Contacts) for block in blocks) else ["a contact (`::: organisations`)"]
    for what in missing:
        yield case.problem("C7", f"missing: {what}", span, "add it where every reader sees it")


def order(case: Case) -> Iterator[Problem]:
    """C8: sections stand in the order of a treatment leaflet."""
    highest = -1
    for section in case.printed.sections:
        place = KINDS.index(section.kind)
        if place < highest:
            told = f"`{section.id}` ({section.kind}) stands after {KINDS[highest]}"
            yield case.problem("C8", told, section.span, "put the leaflet's sections in the order of the kinds")
        highest = max(highest, place)


def promises(case: Case) -> Iterator[Problem]:
    """C13: no word that promises, unless it is denied; "safe" only with a study's number or source beside it."""
    for passage in case.passages:
        for match in _PROMISES.finditer(passage.text):
            if not _DENIED.search(passage.text[: match.start()].rsplit(". ", 1)[-1]):
                yield case.problem(
                    "C13",
                    f"`{match[0]}` promises",
                    passage.block.span,
                    "say what was found, in how many people, over what time",
                )
        for match in _SAFE.finditer(passage.text):
            sentence = passage.text[: match.start()].rsplit(". ", 1)[-1] + match[0]
            if not passage.facts and not re.search(r"\b(not|no|whether|if|how|isn't|never)\b", sentence, re.IGNORECASE):
                yield case.problem(
                    "C13",
                    f"`{match[0]}`: safe in which study, for how many, how long?",
                    passage.block.span,
                    "give the fact beside it",
                )


RULES = (main_message, call_to_action, who_for, options, uncertainty, balance, help_and_notes, order, promises)
"""The rules of this group, each a function of a case."""
