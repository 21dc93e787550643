"""Conditions as an author writes them: `ms_type=spms|ppms and reader!=carer or stage=after`."""

import re
from collections.abc import Iterable, Mapping

from leaflets.model import LEAFLET, Condition, Test, Trait
from leaflets.problems import Checked, Ledger, Span, nearest

_TEST = re.compile(r"([A-Za-z0-9_-]+)\s*(!=|==|=)\s*([A-Za-z0-9_-]+(?:\s*\|\s*[A-Za-z0-9_-]+)*)")
_EXAMPLE = "write it like `stage=deciding and reader!=carer`, with `|` between values"


def parse(text: str, span: Span) -> Checked[Condition | None]:
    """Read a condition: alternatives by `or`, each of tests by `and`. `span` is the place of its first letter."""
    ledger = Ledger()
    alternatives: list[tuple[Test, ...]] = []
    tests: list[Test] = []
    position, joined = 0, True
    for match in re.finditer(rf"\s*(?:{_TEST.pattern}|\b(and|or)\b|(\S+))", text):
        trait, operator, values, joiner, stray = match.groups()
        here = Span(span.path, span.line, span.column + match.start() + len(match[0]) - len(match[0].lstrip()))
        position = match.end()
        if stray is not None:
            hint = _EXAMPLE if "(" not in stray else f"brackets are not used; {_EXAMPLE}"
            ledger.add("V01", f"`{stray}` is not understood in the condition `{text.strip()}`", here, hint)
            return Checked(None, tuple(ledger))
        if (joiner is None) is not joined:
            told = f"`{match[0].strip()}` has no test before it" if joiner else f"`and` or `or` is missing before `{match[0].strip()}`"
            ledger.add("V01", told, here, _EXAMPLE)
            return Checked(None, tuple(ledger))
        joined = joiner is not None
        if joiner == "or":
            alternatives.append(tuple(tests))
            tests = []
        elif joiner is None:
            tests.append(Test(trait, frozenset(re.split(r"\s*\|\s*", values)), operator == "!="))
    if joined:
        told = "the condition ends too early" if position else "the condition is empty"
        ledger.add("V01", told, span, _EXAMPLE)
        return Checked(None, tuple(ledger))
    return Checked(Condition((*alternatives, tuple(tests)), " ".join(text.split()), span), tuple(ledger))


def check(condition: Condition, vocabulary: Mapping[str, Trait], leaflets: Iterable[str]) -> Ledger:
    """Return what a condition names that the vocabulary does not hold."""
    ledger = Ledger()
    known = {trait.id: tuple(trait.values) for trait in vocabulary.values()} | {LEAFLET: tuple(leaflets)}
    for test in condition.tests:
        if test.trait not in known:
            ledger.add("V02", f"no trait is called `{test.trait}`", condition.span, nearest(test.trait, known))
            continue
        for value in sorted(test.values - set(known[test.trait])):
            code = "X06" if test.trait == LEAFLET else "V03"
            ledger.add(code, f"`{test.trait}` has no value `{value}`", condition.span, nearest(value, known[test.trait]))
    return ledger
