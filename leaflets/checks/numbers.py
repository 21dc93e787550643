"""Numbers (N1 to N10 of the standard)."""

import re
from collections.abc import Iterator

from leaflets.checks.case import Case, Passage
from leaflets.markup import flat, inlines_in, walk
from leaflets.model import Chosen, Fact, FactTable, IconArrays, Link, Said, Strong, Text, Workspace
from leaflets.problems import Problem, Span

_TIME = re.compile(r"\b(year|month|week|day|hour|minute)s?\b", re.IGNORECASE)
_OFTEN = re.compile(r"\b(very common|common|commonly|uncommon|rare|rarely|frequent|frequently|unlikely)\b", re.IGNORECASE)
_RELATIVE = re.compile(
    r"\b(hazard ratio|relative risk|odds ratio|(?:twice|half|double|triple|\w+ times) (?:as|more|less|higher|lower|the)\b"
    r"|per ?cent\b|percent\b|one in (?:two|three|four|five|six|seven|eight|nine|ten|\w+ty|a hundred))|%",
    re.IGNORECASE,
)
_DIGITS = re.compile(r"[\d٠-٩۰-۹०-९০-৯]+(?:[.,:/–-]?\d+)*%?")
_ONE_SIDE = frozenset({"words", "short", "number"})
_OTHER_SIDE = frozenset({"other", "other-short", "other-number", "both"})


def denominators(case: Case) -> Iterator[Problem]:
    """N1: one denominator in a table or picture: 100, 1,000 or the small study's own."""
    for section in case.printed.sections:
        for block in walk(section.blocks):
            names = block.facts if isinstance(block, FactTable) else ()
            names = tuple(array.fact for array in block.arrays) if isinstance(block, IconArrays) else names
            facts = [case.workspace.facts[name] for name in names]
            totals = sorted({fact.denominator for fact in facts})
            if len(totals) > 1:
                told = f"denominators {', '.join(f'{total:,}' for total in totals)} stand side by side"
                yield case.problem("N1", told, block.span, "make a box of each, or put them on one denominator")
            for fact in facts:
                if fact.denominator not in (100, 1000) and (fact.about or fact.denominator > 300):
                    told = f"`{fact.id}` is of {fact.denominator:,}"
                    hint = "put it on 100 or 1,000; only a count of real people in a small study keeps its own number"
                    yield case.problem("N1a", told, block.span, hint)


def time(case: Case) -> Iterator[Problem]:
    """N3: where a number over time is stated, the section tells over what time."""
    for section, fact, passage in _stated(case):
        told = " ".join(other.text for other in case.passages if other.section is section)
        if fact.period is not None and fact.id not in _drawn(section) and not _TIME.search(told):
            hint = f"add it: `{{fact {fact.id} period}}`"
            yield case.problem("N3", f"`{fact.id}` is stated without its time", passage.block.span, hint)


def both_sides(case: Case) -> Iterator[Problem]:
    """N4: a section that states one side of a result states the other."""
    for section, fact, passage in _stated(case):
        forms = {inline.form for inline in inlines_in(section.blocks) if isinstance(inline, Said) and inline.fact == fact.id}
        if not forms & _OTHER_SIDE and fact.id not in _drawn(section):
            hint = f"add `{{fact {fact.id} other}}`, or write `{{fact {fact.id} both}}`"
            yield case.problem("N4", f"only one side of `{fact.id}` is shown", passage.block.span, hint)


def _stated(case: Case) -> Iterator[tuple[Chosen, Fact, Passage]]:
    """Yield each proportion of which a section states a number in words, once a section."""
    seen: set[tuple[str, str]] = set()
    for passage in case.passages:
        for inline in passage.facts:
            fact = case.workspace.facts[inline.fact]
            if fact.kind == "proportion" and inline.form in _ONE_SIDE and (passage.section.id, fact.id) not in seen:
                seen.add((passage.section.id, fact.id))
                yield passage.section, fact, passage


def _drawn(section: Chosen) -> set[str]:
    """Return the facts that a table or picture of the section shows, with both sides and the time."""
    found: set[str] = set()
    for block in walk(section.blocks):
        if isinstance(block, FactTable):
            found.update(block.facts)
        elif isinstance(block, IconArrays):
            found.update(array.fact for array in block.arrays)
    return found


def frequencies(case: Case) -> Iterator[Problem]:
    """N5: words such as common or rare only beside the number."""
    for passage in case.passages:
        match = _OFTEN.search(passage.text)
        if match and not passage.facts:
            yield case.problem("N5", f"`{match[0]}` without a number", passage.block.span, "give the fact beside it, or say it otherwise")


def relative(case: Case) -> Iterator[Problem]:
    """N2, N7: no percent, "1 in X" or relative figure; an absolute number for every arm, and no arithmetic left to the reader."""
    for passage in case.passages:
        if match := _RELATIVE.search(_written(passage)):
            hint = "give the fact for each group: `of 100 people`"
            yield case.problem("N7", f"`{match[0]}` is a relative figure", passage.block.span, hint)


def _written(passage: Passage) -> str:
    """Return what an author wrote as text; facts and words of the glossary are not."""
    leaves = (inline for inline in flat(passage.inlines) if not isinstance(inline, Strong | Link))
    return "".join(inline.text if isinstance(inline, Text) else "…" for inline in leaves)


def typed_digits(workspace: Workspace) -> Iterator[Problem]:
    """N10: no digit is typed where a fact belongs: in sections, titles, the words of facts, the glossary."""
    for section in workspace.sections.values():
        yield from _typed(section.title, section.title_span, "put it in words: a title holds no numbers")
        for inline in inlines_in(section.blocks):
            if isinstance(inline, Text):
                hint = "make it a fact, `{fact NAME}`; a year, an age or a name goes in `{plain …}`"
                yield from _typed(inline.text, inline.span, hint, inside=True)
    for recipe in workspace.leaflets.values():
        yield from _typed(recipe.title, recipe.places.get("title", recipe.span), "put it in words: a title holds no numbers")
    for fact in workspace.facts.values():
        for words in (fact.claim, fact.other, fact.group, fact.counted, fact.unit):
            yield from _typed(words, fact.span, "the fact's own keys hold its numbers; say the rest in words")
    for term in workspace.terms.values():
        for words in (term.meaning, term.explanation):
            yield from _typed(words, term.span, "say it in words; numbers about health are facts")


def as_reported(workspace: Workspace) -> Iterator[Problem]:
    """N12: a proportion's numerator, or its percent, is among the numbers that `reported` quotes from the source."""
    for fact in workspace.facts.values():
        if fact.kind != "proportion" or not fact.reported:
            continue
        quoted = {float(number) for number in re.findall(r"\d+(?:\.\d+)?", fact.reported.replace(",", ""))}
        sides = {fact.numerator, fact.denominator - fact.numerator}
        if not any(number in sides or round(number * fact.denominator / 100) in sides for number in quoted):
            hint = "correct the number, or quote in `reported` what it comes from"
            yield Problem("N12", f"`{fact.id}` says {fact.numerator} of {fact.denominator}, which `reported` does not", fact.span, hint)


def _typed(text: str, span: Span, hint: str, inside: bool = False) -> Iterator[Problem]:
    for match in _DIGITS.finditer(text):
        place = Span(span.path, span.line, span.column + match.start()) if inside and "\n" not in text else span
        yield Problem("N10", f"the number `{match[0]}` is typed into the text", place, hint)


RULES = (denominators, time, both_sides, frequencies, relative)
"""The rules of this group, each a function of a case."""
