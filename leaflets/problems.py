"""What can be wrong, and where: an error is a value with a place."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from typing import Any, Generic, TypeVar

from leaflets.codes import CODES, Severity, Stops

T = TypeVar("T")


def shortened(text: str, most: int = 60) -> str:
    """Return the beginning of a text in whole words, at most so many letters long, for a message."""
    return text if len(text) <= most else text[: most - 3].rsplit(" ", 1)[0] + " …"


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A place: path as the workspace knows it, line and column from 1. Line 0 means the file as a whole."""

    path: str
    line: int = 0
    column: int = 0


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong, with its place, what is wrong and what would be right."""

    code: str
    message: str
    span: Span
    hint: str = ""
    leaflet: str = ""
    profile: str = ""
    language: str = ""
    edition: str = ""

    @property
    def severity(self) -> Severity:
        """Error, warning or note, as the table of codes says."""
        return CODES[self.code].severity

    @property
    def stops(self) -> Stops:
        """What the problem keeps from happening."""
        return CODES[self.code].stops

    def within(self, leaflet: str, profile: str, language: str, edition: str) -> "Problem":
        """Return the same problem, told for one leaflet, profile, language and edition."""
        return replace(self, leaflet=leaflet, profile=profile, language=language, edition=edition)

    def as_dict(self) -> dict[str, str | int]:
        """Return the fields that `--format json` prints; leaflet, profile, language, edition where they apply."""
        told: dict[str, str | int] = {
            "code": self.code,
            "severity": str(self.severity),
            "message": self.message,
            "path": self.span.path,
            "line": self.span.line,
            "column": self.span.column,
            "hint": self.hint,
        }
        return told | {key: value for key in ("leaflet", "profile", "language", "edition") if (value := getattr(self, key))}


@dataclass(frozen=True, slots=True)
class Checked(Generic[T]):
    """A value and the problems met on the way to it. The value may be incomplete where a problem stops the build."""

    value: T
    problems: tuple[Problem, ...] = ()

    @property
    def ok(self) -> bool:
        """Whether nothing stops a build."""
        return not any(problem.stops is Stops.BUILD for problem in self.problems)


@dataclass(slots=True)
class Ledger:
    """Collects problems while a text is gone through."""

    problems: list[Problem] = field(default_factory=list)

    def add(self, code: str, message: str, span: Span, hint: str = "", **where: str) -> None:
        """Note one problem."""
        self.problems.append(Problem(code, message, span, hint, **where))

    def take(self, checked: Checked[T]) -> T:
        """Keep the problems of a checked value and hand the value on."""
        self.problems.extend(checked.problems)
        return checked.value

    def extend(self, problems: Iterable[Problem]) -> None:
        """Note several problems."""
        self.problems.extend(problems)

    def __iter__(self) -> Iterator[Problem]:
        return iter(self.problems)


def nearest(word: str, known: Iterable[str]) -> str:
    """Return "did you mean `x`?" for the known word nearest to `word`, or the list of the known where none is near."""
    words = sorted(known)
    begun = [one for one in words if len(word) > 2 and one.startswith(word)][:1]
    close = begun or get_close_matches(word, words, 1, 0.6)
    if close:
        return f"did you mean `{close[0]}`?"
    if not words:
        return "none is defined"
    listed = ", ".join(f"`{word}`" for word in words[:24])
    return f"known: {listed}{' …' if len(words) > 24 else ''}"


def in_order(problems: Iterable[Problem], key: Callable[[Problem], Any] | None = None) -> list[Problem]:
    """Return the problems without repeats, by place, then code."""
    return sorted(dict.fromkeys(problems), key=key or (lambda p: (p.span, p.code, p.message, p.profile, p.edition)))
