"""The rules: each a function, each with an id of the standard. A rule is added by writing it and naming it in a tuple."""

from collections.abc import Iterator
from datetime import date

from leaflets import select, theme
from leaflets.checks import content, governance, language, numbers, structure, translation
from leaflets.checks.case import Case
from leaflets.checks.formulas import scores
from leaflets.checks.letters import letters
from leaflets.checks.translation import Pair, check_pairs
from leaflets.model import Recipe, Workspace
from leaflets.problems import Problem

PRINTED_RULES = (*content.RULES, *structure.RULES, *language.RULES, *numbers.RULES)
"""The rules over one printed leaflet."""


def check_workspace(workspace: Workspace) -> Iterator[Problem]:
    """Yield what is wrong with the texts, whoever reads them, and with the colours they are printed in."""
    yield from theme.check(workspace.theme)
    yield from numbers.typed_digits(workspace)
    yield from numbers.as_reported(workspace)
    yield from select.impossible(workspace)


def check_recipe(workspace: Workspace, recipe: Recipe) -> Iterator[Problem]:
    """Yield what is wrong with a leaflet, whoever reads it and in whatever language: the proof that nobody loses a section."""
    yield from select.prove(workspace, recipe)
    yield from governance.starter_text(workspace, recipe)


def check_governance(workspace: Workspace, recipe: Recipe, as_of: date, language: str) -> Iterator[Problem]:
    """Yield what keeps a leaflet of one language from being final: dates, people, consent."""
    yield from governance.governance(workspace, recipe, as_of, language)


def check_printed(case: Case) -> Iterator[Problem]:
    """Yield what is wrong with a leaflet as one reader gets it."""
    for rule in PRINTED_RULES:
        yield from rule(case)


def check_translated(case: Case) -> Iterator[Problem]:
    """Yield what is wrong with a translated leaflet as a whole. What its text is checked for, it has from its source."""
    for rule in translation.LEAFLET_RULES:
        yield from rule(case)


__all__ = [
    "Case",
    "Pair",
    "check_governance",
    "check_pairs",
    "check_printed",
    "check_recipe",
    "check_translated",
    "check_workspace",
    "letters",
    "scores",
]
