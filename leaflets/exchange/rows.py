"""A unit on its way to a translator and back: a row. What a file of any form holds, without the form."""

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from leaflets.model import Catalog, State, Unit
from leaflets.translate import Book, Key, Match

STATUSES = ("missing", "stale", "machine", "translated", "revised")
"""How far a row is: no translation, one of an older text, one drafted by a machine, one by a translator, one read by a second."""


@dataclass(frozen=True, slots=True)
class Row:
    """A unit and its translation. `was` is its status when it went out and `own` the state its entry had of its own; `digest` tells
    whether the translation was touched since. Of a row that came back, `status` is what the file says now (empty for nothing, `todo` for
    what is still to be done), `sources` the text of each plural form, `added` the notes that somebody else wrote.
    """

    id: str
    context: str
    text: str
    plural: str
    said: tuple[str, ...]
    status: str = ""
    was: str = ""
    own: State | None = None
    digest: str = ""
    previous: Key = ("", "")
    comment: str = ""
    notes: tuple[str, ...] = ()
    places: tuple[str, ...] = ()
    added: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    line: int = 0

    @property
    def unit(self) -> Unit:
        """The unit as it was when the row went out."""
        return Unit(self.context, self.text, self.plural)

    @property
    def touched(self) -> bool:
        """Whether the translation is another than the one that went out."""
        return digest(self.said) != self.digest


def identity(key: Key) -> str:
    """Return the stable name of a unit: 16 hexadecimal digits of its context and text."""
    return hashlib.sha256("\x04".join(key).encode("utf-8", "surrogatepass")).hexdigest()[:16]


def digest(said: Iterable[str]) -> str:
    """Return 12 hexadecimal digits that change when a translation does; empty for none."""
    texts = tuple(said)
    return hashlib.sha256("\x04".join(texts).encode("utf-8", "surrogatepass")).hexdigest()[:12] if any(texts) else ""


def texts(unit: Unit, forms: int) -> tuple[str, ...]:
    """Return the text that each plural form of a unit translates, as gettext has it: the first that for one, the others that for many."""
    if not unit.plural:
        return (unit.text,)
    return (unit.text, *(unit.plural,) * (forms - 1)) if forms > 1 else (unit.plural,)


def status(match: Match, catalog: Catalog) -> str:
    """Return how far a unit is."""
    if match.entry is None or not match.entry.said:
        return "missing"
    return "stale" if match.status == "stale" else catalog.state_of(match.entry)


def rows(book: Book, only: Iterable[str] = ()) -> Iterator[Row]:
    """Yield the rows of a language: those of a status asked for, or all."""
    wanted = frozenset(only) or frozenset(STATUSES)
    for match in book.matches.values():
        far = status(match, book.catalog)
        if far in wanted:
            yield _row(match, far)


def _row(match: Match, far: str) -> Row:
    unit, entry = match.unit, match.entry
    why = (f"The translation was made for another text: {match.why}.",) if match.why else ()
    return Row(
        id=identity(unit.key),
        context=unit.context,
        text=unit.text,
        plural=unit.plural,
        said=entry.said if entry else (),
        status=far,
        was=far,
        own=entry.state if entry else None,
        digest=digest(entry.said) if entry else "",
        previous=entry.previous if entry and far == "stale" else ("", ""),
        comment=entry.comment if entry else "",
        notes=(*unit.notes, *why),
        places=unit.places,
    )
