"""From a request to its edition: select -> translate -> word -> check -> compose, for one after another.

What does not depend on the reader is done once: the checks of a leaflet, the book of a language, the compiled templates.
"""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import partial
from pathlib import Path
from typing import Literal

from leaflets import __version__, bidi, checks, disk, fonts, select, translate, units, wording
from leaflets.codes import Stops
from leaflets.compose import Composer, Manner
from leaflets.facts import Voice
from leaflets.model import Edition, EditionKind, Panel, Printed, Request, State, Unit, Workspace
from leaflets.problems import Checked, Ledger, Problem, Span, nearest, shortened

FOLDER = "content/translations/"
"""The folder of catalogs. What is wrong in one stops the leaflets of its language, and no others."""
MANY = 20
"""How many texts without a translation are told one by one."""
_STEPS = {"saddle-stitch": "1", "pdf/x-4": "1"}
"""What editions for a printer go through (leaflets/imposition.py, leaflets/inks.py and render.py). A number goes up when the same
pages come to other bytes, so that no store answers with the earlier ones."""
REMEMBERED = 128
"""How many readers' leaflets are kept in mind: editions and languages of one reader come soon after one another."""


@dataclass(frozen=True, slots=True)
class Tools:
    """What rendering needs from outside: where font files are, the workspace's own ones, and the versions that go into fingerprints.
    `steps` are the versions of what only editions for a printer go through.
    """

    places: Mapping[str, Path]
    programs: Mapping[str, str]
    marks: Mapping[str, str]
    problems: tuple[Problem, ...] = ()
    own: fonts.Own = fonts.NO_OWN
    known: dict[str, frozenset[int]] = field(default_factory=dict)
    steps: Mapping[str, str] = field(default_factory=dict)

    def versions(self, language: str) -> dict[str, str]:
        """Return what a leaflet of this language is made with: programs and fonts, with version or digest."""
        return {**self.programs, **{face.file: self.marks.get(face.file, "") for face in fonts.faces(language, self.own)}}

    def of_kind(self, kind: EditionKind) -> dict[str, str]:
        """Return the steps that an edition goes through after its layout, or besides it: name and version."""
        laid = {kind.imposition: self.steps.get(kind.imposition, ""), "pikepdf": self.steps.get("pikepdf", "")} if kind.imposition else {}
        return laid if kind.variant == "pdf/ua-1" else {**laid, kind.variant: self.steps.get(kind.variant, "")}

    def covered(self, language: str) -> frozenset[int]:
        """Return the code points that a language can print in every weight; none where a font of it is not installed."""
        if language not in self.known:
            there = all(face.file in self.places or face.file in self.own.files for face in fonts.faces(language, self.own))
            self.known[language] = fonts.covered(language, self.read, self.own) if there else frozenset()
        return self.known[language]

    def read(self, name: str) -> bytes:
        """Return the bytes of a font file. Raises KeyError where it is not installed."""
        return self.own.files[name] if name in self.own.files else disk.read_bytes(self.places[name]) or b""


def own_fonts(workspace: Workspace) -> Checked[fonts.Own]:
    """Return the fonts that the theme of a workspace brings, without those that cannot be used, and why they cannot."""
    ledger, faces = Ledger(), dict[str, tuple[fonts.Face, ...]]()
    for name, family in workspace.theme.fonts.items():
        if name not in fonts.SCRIPTS:
            ledger.add("K04", f"`fonts` cannot hold `{name}`: no such script (ISO 15924)", family.span, nearest(name, fonts.SCRIPTS))
            continue
        both = fonts.Face(400, family.regular, family.name, ""), fonts.Face(700, family.bold, family.name, "")
        for face in both:
            for told in fonts.faults(face, workspace.fonts[face.file]) if face.file in workspace.fonts else ():
                hint = f"the theme names it as {family.name}, {'bold' if face.weight > 400 else 'regular'}"
                ledger.add("F12", f"the font cannot be used: {told}", Span(f"content/assets/{face.file}"), hint)
        if all(face.file in workspace.fonts for face in both):
            faces[name] = both
    files = {face.file: workspace.fonts[face.file] for both in faces.values() for face in both}
    return Checked(fonts.NO_OWN if ledger.problems else fonts.Own(faces, files), tuple(ledger))


def tools(languages: Iterable[str] = ("en",), workspace: Workspace | None = None) -> Tools:
    """Find the fonts of languages; a workspace's own stand in for the installed ones. One that is not installed is a problem with the
    package that brings it.
    """
    from importlib.metadata import version

    ledger = Ledger()
    own = ledger.take(own_fonts(workspace)) if workspace else fonts.NO_OWN
    needed: dict[str, tuple[str, list[str]]] = {}
    for language in languages:
        if language not in fonts.LANGUAGES:
            hint = "write to the makers of this program; a language is a row in leaflets/fonts.py"
            ledger.add("T14", f"nothing is known of the script of `{language}`", Span(f"{FOLDER}{language}.po"), hint, language=language)
            continue
        for face in fonts.faces(language, own):
            if face.file not in own.files:
                needed.setdefault(face.file, (face.package, []))[1].append(language)
    places = disk.find_fonts(tuple(needed))
    for file, (package, which) in needed.items():
        if file not in places:
            told = f"the font {file} is not installed; {', '.join(dict.fromkeys(which))} cannot be printed without it"
            for language in dict.fromkeys(which):
                ledger.add("P09", told, Span("fonts"), f"on Debian: apt-get install {package}", language=language)
    marks = {name: _mark(disk.read_bytes(path) or b"") for name, path in sorted(places.items())}
    marks |= {name: _mark(content) for name, content in sorted(own.files.items())}
    programs = {name: version(name) for name in ("weasyprint", "pydyf")} | {"leaflets": __version__}
    return Tools(places, programs, marks, tuple(ledger), own, steps=_STEPS | {"pikepdf": version("pikepdf")})


def _mark(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class Prepared:
    """A request on its way: its edition where it can be rendered, and every problem met. `source` is the leaflet it is a translation of."""

    request: Request
    edition: Edition | None
    printed: Printed | None
    problems: tuple[Problem, ...]
    source: Printed | None = None
    voice: Voice | None = None
    state: State | None = None
    used: frozenset[tuple[str, str]] = frozenset()


@dataclass(slots=True)
class Language:
    """One language of a workspace: its book, who translates with it, and what is wrong with each unit."""

    source: Workspace
    book: translate.Book
    translator: translate.Translator = field(init=False)
    terms: dict[str, str] = field(init=False)
    found: dict[tuple[str, str], tuple[Problem, ...]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.translator = translate.Translator(self.source, self.book)
        self.terms = {name: term.term for name, term in self.translator.workspace.terms.items()}

    def problems(self, keys: Iterable[tuple[str, str]], request: Request) -> Iterator[Problem]:
        """Yield what is wrong with the units a leaflet is made of: those without a translation, stale ones, faulty ones."""
        yield from (problem.within(**request.where()) for problem in self._shortened(sorted(keys)))

    def every(self) -> Iterator[Problem]:
        """Yield what is wrong with every unit, whichever leaflet uses it, and with the catalog as a whole."""
        yield from self._shortened(self.book.matches)
        language = self.book.catalog.language
        if language not in self.source.tongues:
            path = f"{FOLDER}{language}.yaml"
            hint = "write it: `leaflets schema translations` tells what is in it"
            yield Problem(
                "T12", f"there is no list of the words by which {language} promises or denies", Span(path), hint, language=language
            )

    def _shortened(self, keys: Iterable[tuple[str, str]]) -> list[Problem]:
        """Return what is wrong with units; many that have no translation as one problem, so that it does not drown the others."""
        found = [problem for key in keys for problem in self.of(key)]
        missing = [problem for problem in found if problem.code == "T1"]
        if len(missing) <= MANY:
            return found
        catalog = self.book.catalog
        told = f"{len(missing):,} texts have no {catalog.language} translation"
        hint = f"see `leaflets translate status --lang {catalog.language}`; translate them in {catalog.span.path}"
        whole = Problem("T1", told, catalog.span, hint, language=catalog.language)
        return [whole, *(problem for problem in found if problem.code != "T1")]

    def of(self, key: tuple[str, str]) -> tuple[Problem, ...]:
        """Return what is wrong with one unit."""
        if key not in self.found:
            self.found[key] = tuple(self._of(key))
        return self.found[key]

    def _of(self, key: tuple[str, str]) -> Iterator[Problem]:
        language, match = self.book.catalog.language, self.book.of(key)
        hint = f"`leaflets translate update --lang {language}`, then translate it in {FOLDER}{language}.po"
        if match is None or match.entry is None:
            span = match.unit.span if match else Span("templates")
            yield Problem("T1", f"“{shortened(key[1])}” has no {language} translation", span, hint, language=language)
            return
        if match.status == "stale":
            told = f"the {language} translation of “{shortened(key[1])}” is stale; {match.why}"
            hint = f"`leaflets translate update --lang {language}`; then read it against the text and take the mark `fuzzy` away"
            yield Problem("T5", told, match.entry.span, hint, language=language)
        pairs = (
            checks.Pair(match.unit, match.entry, said, language, self.source.tongues.get(language), self.source.facts, self.terms)
            for said in dict.fromkeys(match.entry.said)
        )
        yield from checks.check_pairs(pairs)


@dataclass(slots=True)
class Preparer:
    """Goes the chain for one request after another; what does not depend on the reader is done once, per language."""

    workspace: Workspace
    tools: Tools
    as_of: date
    composer: Composer = field(init=False)
    of_recipe: dict[tuple[str, str], tuple[Problem, ...]] = field(default_factory=dict)
    languages: dict[str, Language] = field(default_factory=dict)
    wanted: dict[tuple[str, str], Unit] = field(default_factory=dict)
    last: dict[Request, Prepared] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.composer = Composer(self.workspace)

    def recipe_problems(self, name: str, language: str = "") -> tuple[Problem, ...]:
        """Return what is wrong with a leaflet, whoever reads it."""
        recipe, language = self.workspace.leaflets[name], language or self.workspace.language
        if (name, "") not in self.of_recipe:
            self.of_recipe[name, ""] = tuple(checks.check_recipe(self.workspace, recipe))
        if (name, language) not in self.of_recipe:
            self.of_recipe[name, language] = tuple(checks.check_governance(self.workspace, recipe, self.as_of, language))
        return (*self.of_recipe[name, ""], *self.of_recipe[name, language])

    def units(self) -> dict[tuple[str, str], Unit]:
        """Return every unit of the workspace."""
        if not self.wanted:
            self.wanted |= units.extract(self.workspace, (units.Message(*said) for said in self.composer.messages()))
        return self.wanted

    def language(self, name: str) -> Language:
        """Return what is needed to speak a language. Raises KeyError for one without a catalog."""
        if name not in self.languages:
            self.languages[name] = Language(self.workspace, translate.Book(self.units(), self.workspace.catalogs[name]))
        return self.languages[name]

    def printed(self, request: Request) -> Prepared:
        """Select, word and check one leaflet; compose nothing. What editions share is done once, for one reader after another."""
        shared = replace(request, edition=self.workspace.edition_of(self.workspace.text_of(request.edition)))
        last = self.last.get(shared)
        if last is None:
            last = self._printed(shared) if request.language == self.workspace.language else self._translated(shared)
            self.last[shared] = last
            if len(self.last) > REMEMBERED:
                self.last.pop(next(iter(self.last)))
        leaflet = replace(last.printed.leaflet, request=request) if last.printed else None
        printed = replace(last.printed, leaflet=leaflet) if last.printed and leaflet else None
        problems = tuple(replace(problem, edition=request.edition) for problem in last.problems)
        return replace(last, request=request, printed=printed, problems=problems)

    def _printed(self, request: Request) -> Prepared:
        ledger = Ledger()
        leaflet = ledger.take(select.select(self.workspace, request))
        voice = Voice(request.language, leaflet.country)
        printed = ledger.take(wording.word(self.workspace, leaflet, voice))
        case = checks.Case(self.workspace, printed, self.as_of)
        ledger.extend(checks.check_printed(case))
        ledger.extend(checks.letters(case, self.tools.covered(request.language)))
        return Prepared(request, None, printed, tuple(ledger), voice=voice)

    def _translated(self, request: Request) -> Prepared:
        """Translate what the source language prints for the same reader; word and check it."""
        source = self.printed(replace(request, language=self.workspace.language))
        spoken = self.language(request.language)
        if source.printed is None:
            return replace(source, request=request)
        leaflet, used = spoken.translator.leaflet(replace(source.printed.leaflet, request=request))
        voice = Voice(request.language, leaflet.country, spoken.book)
        worded = wording.word(spoken.translator.workspace, leaflet, voice)
        used |= {*spoken.translator.around(worded.value), *_keys(voice)}
        ledger = Ledger([*source.problems, *worded.problems, *spoken.problems(used, request)])
        case = checks.Case(spoken.translator.workspace, worded.value, self.as_of)
        ledger.extend(checks.letters(case, self.tools.covered(request.language)))
        ledger.extend(checks.check_translated(case))
        state = spoken.book.state(used)
        if state == "machine":
            hint = "a translator reads it, mends it and says so; see docs/translators.md"
            told = "no translator has checked this translation; a machine made it"
            ledger.add("T4", told, spoken.book.catalog.span, hint, **request.where())
        return Prepared(request, None, worded.value, tuple(ledger), source.printed, voice, state, frozenset(used))

    def prepare(self, request: Request, faults: Iterable[Problem] = (), final_only: bool = False, panel: Panel | None = None) -> Prepared:
        """Go the whole chain for one request. `faults` are problems of the workspace that keep its leaflets from being final.

        `panel` is what concerns one person alone; nothing is checked in it.
        """
        ready = self.printed(request)
        ledger = Ledger(list(ready.problems))
        of_leaflet = self.recipe_problems(request.leaflet, request.language)
        every = (*ready.problems, *of_leaflet, *faults)
        state: Literal["draft", "final"] = "draft" if any(problem.stops is not Stops.NOTHING for problem in every) else "final"
        if final_only and state == "draft":
            why = sorted({problem.code for problem in every if problem.stops is not Stops.NOTHING})
            span = self.workspace.leaflets[request.leaflet].span
            told = f"{request.leaflet} for {request.profile_name} in {request.language} is not final ({', '.join(why)})"
            ledger.add("B02", told, span, "see `leaflets check`, or build it as a draft without --final", **request.where())
        if ready.printed is None or ready.voice is None or any(problem.stops is Stops.BUILD for problem in (*ledger, *of_leaflet)):
            return replace(ready, problems=tuple(ledger))
        edition = ledger.take(self._composed(ready, ready.printed, ready.voice, state, panel))
        if request.language != self.workspace.language:
            ledger.extend(self.language(request.language).problems(set(_keys(ready.voice)), request))
        stopped = any(problem.stops is Stops.BUILD for problem in ledger)
        return replace(ready, edition=None if stopped else edition, problems=tuple(dict.fromkeys(ledger)))

    def _composed(
        self, ready: Prepared, printed: Printed, voice: Voice, state: Literal["draft", "final"], panel: Panel | None
    ) -> Checked[Edition | None]:
        language = ready.request.language
        local = self.workspace if language == self.workspace.language else self.language(language).translator.workspace
        kind = self.workspace.editions[ready.request.edition]
        manner = Manner(
            fonts.script(language).direction,
            fonts.COUNTERS.get(voice.locale.default_numbering_system, "decimal"),
            partial(_type_css, language, voice.locale.default_numbering_system, self.tools.own),
            self.tools.versions(language) | self.tools.of_kind(kind),
            fonts.size_pt(language, kind.size) > kind.size,
            _mend(fonts.script(language), ready.request, self.workspace),
        )
        return self.composer.compose(printed, voice, state, local, manner, ready.source, ready.state, panel)


def _mend(script: fonts.Script, request: Request, workspace: Workspace) -> Callable[[str], str] | None:
    """Return what keeps together what the script would take apart: Latin words and numbers in a line that runs left, Korean words."""
    if script.direction == "rtl":
        return bidi.isolate
    on_paper = workspace.editions[request.edition].format == "pdf"
    return bidi.keep_words if script.keep_words and on_paper else None


def _type_css(language: str, numbering: str, own: fonts.Own, kind: EditionKind) -> str:
    if kind.format == "html":
        return fonts.screen_css(language, numbering=numbering)
    return fonts.type_css(language, kind.size, numbering, own)


def _keys(voice: Voice) -> Iterator[tuple[str, str]]:
    """Yield the keys of what a voice was asked to say."""
    return ((context, text) for context, text, _ in voice.asked)
