"""Letters to many: each distinct leaflet is prepared and rendered once, and each recipient's panel is put on a copy of it.

A caller of the one chain: `prepare` makes a leaflet with room for a panel, `build` says where it is rendered, `panel` makes the copies,
in workers that write them. What does not fit into the room is laid out with its lines instead. Of a person only the row's number goes
anywhere but into the letter and, where the table gives a reference, the name of its file. What holds more than that stays on this
machine: `Desks` has a place of its own for it, and only leaflets go elsewhere.
"""

import hashlib
import math
import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Executor, Future, wait
from dataclasses import dataclass, field, replace
from datetime import date, time
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import Any

from leaflets import bidi, build, disk, fonts
from leaflets.codes import CODES, Stops
from leaflets.facts import LETTER, Voice, phrase_text
from leaflets.model import Edition, EditionKind, Line, Panel, Phrase, Request, Result
from leaflets.prepare import Prepared, Preparer
from leaflets.problems import Problem, Span
from leaflets.recipients import Filling, Row
from leaflets.store import Store
from leaflets.workers import Died, TookTooLong

BUNDLE = 250
"""Letters that a worker puts panels on before it tells: about half a second's work."""
PANEL = 'class="panel"'
"""What shows in the HTML of a leaflet that its template has the panel."""
RUN = 1_000
"""Letters in one file of a print run: what a printer takes at once, and what fits into memory."""
HIDDEN = "P08 the templates of the workspace do not show the lines of a letter"
FITTING = 0.98
"""The part of a leaflet's letters that its room is made for. Those with more lines are laid out one by one, so that one long
address does not leave an empty space in every letter."""
AHEAD = 16
"""Pieces of work that may wait for a worker, unless told otherwise."""
_RESERVED = re.compile(r"(con|prn|aux|nul|com[0-9]|lpt[0-9])(\..*)?", re.IGNORECASE)
_WIDE = 940
"""Letters of Latin that a line of a letter has, times the size of its type in points."""


@dataclass(frozen=True, slots=True)
class Letter:
    """One letter made, or what kept it from being. `first` is its first page in a print run, else 0; `path` is below the output folder."""

    row: int
    request: Request
    path: str
    pages: int = 0
    size: int = 0
    first: int = 0
    state: str = ""
    fingerprint: str = ""
    problems: tuple[Problem, ...] = ()

    @property
    def made(self) -> bool:
        """Whether it is there."""
        return self.pages > 0


@dataclass(slots=True)
class Body:
    """One distinct leaflet, and the rows of those who get it; `paths` are those of their letters."""

    request: Request
    rows: list[Row] = field(default_factory=list)
    paths: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Plan:
    """What a table comes to: distinct leaflets, and rows whose letter would take the place of another one's."""

    bodies: tuple[Body, ...]
    problems: tuple[Problem, ...]

    @property
    def rows(self) -> int:
        """How many letters there are."""
        return sum(len(body.rows) for body in self.bodies)

    @property
    def paths(self) -> list[str]:
        """The files of the letters, each in one of its own, below the output folder."""
        return [path for body in self.bodies for path in body.paths]


def plan(rows: Iterable[Row], table: str, suffixes: Mapping[str, str]) -> Plan:
    """Group rows by the leaflet they ask for, in the order in which each first comes. `suffixes` are the formats by edition."""
    bodies: dict[tuple[Request, bool], Body] = {}
    taken: dict[str, int] = {}
    problems = []
    for row in rows:
        path = path_of(row, suffixes[row.request.edition])
        if (first := taken.setdefault(path.casefold(), row.number)) != row.number:
            told = f"this letter and that of row {first} would be one file"
            problems.append(Problem("B03", told, Span(table, row.number, 0), "give each its own reference, or leave the reference out"))
            continue
        body = bodies.setdefault((row.request, bool(row.phrases)), Body(row.request))
        body.rows.append(row)
        body.paths.append(path)
    return Plan(tuple(bodies.values()), tuple(problems))


def path_of(row: Row, suffix: str) -> str:
    """Return the path of a letter below the output folder: named by its reference, or by its row where that gives no usable name."""
    reference = unicodedata.normalize("NFC", str(row.values.get("reference", "")))
    kept = "".join(letter if letter.isalnum() or letter in "._-" else "-" for letter in reference).strip(".-")[:60]
    while len(kept.encode()) > 120:
        kept = kept[:-1]
    name = f"row-{row.number}" if not kept or _RESERVED.fullmatch(kept) else kept
    return f"{row.request.language}/{name}--{row.request.leaflet}.{suffix}"


# ---------------------------------------------------------------- what a letter says


def lines_of(row: Row, phrases: Mapping[str, Phrase], voice: Voice) -> tuple[Line, ...]:
    """Return the lines of a letter in the reader's language, days and times as it writes them, names and places kept apart."""
    found = []
    for name in row.phrases:
        phrase = phrases[name]
        values = {slot: _said(row.values[slot], voice) for slot in phrase.slots}
        found.append(Line(phrase_text(phrase, values, voice), phrase.strong))
    return tuple(found)


def _said(value: Filling, voice: Voice) -> str:
    match value:
        case date():
            return voice.weekday(value)
        case time():
            return voice.clock(value)
        case Decimal():
            return voice.number(float(value))
        case _:
            return bidi.apart(value, fonts.script(voice.language).direction)


def room(lines: Iterable[Line], kind: EditionKind, language: str) -> int:
    """Return about how many lines of type a panel takes: one that is too small costs a layout, one too large an empty line."""
    size = fonts.size_pt(language, kind.size)
    return sum(math.ceil(_width(line.text) * (1.08 if line.strong else 1) * size / _WIDE) for line in lines)


def _width(text: str) -> float:
    """Return about how wide a text is, in letters of Latin: Han letters count two, marks on a letter nothing."""
    return sum(
        2 if unicodedata.east_asian_width(letter) in "WF" else 0 if unicodedata.category(letter) in ("Mn", "Cf") else 1 for letter in text
    )


# ---------------------------------------------------------------- copies, in a worker


@dataclass(frozen=True, slots=True)
class Copies:
    """Work for a worker: a leaflet with room for a panel, and for each copy the lines, the mark of the copy and its path. `own` are the
    fonts that the workspace brings.
    """

    pdf: bytes
    language: str
    places: Mapping[str, Path]
    own: fonts.Own
    wanted: tuple[tuple[tuple[Line, ...], bytes, Path], ...]


def sheet_of(copies: Copies) -> Any:
    """Return the leaflet made ready for these copies."""
    from leaflets import panel

    def read(name: str) -> bytes:
        content = copies.own.files.get(name) or (disk.read_bytes(copies.places[name]) if name in copies.places else None)
        if content is None:
            raise LookupError(name)
        return content

    lines = dict.fromkeys(line for lines, _, _ in copies.wanted for line in lines)
    return panel.Sheet(copies.pdf, copies.language, lines, read, copies.own)


def write_copies(copies: Copies) -> list[int | str | None]:
    """Write copies; return for each its size, None where its lines do not fit, or in words what keeps it from being written."""
    sheet = sheet_of(copies)
    return [_written(sheet, *wanted) for wanted in copies.wanted]


def copied(sheet: Any, lines: tuple[Line, ...], identifier: bytes) -> bytes | str | None:
    """Return a copy; None where its lines do not fit, or in words what keeps it from being made."""
    content: bytes | None = sheet.copy(lines, identifier)
    if content is None and (letters := sheet.missing(lines)):
        told = ", ".join(f"U+{ord(letter):04X}" for letter in letters[:5])
        return f"L8 no installed font has a letter of it ({told})"
    return content


def _written(sheet: Any, lines: tuple[Line, ...], identifier: bytes, path: Path) -> int | str | None:
    content = copied(sheet, lines, identifier)
    if not isinstance(content, bytes):
        return content
    try:
        disk.write(path, content)
    except OSError as error:
        return f"B01 its file cannot be written: {error.strerror or 'unknown'}"
    return len(content)


# ---------------------------------------------------------------- all letters


@dataclass(frozen=True, slots=True)
class Desks:
    """Where the work is done. `leaflets`: leaflets that say nothing to one person alone are rendered here, which may be a cluster.
    `letters`: on this machine; all that holds lines of a person. `ahead`: how many pieces of work may wait.
    """

    leaflets: Executor
    letters: Executor
    ahead: int = AHEAD


@dataclass(slots=True)
class Office:
    """Makes the letters of a plan. `places` are the files of all fonts: a name can be of any script. `hindered` tells what cannot be
    made, and what keeps leaflets from being final. `store` keeps leaflets as they are before anything of a person stands in them.
    """

    preparer: Preparer
    desks: Desks
    places: Mapping[str, Path]
    out: Path
    table: str
    hindered: build.Hindrances
    final: bool = False
    store: Store | None = None
    pending: dict[Future[Any], Callable[[Future[Any]], Iterator[Letter]]] = field(default_factory=dict)

    def make(self, given: Plan) -> Iterator[Letter]:
        """Make the letters, each in a file of its own; yield each as it is there."""
        for body in given.bodies:
            yield from self.begin(body)
            yield from self.finished(self.desks.ahead)
        yield from self.finished(0)

    def look(self, given: Plan) -> Iterator[Letter]:
        """Yield the letters that cannot be made, as far as that is seen without rendering."""
        for body in given.bodies:
            ready = self.prepared(body)
            for row, path in zip(body.rows, body.paths, strict=True):
                if ready.edition is None or not self.speaks(row):
                    yield self.lost(row, path, ready.problems)

    def submit(self, then: Callable[[Future[Any]], Iterator[Letter]], call: Callable[..., Any], *given: Any) -> None:
        """Have something done on this machine, and go on with `then` once it is."""
        self.pending[self.desks.letters.submit(call, *given)] = then

    def finished(self, most: int) -> Iterator[Letter]:
        """Go on with what is done; wait until no more than so many pieces of work are not."""
        while len(self.pending) > most:
            done, _ = wait(self.pending, return_when=FIRST_COMPLETED)
            for future in done:
                yield from self.pending.pop(future)(future)

    def begin(self, body: Body) -> Iterator[Letter]:
        """Prepare a leaflet and have it rendered. What has no tags is composed for each reader: a page for the screen, a booklet."""
        ready = self.prepared(body)
        rows = list(zip(body.rows, body.paths, strict=True))
        yield from (self.lost(row, path, ready.problems) for row, path in rows if ready.edition is None or not self.speaks(row))
        spoken = [(row, path) for row, path in rows if self.speaks(row)]
        if ready.edition is None or not spoken:
            return
        kind = self.preparer.workspace.editions[body.request.edition]
        if ready.voice and not kind.tagged and (kind.format == "html" or body.rows[0].phrases):
            for row, path in spoken:
                yield from self.laid_out(row, path, ready.voice)
        else:
            self.pending[self.body(ready.edition)] = partial(self.rendered, ready, spoken)

    def body(self, edition: Edition) -> Future[Result]:
        """Have a leaflet rendered that says nothing to one person alone; one that was rendered before comes from the store."""
        kept = self.store.get(edition.key) if self.store else None
        if kept:
            there: Future[Result] = Future()
            there.set_result(Result(edition.request, *kept))
            return there
        future: Future[Result] = self.desks.leaflets.submit(build.render_edition, edition)
        if self.store:
            future.add_done_callback(partial(_store, self.store, edition.key))
        return future

    def prepared(self, body: Body) -> Prepared:
        """Return a leaflet with room for the panels of its letters; without an edition where it cannot be made."""
        request, workspace = body.request, self.preparer.workspace
        if self.hindered.stop(request):
            return Prepared(request, None, None, ())
        used = dict.fromkeys(name for row in body.rows for name in row.phrases)
        voice = self.preparer.printed(request).voice
        panel = None
        if used and voice:
            speaking = [row for row in body.rows if self.speaks(row)]
            kind = workspace.editions[request.edition]
            needs = sorted(room(lines_of(row, workspace.phrases, voice), kind, request.language) for row in speaking)
            panel = Panel(needs[math.ceil(FITTING * len(needs)) - 1] if needs else 1)
        faults = (*self.hindered.faults[request.leaflet], *self.doubts(used, request))
        return self.preparer.prepare(request, faults, self.final, panel)

    def doubts(self, phrases: Iterable[str], request: Request) -> Iterator[Problem]:
        """Yield what keeps phrases in a language from being final: what their translation is faulted for, and that nobody read it."""
        if request.language == self.preparer.workspace.language:
            return
        spoken = self.preparer.language(request.language)
        keys = [(f"{LETTER}{name}", self.preparer.workspace.phrases[name].text) for name in phrases]
        yield from (problem for problem in spoken.problems(keys, request) if problem.stops is Stops.FINAL)
        if keys and spoken.book.state(keys) == "machine":
            told = "no translator has checked the phrases of this letter; a machine translated them"
            yield Problem("T4", told, spoken.book.catalog.span, "a translator reads them and says so", **request.where())

    def speaks(self, row: Row) -> bool:
        """Whether the row's language has each of its phrases, without a fault that stops printing."""
        workspace, language = self.preparer.workspace, row.request.language
        if language == workspace.language or language in self.hindered.languages:
            return True
        of = self.preparer.language(language).of
        keys = ((f"{LETTER}{name}", workspace.phrases[name].text) for name in row.phrases)
        return not any(problem.stops is Stops.BUILD for key in keys for problem in of(key))

    # ------------------------------------------------ what comes of it

    def lost(self, row: Row, path: str, problems: Iterable[Problem] = (), told: str = "") -> Letter:
        """Return a letter that could not be made, with the row in the first of its problems."""
        causes = tuple(problem for problem in problems if problem.severity == "error")
        why = told or (f"{causes[0].code} {causes[0].message}" if causes else "its leaflet cannot be made")
        if not self.speaks(row):
            lacking = next(name for name in row.phrases if not self.speaks(replace(row, phrases=(name,))))
            why = f"the phrase `{lacking}` has no {row.request.language} translation that can be printed"
        problem = Problem("D09", f"no letter was made: {why}", Span(self.table, row.number, 0), "", **row.request.where())
        return Letter(row.number, row.request, path, problems=(problem, *causes))

    def rendered(self, ready: Prepared, rows: Sequence[tuple[Row, str]], future: Future[Result]) -> Iterator[Letter]:
        """Have the panels put on copies of a rendered leaflet."""
        result = _result(future)
        if isinstance(result, str) or result.problems or ready.edition is None or ready.voice is None:
            found, told = (result.problems, "") if isinstance(result, Result) else ((), str(result))
            yield from (self.lost(row, path, found, told) for row, path in rows)
            return
        if not rows[0][0].phrases:
            yield from (self.kept(row, path, ready.edition, result) for row, path in rows)
            return
        for at in range(0, len(rows), BUNDLE):
            some = rows[at : at + BUNDLE]
            self.submit(partial(self.copied, ready, some, result.pages), write_copies, self.copies(ready, result, some))

    def copies(self, ready: Prepared, result: Result, rows: Sequence[tuple[Row, str]]) -> Copies:
        """Return the work of putting panels on copies of a leaflet."""
        phrases = self.preparer.workspace.phrases
        wanted = tuple(
            (lines_of(row, phrases, ready.voice), mark(ready.edition, row.number), self.out / path)
            for row, path in rows
            if ready.voice and ready.edition
        )
        return Copies(result.content, ready.request.language, self.places, self.preparer.tools.own, wanted)

    def copied(
        self, ready: Prepared, rows: Sequence[tuple[Row, str]], pages: int, future: Future[list[int | str | None]]
    ) -> Iterator[Letter]:
        """Tell what became of copies; have those laid out whose lines did not fit."""
        sizes = _result(future)
        for at, (row, path) in enumerate(rows):
            size = sizes if isinstance(sizes, str) else sizes[at]
            if isinstance(size, str):
                yield self.lost(row, path, (), size)
            elif size is None and ready.voice:
                yield from self.laid_out(row, path, ready.voice)
            elif ready.edition is not None:
                yield Letter(row.number, row.request, path, pages, size or 0, 0, ready.edition.state, ready.edition.fingerprint)

    def laid_out(self, row: Row, path: str, voice: Voice) -> Iterator[Letter]:
        """Compose a letter with its lines in it, and have it rendered."""
        lines = lines_of(row, self.preparer.workspace.phrases, voice)
        edition = self.composed(row, lines).edition
        if edition is None:
            yield self.lost(row, path)
        elif lines and PANEL not in edition.html:
            yield self.lost(row, path, (), HIDDEN)
        elif edition.format == "html":
            yield self.kept(row, path, edition, build.render_edition(edition))
        else:
            self.submit(partial(self.alone, row, path, edition), build.render_edition, edition)

    def composed(self, row: Row, lines: tuple[Line, ...]) -> Prepared:
        """Return a leaflet with the lines of one letter in it."""
        faults = (*self.hindered.faults[row.request.leaflet], *self.doubts(row.phrases, row.request))
        return self.preparer.prepare(row.request, faults, self.final, Panel(lines=lines) if lines else None)

    def alone(self, row: Row, path: str, edition: Edition, future: Future[Result]) -> Iterator[Letter]:
        """Keep a letter that was rendered by itself."""
        result = _result(future)
        told = _in_short(result)
        yield self.lost(row, path, (), told) if told else self.kept(row, path, edition, result)

    def kept(self, row: Row, path: str, edition: Edition, result: Result) -> Letter:
        """Write a letter."""
        try:
            disk.write(self.out / path, result.content)
        except OSError as error:
            return self.lost(row, path, (), f"B01 its file cannot be written: {error.strerror or 'unknown'}")
        size = len(result.content)
        return Letter(row.number, row.request, path, result.pages, size, 0, edition.state, edition.fingerprint)


def office(
    preparer: Preparer,
    desks: Desks,
    out: Path,
    table: str,
    wanted: Plan,
    problems: list[Problem],
    final: bool = False,
    store: Store | None = None,
) -> Office:
    """Return who makes the letters of a plan. `problems` are those of the workspace; those of the leaflets asked for are added."""
    hindered = build.hindrances(preparer, [body.request for body in wanted.bodies], problems)
    places = disk.find_fonts(tuple({face.file for language in fonts.LANGUAGES for face in fonts.faces(language)}))
    return Office(preparer, desks, places, out, table, hindered, final, store)


def mark(edition: Edition, row: int) -> bytes:
    """Return what tells a copy from the others: 16 bytes that say nothing of a person."""
    return hashlib.sha256(f"{edition.key} {row}".encode()).digest()[:16]


def _store(store: Store, key: str, future: Future[Result]) -> None:
    """Keep a leaflet that was rendered without fault."""
    if not future.cancelled() and future.exception() is None and (result := future.result()).content:
        store.put(key, result.content, result.pages)


def _result(future: Future[Any]) -> Any:
    """Return what came of a piece of work, or in words why nothing did."""
    try:
        return future.result()
    except Exception as error:
        return _fault(error)


def _fault(error: Exception) -> str:
    """Return an error in words; what it says itself only where that cannot be of a person."""
    from leaflets.panel import NoRoomError

    if isinstance(error, NoRoomError):
        return HIDDEN
    return f"P07 {error}" if isinstance(error, Died | TookTooLong) else f"P07 rendering it stopped ({type(error).__name__})"


def _in_short(result: Result | str) -> str:
    """Return why a letter that was laid out alone was not rendered, empty if it was: only codes, for a message could hold its text."""
    if isinstance(result, str):
        return result
    return ", ".join(dict.fromkeys(f"{problem.code} {CODES[problem.code].title.lower()}" for problem in result.problems))


# ---------------------------------------------------------------- print runs


def runs(given: Plan) -> Iterator[tuple[str, str, list[int]]]:
    """Yield each print run of a plan: the name of its file, its edition, and the numbers of its rows in the order of the table."""
    numbers: dict[str, list[int]] = {}
    for body in given.bodies:
        numbers.setdefault(body.request.edition, []).extend(row.number for row in body.rows)
    for edition, found in numbers.items():
        parts = [sorted(found)[at : at + RUN] for at in range(0, len(found), RUN)]
        for index, part in enumerate(parts, 1):
            yield f"print-run--{edition}{f'--{index:03}' if len(parts) > 1 else ''}.pdf", edition, part


@dataclass(slots=True)
class Press:
    """Makes print runs of a plan instead of single letters: for each edition one file, or one for each thousand letters, in the order
    of the table. `sheets`: a sheet before each letter says which row it is of.
    """

    office: Office
    sheets: bool = False

    def make(self, given: Plan) -> Iterator[Letter]:
        """Make the runs; yield the letters of each once it is written, and those that could not be made."""
        of = {row.number: (body, row, path) for body in given.bodies for row, path in zip(body.rows, body.paths, strict=True)}
        for name, edition, numbers in runs(given):
            if self.office.preparer.workspace.editions[edition].format == "html":
                yield from (self.office.lost(*of[number][1:], (), "its edition is for the screen") for number in numbers)
            else:
                yield from self.run(name, edition, [of[number] for number in numbers])

    def run(self, name: str, edition: str, wanted: Sequence[tuple[Body, Row, str]]) -> Iterator[Letter]:
        """Make one file."""
        from leaflets.printrun import PrintRun

        ready = self.rendered({id(body): body for body, _, _ in wanted})
        run, letters = PrintRun(name), []
        parting = self.parting(edition, [row for _, row, _ in wanted]) if self.sheets else b""
        for at, (body, row, path) in enumerate(wanted):
            made = self.letter(ready[id(body)], row, path)
            if isinstance(made, Letter):
                yield made
                continue
            if parting:
                run.add_page(parting, at, "parting")
            content, base, pages, one = made
            first = run.add(content, base, one.key if base else "")
            letters.append(Letter(row.number, row.request, name, pages, len(content), first, one.state, one.fingerprint))
        if letters:
            yield from self.written(name, run.content(), letters)
        run.close()

    def rendered(self, bodies: Mapping[int, Body]) -> dict[int, tuple[Body, Prepared, Any]]:
        """Return the leaflets of a run: what was prepared, and made ready for copies, or the letter's own bytes, or why not."""
        office = self.office
        begun = {}
        for number, body in bodies.items():
            ready = office.prepared(body)
            begun[number] = (body, ready, office.body(ready.edition) if ready.edition else None)
        return {number: (body, ready, self.sheet(body, ready, future)) for number, (body, ready, future) in begun.items()}

    def sheet(self, body: Body, ready: Prepared, future: Future[Result] | None) -> Any:
        """Return a pair of the rendered leaflet and, where its letters say something, its sheet for copies; else why there is none."""
        result = _result(future) if future else Result(body.request, problems=ready.problems)
        if isinstance(result, str) or not result.content:
            return result
        try:
            rows = [(row, path) for row, path in zip(body.rows, body.paths, strict=True) if self.office.speaks(row)]
            copied = body.rows[0].phrases and self.office.preparer.workspace.editions[body.request.edition].tagged
            return result, sheet_of(self.office.copies(ready, result, rows)) if copied else None
        except Exception as error:
            return _fault(error)

    def letter(self, given: tuple[Body, Prepared, Any], row: Row, path: str) -> Letter | tuple[bytes, bytes, int, Edition]:
        """Return a letter's bytes, those of the leaflet it is a copy of, its pages and edition; or the letter that is none."""
        office, (_, ready, sheet) = self.office, given
        if not isinstance(sheet, tuple) or ready.edition is None or ready.voice is None or not office.speaks(row):
            problems = sheet.problems if isinstance(sheet, Result) else ()
            return office.lost(row, path, problems, sheet if isinstance(sheet, str) else "")
        result, copy = sheet
        if copy is None and not row.phrases:
            return result.content, result.content, result.pages, ready.edition
        lines = lines_of(row, office.preparer.workspace.phrases, ready.voice)
        if copy is None:
            return self.alone(row, path, lines)
        content = copied(copy, lines, mark(ready.edition, row.number))
        if isinstance(content, bytes):
            return content, copy.base, result.pages, ready.edition
        return office.lost(row, path, (), content) if content else self.alone(row, path, lines)

    def alone(self, row: Row, path: str, lines: tuple[Line, ...]) -> Letter | tuple[bytes, bytes, int, Edition]:
        """Return a letter laid out with its lines."""
        office = self.office
        edition = office.composed(row, lines).edition
        if edition is None or PANEL not in edition.html:
            return office.lost(row, path, (), "" if edition is None else HIDDEN)
        result = _result(office.desks.letters.submit(build.render_edition, edition))
        told = _in_short(result)
        return office.lost(row, path, (), told) if told else (result.content, b"", result.pages, edition)

    def parting(self, edition: str, rows: Sequence[Row]) -> bytes:
        """Return the sheets that part letters, one page a row: row, leaflet, reader, language, and nothing of a person."""
        preparer = self.office.preparer
        kind, language = preparer.workspace.editions[edition], preparer.workspace.language
        type_css = fonts.type_css(language, kind.size, "latn", preparer.tools.own)
        page = preparer.composer.page("separators.html", rows=rows, type_css=type_css, language=language)
        styles = tuple(preparer.composer.styles(replace(kind, orientation="landscape") if kind.imposition else kind).items())
        request = replace(rows[0].request, language=language, traits=())
        given = Edition(request, "Separators", page.value, styles, {}, "0" * 64, "draft", "pdf")
        result = _result(self.office.desks.letters.submit(build.render_edition, given))
        return result.content if isinstance(result, Result) else b""

    def written(self, name: str, content: bytes, letters: Sequence[Letter]) -> Iterator[Letter]:
        """Write a file; yield its letters."""
        try:
            disk.write(self.office.out / name, content)
            yield from letters
        except OSError as error:
            told = f"B01 {name} cannot be written: {error.strerror or 'unknown'}"
            yield from (self.office.lost(Row(one.row, one.request, (), {}), name, (), told) for one in letters)
