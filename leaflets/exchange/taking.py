"""Rows that came back, taken over into a catalog: what was touched, where it still fits, and nothing that lost a fact on the way.

What nobody touched stays as the catalog has it now, so that work done here in the meantime is kept. A translation of a text that
changed since comes in as stale, by the same rules as in `translate update`.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from types import MappingProxyType

from leaflets import catalog as catalogs
from leaflets import checks
from leaflets.exchange.rows import Row, identity, texts
from leaflets.model import Catalog, Entry, State, Unit, Workspace
from leaflets.parse.decode import UNPRINTABLE
from leaflets.problems import Checked, Ledger, Span
from leaflets.translate import Book, Key, match


@dataclass(frozen=True, slots=True)
class Taken:
    """What came of a file: the book as it is now, and how many of its translations are new or changed."""

    book: Book
    changed: int


def take(rows: Iterable[Row], source: Workspace, book: Book, path: str, force: bool = False) -> Checked[Taken]:
    """Take rows over into the catalog of a book. Each row that cannot be is a problem; the others are taken all the same."""
    taker = _Taker(source, book, path, force)
    for row in rows:
        taker.row(row)
    taker.older()
    before = book.entries()
    changed = sum(1 for key, entry in taker.entries.items() if _told(entry) != _told(before.get(key)))
    wanted = {key: one.unit for key, one in book.matches.items()}
    now = Book(wanted, replace(book.catalog, entries=MappingProxyType(taker.entries)))
    return Checked(Taken(now, changed), tuple(taker.ledger))


def _told(entry: Entry | None) -> Entry | None:
    """Return an entry without its place."""
    return replace(entry, span=Span("")) if entry else None


@dataclass(slots=True)
class _Taker:
    source: Workspace
    book: Book
    path: str
    force: bool
    ledger: Ledger = field(default_factory=Ledger)
    entries: dict[Key, Entry] = field(init=False)
    units: dict[str, Unit] = field(init=False)
    old: dict[Key, tuple[Row, Entry]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.entries = self.book.entries()
        self.units = {identity(key): match.unit for key, match in self.book.matches.items()}

    def tell(self, code: str, row: Row, message: str, hint: str) -> None:
        """Note what is wrong with a row, by its unit's id."""
        self.ledger.add(code, f"unit {row.id or '?'}: {message}", Span(self.path, row.line, 1), hint, language=self.book.catalog.language)

    def row(self, row: Row) -> None:
        """Take one row over: as it is where its text is still the same, else with the older ones."""
        unit = self.units.get(row.id) or self.units.get(identity((row.context, row.text)))
        if not row.said and not row.added:
            return
        if unit is None or row.sources != texts(unit, self.book.catalog.forms):
            self.outdated(row, unit)
        elif self.whole(row, unit):
            self.current(row, unit)

    # ------------------------------------------------ what still fits

    def current(self, row: Row, unit: Unit) -> None:
        """Take over a translation of a text that is still the same."""
        now = self.entries.get(unit.key)
        if not row.said or (now and now.said and not self.news(row, now)):
            if now:
                self.entries[unit.key] = replace(now, comment=_commented(now.comment, row.added))
            return
        entry = self.entry(row, unit, now)
        if self.lower(entry, self.book.matches[unit.key].status, now):
            told = f"the catalog's translation is revised, the file's only {self.book.catalog.state_of(entry)}; it is left as it was"
            self.tell("T13", row, told, "--force takes what the file has")
        else:
            self.entries[unit.key] = entry

    def news(self, row: Row, now: Entry) -> bool:
        """Whether a file says anything new: another translation than went out, or another state than it had."""
        touched = row.touched if row.digest or row.was else row.said != now.said
        return touched or (row.status in catalogs.STATES and row.status != row.was)

    def entry(self, row: Row, unit: Unit, now: Entry | None) -> Entry:
        """Return what a row makes of the entry of its unit."""
        state, stale = self.state(row)
        return Entry(
            context=unit.context,
            text=unit.text,
            plural=unit.plural,
            said=row.said,
            stale=stale,
            state=state,
            span=Span(self.path, row.line, 1),
            comment=_commented(now.comment if now else row.comment, row.added),
            previous=row.previous if stale else ("", ""),
        )

    def state(self, row: Row) -> tuple[State | None, bool]:
        """Return the state a translation now has of its own, and whether it is stale.

        What the file says counts. Where it says nothing, a touched translation is a translator's; an untouched one is what it was.
        """
        said = next((state for state in catalogs.STATES if state == row.status), None)
        if said is None or (said == row.was and not row.touched):
            if not row.touched:
                return row.own, row.was == "stale"
            said = "translated"
        same = said == self.book.catalog.state and row.own is None
        return (None if same else said), False

    def lower(self, entry: Entry, status: str, now: Entry | None) -> bool:
        """Whether an entry would take the place of a revised one that still fits, with a lower state."""
        state_of = self.book.catalog.state_of
        revised = now is not None and status == "there" and state_of(now) == "revised"
        return revised and state_of(entry) != "revised" and not self.force

    # ------------------------------------------------ what does not

    def whole(self, row: Row, unit: Unit) -> bool:
        """Whether a translation has all its plural forms and all that is protected; untouched ones are told elsewhere."""
        if not row.said or (row.digest and not row.touched):
            return True
        faults = list(self.faults(row, unit))
        for message, hint in faults:
            self.tell("T2", row, message, hint)
        return not faults

    def faults(self, row: Row, unit: Unit) -> Iterator[tuple[str, str]]:
        """Yield what a translation lost (a plural form, a fact, a link, a half of bold), or holds that no catalog may."""
        if strange := UNPRINTABLE.search("".join(row.said)):
            yield (
                f"it holds an invisible or control character (U+{ord(strange[0]):04X})",
                "delete it; it may have come along when text was pasted",
            )
        missing = [str(form) for form, said in enumerate(row.said, 1) if not said]
        if missing:
            yield f"plural form {', '.join(missing)} is empty", "translate every form"
            return
        entry = self.entry(row, unit, None)
        pairs = (
            checks.Pair(unit, entry, said, self.book.catalog.language, None, self.source.facts, {}) for said in dict.fromkeys(row.said)
        )
        yield from dict.fromkeys((found.message, found.hint) for found in checks.check_pairs(pairs) if found.code == "T2")

    # ------------------------------------------------ what is older than the text

    def outdated(self, row: Row, unit: Unit | None) -> None:
        """Set aside a translation of a text that is no longer there as it was."""
        before = row.unit if row.context else unit
        if before is None or not row.said:
            if row.said:
                self.tell("T5", row, "no text has this id, and the file does not say which it was; it is left out", _EXPORT)
            return
        was = Unit(before.context, row.text or before.text, before.plural)
        if len(row.said) != len(texts(was, self.book.catalog.forms)):
            self.tell("T13", row, f"{len(row.said)} plural forms, where the catalog has {self.book.catalog.forms}; it is left out", _EXPORT)
        elif self.whole(row, was):
            self.old[was.key] = row, self.entry(row, was, None)

    def older(self) -> None:
        """Take over what was set aside, as stale, for the texts that it is nearest to and that have nothing that fits."""
        entries = MappingProxyType({key: entry for key, (_, entry) in self.old.items()})
        catalog: Catalog = replace(self.book.catalog, entries=entries)
        waiting = {key: one.unit for key, one in self.book.matches.items() if self.waiting(key, one.status)}
        used: dict[int, str] = {}
        for key, found in match(waiting, catalog).items():
            if found.entry:
                now = self.entries.get(key)
                comment = _commented(now.comment if now else "", found.entry.comment.splitlines())
                self.entries[key] = replace(found.entry, comment=comment)
                used[found.entry.span.line] = found.status
        for row, _ in self.old.values():
            if used.get(row.line) != "there":
                what = "is taken over as stale" if row.line in used else "is left out: there is a newer one, or no text of today is like it"
                self.tell(
                    "T5", row, f"its text changed since the file was made; its translation {what}", "read it against the text of today"
                )

    def waiting(self, key: Key, status: str) -> bool:
        """Whether a unit has no translation that fits, neither before nor from this file."""
        now = self.entries.get(key)
        return status != "there" and (now is None or now.stale or not now.said)


_EXPORT = "export the texts anew, and have the agency carry its work over"


def _commented(comment: str, added: Iterable[str]) -> str:
    """Return a comment with notes added that it does not have yet."""
    lines = comment.splitlines()
    fresh = [line for line in added if line not in lines]
    return "\n".join([comment, *fresh] if comment else fresh) if fresh else comment
