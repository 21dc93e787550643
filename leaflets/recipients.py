"""Records of a table to recipients: which leaflet each gets, and what its letter says to one person.

Nothing is guessed that a patient would suffer from: a date is a real date or written 2026-11-23. A row that has a mistake is told, with its
number as the sheet shows it and the column, and the others go on. A message repeats what a cell holds only where the caller wants
names: a column that slipped would tell whose letter it is.
"""

import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any, TypeAlias, TypeVar

from leaflets import tables
from leaflets.facts import Voice
from leaflets.model import ROUTING, Kind, Request, Workspace
from leaflets.problems import Problem, Span, nearest
from leaflets.tables import Cell, Record

T = TypeVar("T")
PERSONAL: Mapping[str, Kind] = {"name": "text", "reference": "text", "date": "date", "time": "time", "place": "text", "contact": "text"}
"""The columns for one person that every table may have, with what fills them. The phrases of a workspace bring their own slots along."""
TRAIT = "trait:"
"""Begins the name of a column that gives a trait of the reader."""
OTHER_NAMES = {"therapy": "leaflet", "lang": "language", "phrase": "phrases"}
Filling: TypeAlias = str | date | time | Decimal
"""What fills a slot."""
CELL_LIMIT = 200
"""Letters a cell may have: about three lines of a letter."""
MARKS = 6
"""Marks that may stand on one letter. No writing needs more; text with more climbs over its neighbours."""
DIGITS = 6
"""Digits from which on a number cell may be a telephone number that lost its first 0."""
_FAULTS = frozenset(["#N/A", "#REF!", "#VALUE!", "#NAME?", "#DIV/0!", "#NULL!", "#NUM!", "#SPILL!", "#CALC!", "#GETTING_DATA"])
"""What a spreadsheet shows where a formula has no result."""
_CLOCK = re.compile(r"(?P<hour>[0-9]{1,2})[:.](?P<minute>[0-9]{2})(?::00)?(?:\s?(?P<half>[ap])\.?\s?m\.?)?", re.IGNORECASE | re.ASCII)
_DAY = "write it as 2026-11-23, or make the cell a date"
_TIME = "write it as 09:30 or 14:30, or with am or pm"


@dataclass(frozen=True, slots=True)
class Row:
    """One recipient: the row as the sheet numbers it, the leaflet asked for, the phrases to say and what fills their slots."""

    number: int
    request: Request
    phrases: tuple[str, ...]
    values: Mapping[str, Filling]


@dataclass(frozen=True, slots=True)
class Defaults:
    """What a row gets that does not say it itself. Empty: what the workspace has; phrases: those whose slots the row fills."""

    leaflet: str = ""
    profile: str = ""
    language: str = ""
    edition: str = ""
    phrases: tuple[str, ...] = ()


class _WrongError(ValueError):
    """A cell cannot be used: code, what is wrong with it, what would be right."""

    def __init__(self, code: str, told: str, hint: str = "") -> None:
        self.code, self.told, self.hint = code, told, hint


@dataclass(slots=True)
class Reader:
    """Reads one table for a workspace. `as_of` is the day before which an appointment has passed; `names`: messages repeat cells."""

    workspace: Workspace
    path: str
    defaults: Defaults
    as_of: date
    names: bool = False
    columns: Mapping[str, str] = field(init=False)
    kinds: Mapping[str, Kind] = field(init=False)
    known: Mapping[str, Mapping[str, str]] = field(init=False)
    heads: dict[tuple[str, ...], tuple[tuple[str, ...], list[Problem]]] = field(default_factory=dict)
    silent: dict[str, Span] = field(default_factory=dict)

    def __post_init__(self) -> None:
        slots = {name: kind for phrase in self.workspace.phrases.values() for name, kind in phrase.slots.items()}
        self.kinds = {**PERSONAL, **slots}
        every = (*ROUTING, *self.kinds, *(f"{TRAIT}{name}" for name in self.workspace.vocabulary))
        self.columns = OTHER_NAMES | {_plain(name): name for name in every}
        self.known = {
            "leaflet": _by_name(self.workspace.leaflets, lambda one: (one.title, one.short_title)),
            "profile": _by_name(self.workspace.profiles, lambda one: (one.title,)),
            "language": _by_name({name: name for name in self.workspace.languages}, lambda name: Voice(name).names),
            "edition": _by_name(self.workspace.editions, lambda one: (one.title,)),
            "phrases": _by_name(self.workspace.phrases, lambda _: ()),
        }

    def read(self, content: bytes, encoding: str = "") -> Iterator[Row | Problem]:
        """Yield each row that can be used, and every problem. Nothing is raised, whatever the file holds."""
        for record in tables.read(content, self.path, lambda name: _plain(name) in self.columns, encoding):
            if isinstance(record, Problem):
                yield record
                continue
            columns, wrong = self.head(record)
            yield from wrong
            if wrong and record.head:
                return
            if not wrong:
                yield from _Reading(self, record, columns).row()
        for column, span in self.silent.items():
            told = f"the column `{column}` is filled, and no phrase that is asked for says it"
            yield Problem("D08", told, span, "name a phrase that has this slot in the column `phrases`, or leave the column out")

    def head(self, record: Record) -> tuple[tuple[str, ...], list[Problem]]:
        """Return the columns of a record by the names the program has for them, empty for one without a name; and what is wrong."""
        if not record.head or record.names not in self.heads:
            self.heads = {record.names: self._head(record)}
        return self.heads[record.names]

    def _head(self, record: Record) -> tuple[tuple[str, ...], list[Problem]]:
        line = record.head or record.number
        columns = tuple(self.columns.get(_plain(name), "") for name in record.names)
        if not any(columns):  # it may be the row of a person: nothing of it is repeated
            told = "the first row names no column that is known" if record.head else "the row names no column that is known"
            return columns, [Problem("D03", told, Span(self.path, line, 1), "write `leaflet`, `language`, `name` … above the columns")]
        wrong = []
        for at, (name, column) in enumerate(zip(record.names, columns, strict=True), 1):
            if not column and name.strip():
                wrong.append(Problem("D03", f"no column is called `{_shown(name)}`", Span(self.path, line, at), self.nearest(name)))
            elif column and column in columns[: at - 1]:
                wrong.append(Problem("D03", f"the column `{column}` stands twice", Span(self.path, line, at), "keep one of the two"))
        return columns, wrong

    def nearest(self, name: str) -> str:
        """Return which column was probably meant."""
        plain = _plain(name)
        if plain.startswith(TRAIT):
            return nearest(plain.removeprefix(TRAIT), self.workspace.vocabulary)
        if plain in self.workspace.vocabulary:
            return f"write `{TRAIT}{plain}` for a trait of the reader"
        return nearest(plain, [column for column in self.columns.values() if not column.startswith(TRAIT)])


@dataclass(slots=True)
class _Reading:
    """One record being read."""

    reader: Reader
    record: Record
    columns: tuple[str, ...]
    problems: list[Problem] = field(default_factory=list)
    given: dict[str, tuple[int, Cell]] = field(default_factory=dict)

    def row(self) -> Iterator[Row | Problem]:
        """Yield what is wrong with the record, and the row if nothing but warnings."""
        for at, cell in enumerate(self.record.cells, 1):
            column = self.columns[at - 1] if at <= len(self.columns) else ""
            if _is_empty(cell):
                continue
            if not column:
                told = "a cell stands in a column that has no name"
                self.problem(_WrongError("D03", told, "name the column, or empty it; a cell that holds the delimiter needs quotes"), at)
            self.given[column] = (at, cell)
        request = self.request()
        values = self.values()
        phrases = self.phrases(values)
        yield from self.problems
        if request is not None and all(problem.severity != "error" for problem in self.problems):
            said = {name for phrase in phrases for name in self.reader.workspace.phrases[phrase].slots}
            for name in values.keys() - said - {"reference"}:  # a reference names the file, too
                self.reader.silent.setdefault(name, self.span(name))
            yield Row(self.record.number, request, phrases, {name: values[name] for name in values if name in said or name == "reference"})

    # ------------------------------------------------ problems

    def span(self, column: str) -> Span:
        at = self.given[column][0] if column in self.given else self.columns.index(column) + 1 if column in self.columns else 0
        return Span(self.reader.path, self.record.number, at)

    def problem(self, wrong: _WrongError, at: int) -> None:
        self.problems.append(Problem(wrong.code, wrong.told, Span(self.reader.path, self.record.number, at), wrong.hint))

    def tried(self, column: str, read: Callable[[Cell], T]) -> T | None:
        """Return what a cell comes to; None, and a problem, where that is nothing."""
        at, cell = self.given[column]
        try:
            return read(cell)
        except _WrongError as wrong:
            held = f" (`{_shown(str(cell))}`)" if self.reader.names else ""
            self.problem(_WrongError(wrong.code, f"`{column}`{held}: {wrong.told}", wrong.hint), at)
            return None

    # ------------------------------------------------ which leaflet

    def request(self) -> Request | None:
        """Return the leaflet asked for; None where that is not clear."""
        workspace, defaults = self.reader.workspace, self.reader.defaults
        leaflet = self.named("leaflet") if "leaflet" in self.given else defaults.leaflet
        if not leaflet:
            if "leaflet" not in self.given:
                hint = "fill in the column `leaflet`, or name one for all rows with --leaflet"
                self.problems.append(Problem("D05", "the row names no leaflet", self.span("leaflet"), hint))
            leaflet = next(iter(workspace.leaflets), "")
        profile = self.named("profile") if "profile" in self.given else defaults.profile
        profile = profile or (workspace.leaflets[leaflet].default_profile if leaflet in workspace.leaflets else "")
        language = (self.named("language") if "language" in self.given else defaults.language) or workspace.language
        edition = self.named("edition") if "edition" in self.given else defaults.edition
        edition = edition or next(iter(workspace.editions), "")
        traits = self.traits(profile)
        if not (leaflet and profile in workspace.profiles and edition in workspace.editions):
            return None
        if workspace.editions[edition].languages == "translations" and language == workspace.language:
            told = f"the edition `{edition}` shows a translation beside its text, and the row asks for the text's own language"
            self.problems.append(Problem("D04", told, self.span("edition"), "ask for a translation, or for another edition"))
        elif not workspace.offers(leaflet, edition):
            hint = "ask for another edition or another leaflet"
            self.problems.append(Problem("D04", workspace.not_offered(leaflet, edition), self.span("edition"), hint))
        return Request(leaflet, profile, language, edition, traits)

    def named(self, column: str) -> str:
        """Return the name of a thing of the workspace, found by name or title; empty, with a problem, where there is none."""
        return self.tried(column, lambda cell: _named(_text(cell), self.reader.known[column], column)) or ""

    def traits(self, profile: str) -> tuple[tuple[str, str], ...]:
        """Return the traits of the row that are not the profile's own already."""
        found: dict[str, str] = {}
        for column in self.given:
            if column.startswith(TRAIT):
                trait = self.reader.workspace.vocabulary[column.removeprefix(TRAIT)]
                values = _by_name(trait.values, lambda one: (one.title,))
                value = self.tried(column, lambda cell, values=values: _named(_text(cell), values, "value"))  # type: ignore[misc]
                if value:
                    found[trait.id] = value
        own = self.reader.workspace.profiles[profile].traits if profile in self.reader.workspace.profiles else {}
        defaults = {name: own.get(name, self.reader.workspace.vocabulary[name].default) for name in found}
        return tuple(sorted((name, value) for name, value in found.items() if value != defaults[name]))

    # ------------------------------------------------ what the letter says

    def values(self) -> dict[str, Filling]:
        """Return what fills the slots, by column."""
        found: dict[str, Filling] = {}
        for column in self.given:
            if column in self.reader.kinds:
                kind = self.reader.kinds[column]
                value: Filling | None = self.tried(column, lambda cell, kind=kind, column=column: _FILL[kind](cell, column))  # type: ignore[misc]
                if value is not None:
                    found[column] = value
                if isinstance(value, date) and value < self.reader.as_of:
                    self.problem(
                        _WrongError("D08", f"`{column}`: this day has passed", "see that the year is right"), self.given[column][0]
                    )
        return found

    def phrases(self, values: Mapping[str, Filling]) -> tuple[str, ...]:
        """Return the phrases asked for, or else those whose slots the row fills; what an asked one lacks is a problem."""
        known = self.reader.workspace.phrases
        if "phrases" not in self.given and not self.reader.defaults.phrases:
            full = [one for one in known.values() if one.slots and one.slots.keys() <= values.keys()]
            return tuple(one.id for one in full if not any(one.slots.keys() < other.slots.keys() for other in full))
        asked = self.tried("phrases", self.asked) if "phrases" in self.given else self.reader.defaults.phrases
        for name in asked or ():
            for slot in known[name].slots:
                if slot not in values and slot not in self.given:
                    told = f"the phrase `{name}` says `{slot}`, and the row does not give it"
                    hint = f"fill in the column `{slot}`, or do not ask for the phrase"
                    self.problems.append(Problem("D05", told, self.span(slot), hint))
        return tuple(asked or ())

    def asked(self, cell: Cell) -> tuple[str, ...]:
        given = [_text(one) for one in cell] if isinstance(cell, list | tuple) else re.split(r"[\s;,]+", _text(cell))
        return tuple(dict.fromkeys(_named(name, self.reader.known["phrases"], "phrase") for name in given if name))


# ---------------------------------------------------------------- names


def _plain(name: str) -> str:
    """Return a name with case, spaces, hyphens and underscores forgiven; beside a colon, spaces do not count."""
    return re.sub(r"_*:_*", ":", re.sub(r"[\s_-]+", "_", name.replace("\ufeff", "").strip().casefold()))


def _by_name(among: Mapping[str, T], titles: Callable[[T], tuple[str, ...]]) -> dict[str, str]:
    """Return the names of things, by their plain names and plain titles. A title that two things have names neither."""
    found: dict[str, str] = {}
    for name, one in among.items():
        for title in titles(one):
            found[_plain(title)] = "" if found.get(_plain(title), name) != name else name
    return {title: name for title, name in found.items() if name} | {_plain(name): name for name in among}


def _named(given: str, known: Mapping[str, str], what: str) -> str:
    found = known.get(_plain(given))
    if found is None:
        raise _WrongError("D04", f"the workspace has no such {what}", nearest(_plain(given).replace("_", "-"), set(known.values())))
    return found


def _shown(text: str) -> str:
    """Return a text as a message can repeat it: printable, and not long."""
    plain = "".join(letter if letter.isprintable() else "\ufffd" for letter in text.strip())
    return plain if len(plain) <= 40 else plain[:39] + "…"


# ---------------------------------------------------------------- cells


def _is_empty(cell: Cell) -> bool:
    return cell is None or (isinstance(cell, str) and not cell.replace("\ufeff", "").strip())


def _text(cell: Cell, column: str = "") -> str:
    """Return a cell as text that can be printed. Numbers are whole ones, and not so long that they may have lost a first 0."""
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 1e15:
        cell = int(cell)
    if isinstance(cell, int) and not isinstance(cell, bool):
        cell = str(cell)
        if column not in ("", "reference") and len(cell.strip("-")) >= DIGITS:
            raise _WrongError("D07", "a number where text belongs; a first 0 may be lost", "make the cell text, and type it anew")
    if not isinstance(cell, str):
        raise _WrongError("D07", "this is no text", "write it as text")
    parts = re.split(r"[ \t\r\n\u00a0]+", cell.replace("\ufeff", "")[: CELL_LIMIT * 10])
    return _printable(unicodedata.normalize("NFC", " ".join(part for part in parts if part)))


def _printable(text: str) -> str:
    if len(text) > CELL_LIMIT:
        raise _WrongError("D07", f"the text has {len(text):,} letters; {CELL_LIMIT} is the most", "shorten it")
    if text.startswith("="):
        raise _WrongError("D07", "this is a formula, not its result", "copy the cells and paste them as values")
    if text in _FAULTS:
        raise _WrongError("D07", "the formula of this cell has no result", "mend it in the spreadsheet")
    stacked = 0
    for letter in text:
        kind = unicodedata.category(letter)
        joins = letter in "\u200c\u200d"  # Persian and Indic words need them
        if kind in ("Cc", "Cs", "Co", "Cn", "Zl", "Zp") or (kind == "Cf" and not joins):
            hint = "delete it; it may have come along when text was pasted"
            raise _WrongError("D07", f"the text holds a letter that is not seen (U+{ord(letter):04X})", hint)
        stacked = stacked + 1 if kind in ("Mn", "Me") else 0
        if stacked > MARKS:
            raise _WrongError("D07", f"more than {MARKS} marks stand on one letter", "write it without them")
    return text


def _day(cell: Cell, _: str) -> date:
    """Return a day: a real date of the sheet, or written as ISO 8601 has it (2026-11-23)."""
    if isinstance(cell, datetime):
        if cell.time() != time():
            raise _WrongError("D06", "the cell holds a day and a time", "put the time into the column `time`")
        return _in_reach(cell.date())
    if isinstance(cell, date):
        return _in_reach(cell)
    if not isinstance(cell, str):
        raise _WrongError("D06", "a number where a date belongs", _DAY)
    text = cell.strip()
    try:
        if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}(T00:00(:00)?)?", text, re.ASCII):
            return _in_reach(date.fromisoformat(text[:10]))
    except ValueError as error:
        raise _WrongError("D06", "there is no such day", _DAY) from error
    if re.fullmatch(r"[0-9]{1,4}\s?[./-]\s?[0-9]{1,2}\s?[./-]\s?[0-9]{1,4}", text):
        raise _WrongError("D06", "in another country this is another day, so it is not read", _DAY)
    raise _WrongError("D06", "this is no date", _DAY)


def _in_reach(day: date) -> date:
    if not 1900 <= day.year <= 2200:
        raise _WrongError("D06", "the year cannot be right", _DAY)
    return day


def _clock(cell: Cell, _: str) -> time:
    """Return a time of day: a real time of the sheet, or written 14:30 or 2:30 pm."""
    if isinstance(cell, timedelta) and timedelta() <= cell < timedelta(days=1):
        cell = (datetime(2000, 1, 1) + cell).time()
    if isinstance(cell, datetime) or not isinstance(cell, str | time):
        raise _WrongError("D06", "this is no time of day", _TIME)
    if isinstance(cell, time):
        return cell.replace(second=0, microsecond=0, tzinfo=None)
    match = _CLOCK.fullmatch(cell.strip().replace("\u202f", " ").replace("\u00a0", " "))
    if not match:
        raise _WrongError("D06", "this is no time of day", _TIME)
    hour, minute, half = int(match["hour"]), int(match["minute"]), (match["half"] or "").lower()
    if (half and not 1 <= hour <= 12) or hour > 23 or minute > 59:
        raise _WrongError("D06", "there is no such time", _TIME)
    if not half and len(match["hour"]) == 1:
        raise _WrongError("D06", "it may be morning or afternoon, so it is not read", _TIME)
    return time(hour % 12 + 12 * (half == "p") if half else hour, minute)


def _number(cell: Cell, _: str) -> Decimal:
    """Return a number; text only of figures, with a point before decimals: `1,234` is two numbers in two countries."""
    text = cell.strip() if isinstance(cell, str) else str(cell) if isinstance(cell, int | float) and not isinstance(cell, bool) else ""
    if not re.fullmatch(r"-?[0-9]{1,12}(\.[0-9]{1,6})?", text, re.ASCII):
        raise _WrongError("D06", "this is no number that can be read in one way only", "write it like 1234 or 12.5")
    return Decimal(text)


_FILL: dict[Kind, Callable[[Cell, str], Any]] = {"text": _text, "date": _day, "time": _clock, "number": _number}
