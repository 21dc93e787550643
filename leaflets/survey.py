"""How far translations are: for each language, leaflet and profile what is missing, stale or unread, and what stops it."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from leaflets import checks
from leaflets.codes import Stops
from leaflets.model import Request, Workspace
from leaflets.prepare import Language, Prepared, Preparer
from leaflets.problems import Problem


@dataclass(frozen=True, slots=True)
class Row:
    """One leaflet for one reader in one language: counts of its units, and the codes of what stops it."""

    language: str
    leaflet: str
    profile: str
    units: int
    missing: int
    stale: int
    machine: int
    stops_build: tuple[str, ...]
    stops_final: tuple[str, ...]
    readability: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Whole:
    """A whole catalog: counts of units by what there is for them, and by state. `unused` are entries that nothing asks for."""

    language: str
    units: int
    missing: int
    stale: int
    machine: int
    translated: int
    revised: int
    unused: int


def whole(language: Language) -> Whole:
    """Return how far a catalog is."""
    found = language.book.matches.values()
    by_status = Counter(one.status for one in found)
    states = Counter(language.book.catalog.state_of(one.entry) for one in found if one.entry)
    unused = sum(1 for key in language.book.catalog.entries if key not in language.book.matches)
    return Whole(
        language.book.catalog.language,
        len(language.book.matches),
        by_status["missing"],
        by_status["stale"],
        states["machine"],
        states["translated"],
        states["revised"],
        unused,
    )


def rows(workspace: Workspace, preparer: Preparer, language: str) -> Iterator[Row]:
    """Yield how far each leaflet is for each profile."""
    for leaflet in workspace.leaflets:
        for profile in workspace.profiles:
            yield row(preparer, Request(leaflet, profile, language, ""))


def row(preparer: Preparer, request: Request) -> Row:
    """Return how far one leaflet is for one reader in one language."""
    ready, book = preparer.printed(request), preparer.language(request.language).book
    found = [match for key in ready.used if (match := book.of(key))]
    every = (*ready.problems, *preparer.recipe_problems(request.leaflet, request.language))
    return Row(
        request.language,
        request.leaflet,
        request.profile,
        len(ready.used),
        sum(one.status == "missing" for one in found) + len(ready.used) - len(found),
        sum(one.status == "stale" for one in found),
        sum(book.catalog.state_of(one.entry) == "machine" for one in found if one.entry),
        _codes(every, Stops.BUILD),
        _codes(every, Stops.FINAL),
        tuple(_scores(preparer, ready)),
    )


def _scores(preparer: Preparer, ready: Prepared) -> Iterator[str]:
    """Yield each formula's score and target, as `INFLESZ 71.0 (at least 55)`; nothing where the language has no formula."""
    if ready.printed is not None:
        case = checks.Case(preparer.workspace, ready.printed, preparer.as_of)
        for score in checks.scores(ready.request.language, case.prose):
            yield f"{score} ({score.formula.aim})"


def _codes(problems: Iterable[Problem], stops: Stops) -> tuple[str, ...]:
    return tuple(sorted({problem.code for problem in problems if problem.stops is stops}))
