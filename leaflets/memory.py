"""What is known of leaflets from earlier builds: which of them can say something else now, without composing them again.

What is known of a leaflet is noted under the digest of all that it can depend on, so that nothing ever has to be declared out of date.
"""

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from leaflets import signing
from leaflets.asked import digest
from leaflets.model import Edition, Request, Workspace
from leaflets.problems import Problem, Span
from leaflets.store import Store

_RECORDS = ("content/sections/", "content/facts", "content/glossary", "content/sources")
"""Files that hold many records: what counts is which of them a leaflet uses."""
_CATALOGS = ("content/translations/", ".po")


@dataclass(frozen=True, slots=True)
class Known:
    """A leaflet that is wanted, before it is rendered: the digest of its edition, its row of the manifest, and what is wrong.

    `row` lacks what only rendering tells: pages, bytes, sha256. `edition` is there where it was composed in this run. Without a
    `key` it cannot be made.
    """

    request: Request
    key: str
    row: Mapping[str, Any]
    problems: tuple[Problem, ...]
    edition: Edition | None = None


@dataclass(slots=True)
class Memory:
    """What earlier builds found out about the leaflets of a workspace. `contents` are its files, `program` the digest of this program."""

    store: Store
    workspace: Workspace
    contents: Mapping[str, bytes]
    program: str
    general: str = field(init=False)
    used: dict[str, dict[str, set[str]]] = field(default_factory=dict)
    sources: dict[str, str] = field(default_factory=dict)
    spoken: dict[str, dict[tuple[str, str], str]] = field(default_factory=dict)
    files: dict[str, str] = field(default_factory=dict)
    notes: dict[str, dict[str, Any]] = field(default_factory=dict)
    changed: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.general = digest({path: self._file(path) for path in self.contents if not _is_record(path)})

    def name(self, request: Request, versions: Mapping[str, str], told: Iterable[Problem]) -> str:
        """Return the name of the note on a leaflet in one language: the digest of all that it can depend on, whoever reads it.

        `told` are the problems of leaflet and workspace that decide whether it is final.
        """
        stopping = sorted({(problem.code, problem.message) for problem in told})
        source, spoken = self._source(request.leaflet), self._spoken(request.leaflet, request.language)
        return digest(self.program, self.general, dict(versions), request.leaflet, request.language, source, spoken, stopping)

    def recall(self, request: Request, name: str) -> Known | None:
        """Return what is known of a leaflet; None where nothing is, or where a place that its problems name may have moved."""
        noted = self._note(name).get(_reader(request))
        try:
            if noted is None or any(self._file(path) != mark for path, mark in noted["files"].items()):
                return None
            problems = tuple(_problem(told) for told in noted["problems"])
            return Known(request, noted["key"], noted["row"], problems)
        except (KeyError, TypeError, AttributeError):  # not written by us
            return None

    def remember(self, known: Known, name: str) -> None:
        """Note what was found out about a leaflet. One that cannot be made is looked at anew each time."""
        if not known.key:
            return
        paths = {problem.span.path for problem in known.problems if problem.span.line > 1 and problem.span.path in self.contents}
        files = {path: self._file(path) for path in sorted(paths)}
        problems = [[*_plain(problem)] for problem in known.problems]
        self._note(name)[_reader(known.request)] = {"key": known.key, "row": dict(known.row), "problems": problems, "files": files}
        self.changed.add(name)

    def save(self) -> None:
        """Keep what was noted."""
        for name in self.notes:
            if name in self.changed:
                self.store.keep_note(name, self.notes[name])
            elif self.notes[name]:
                self.store.used(name)

    def _note(self, name: str) -> dict[str, Any]:
        if name not in self.notes:
            self.notes[name] = self.store.note(name)
        return self.notes[name]

    def _file(self, path: str) -> str:
        if path not in self.files:
            self.files[path] = hashlib.sha256(self.contents[path]).hexdigest() if path in self.contents else ""
        return self.files[path]

    def _source(self, leaflet: str) -> str:
        """Return the digest of what a leaflet can say in the language it is written in."""
        if leaflet not in self.sources:
            recipe = self.workspace.leaflets[leaflet]
            self.used[leaflet] = signing.used_by(self.workspace, recipe)
            texts = sorted((section.span.path, self._file(section.span.path)) for section in signing.sections_of(self.workspace, recipe))
            self.sources[leaflet] = digest(texts, signing.digest(self.workspace, recipe))
        return self.sources[leaflet]

    def _spoken(self, leaflet: str, language: str) -> str:
        """Return the digest of the translations that a leaflet can use."""
        if language == self.workspace.language:
            return ""
        if language not in self.spoken:
            self.spoken[language] = self._homes(language)
        used = self.used[leaflet]
        mine = {"section": used["section"], "glossary": used["term"], "leaflet": {leaflet}, "everywhere": {""}}
        return digest(sorted((*home, mark) for home, mark in self.spoken[language].items() if home[1] in mine[home[0]]))

    def _homes(self, language: str) -> dict[tuple[str, str], str]:
        """Return the digest of the translations of each section, glossary word and leaflet, and of those that are used everywhere."""
        catalog, found = self.workspace.catalogs[language], defaultdict[tuple[str, str], list[Any]](list)
        found["everywhere", ""].append([catalog.state, catalog.header.get("Plural-Forms", "")])
        for entry in catalog.entries.values():
            told = [entry.context, entry.text, entry.plural, *entry.said, entry.stale, entry.state, *entry.previous]
            found[signing.home_of(self.workspace, entry.context)].append(told)
        return {home: digest(told) for home, told in found.items()}


def _is_record(path: str) -> bool:
    return path.startswith(_RECORDS) or (path.startswith(_CATALOGS[0]) and path.endswith(_CATALOGS[1]))


def _reader(request: Request) -> str:
    return f"{request.profile_name} {request.edition}"


def _plain(problem: Problem) -> Iterable[Any]:
    span = problem.span
    yield from (problem.code, problem.message, span.path, span.line, span.column, problem.hint)
    yield from (problem.leaflet, problem.profile, problem.language, problem.edition)


def _problem(told: list[Any]) -> Problem:
    code, message, path, line, column, *rest = told
    return Problem(code, message, Span(path, line, column), *rest)
