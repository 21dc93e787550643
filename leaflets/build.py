"""Plan, fingerprint, execute: from requests to files, on any `concurrent.futures` executor.

`prepare` goes the chain for each request; `execute` renders what is not current. Both yield, so that
a face can show what happens.
"""

import hashlib
import json
import multiprocessing
import signal
import sys
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Executor, Future, ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from multiprocessing.util import Finalize
from pathlib import Path
from typing import Any

from leaflets import disk, fonts, signing
from leaflets.codes import Severity, Stops
from leaflets.facts import Voice
from leaflets.model import Deliverable, Edition, Recipe, Request, Result, Workspace
from leaflets.prepare import Prepared, Preparer, Tools
from leaflets.problems import Checked, Problem, Span, nearest

MANIFEST = "manifest.json"
_TEXTS = "leaflet profile language edition path title sha256 fingerprint state version review_due"
_ROW: dict[str, type] = dict.fromkeys(_TEXTS.split(), str)


# ---------------------------------------------------------------- what is asked for


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a caller asks for. Empty means: as the workspace's deliverables say; `everything`: the whole matrix."""

    leaflets: tuple[str, ...] = ()
    profiles: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    editions: tuple[str, ...] = ()
    traits: tuple[tuple[str, str], ...] = ()
    everything: bool = False


def unknown(workspace: Workspace, wanted: Wanted) -> list[str]:
    """Return a sentence for each name asked for that the workspace does not have."""
    known: tuple[tuple[str, Iterable[str], Collection[str]], ...] = (
        ("leaflet", wanted.leaflets, workspace.leaflets),
        ("profile", wanted.profiles, workspace.profiles),
        ("language", wanted.languages, workspace.languages),
        ("edition", wanted.editions, workspace.editions),
        ("trait", (trait for trait, _ in wanted.traits), workspace.vocabulary),
    )
    told = [f"no {what} is called `{name}`; {nearest(name, among)}" for what, names, among in known for name in names if name not in among]
    for trait, value in wanted.traits:
        if trait in workspace.vocabulary and value not in workspace.vocabulary[trait].values:
            told.append(f"the trait `{trait}` has no value `{value}`; {nearest(value, workspace.vocabulary[trait].values)}")
    return told


def requests(workspace: Workspace, wanted: Wanted) -> list[Request]:
    """Return the requests a wish comes to, in order and without repeats. All names in it are known."""
    if wanted.everything or any((wanted.leaflets, wanted.profiles, wanted.editions, wanted.traits)):
        found = _explicit(workspace, wanted)
    else:
        found = _deliverables(workspace, wanted)
    return [request for request in dict.fromkeys(found) if _makes_sense(workspace, request)]


def _makes_sense(workspace: Workspace, request: Request) -> bool:
    """Whether there is such a leaflet: an edition that shows a translation beside its text has none in the text's own language."""
    kind = workspace.editions.get(request.edition)
    return kind is None or kind.languages == "all" or request.language != workspace.language


def _explicit(workspace: Workspace, wanted: Wanted) -> Iterator[Request]:
    languages = wanted.languages or (workspace.languages if wanted.everything else (workspace.language,))
    for name in wanted.leaflets or workspace.leaflets:
        default = (workspace.leaflets[name].default_profile,)
        profiles = wanted.profiles or (tuple(workspace.profiles) if wanted.everything else default)
        editions = wanted.editions or (tuple(workspace.editions) if wanted.everything else tuple(workspace.editions)[:1])
        for profile in profiles:
            if profile in workspace.profiles:
                for language in languages:
                    yield from (Request(name, profile, language, edition, wanted.traits) for edition in editions)


def _deliverables(workspace: Workspace, wanted: Wanted) -> Iterator[Request]:
    """Yield what the workspace lists. Languages asked for are made of every row, whatever languages the row names."""
    for row in workspace.deliverables:
        languages = wanted.languages or _languages(workspace, row)
        for name in row.leaflets if row.leaflets is not None else workspace.leaflets:
            if name not in workspace.leaflets:
                continue
            if row.profiles == "default":
                profiles: Iterable[str] = (workspace.leaflets[name].default_profile,)
            else:
                profiles = row.profiles if row.profiles is not None else workspace.profiles
            for profile in profiles:
                for edition in row.editions if row.editions is not None else workspace.editions:
                    if profile in workspace.profiles and edition in workspace.editions:
                        yield from (Request(name, profile, language, edition) for language in languages)


def _languages(workspace: Workspace, row: Deliverable) -> tuple[str, ...]:
    """Return the languages of a row. One that has no catalog is told when the row is read."""
    groups = {"source": workspace.languages[:1], "translations": workspace.languages[1:], "all": workspace.languages}
    if isinstance(row.languages, str):
        return groups[row.languages]
    return tuple(language for language in row.languages if language in workspace.languages)


# ---------------------------------------------------------------- which leaflets an error keeps from being built


def blocked(workspace: Workspace, problems: Iterable[Problem]) -> set[str]:
    """Return the leaflets that an error of the workspace stops: those that use the file it stands in, or lack what they name."""
    stopped: set[str] = set()
    stopping = [problem for problem in problems if problem.stops is Stops.BUILD and not problem.language]
    for recipe in workspace.leaflets.values():
        paths = set(_paths(workspace, recipe))
        names = {_stem(path) for path in paths} | set(recipe.sections)
        if any(_stops(problem, recipe, paths, names) for problem in stopping) or not _whole(workspace, recipe):
            stopped.add(recipe.id)
    return stopped


def silenced(problems: Iterable[Problem]) -> set[str]:
    """Return the languages that nothing can be built in: their catalog or fonts cannot be used."""
    return {one.language for one in problems if one.stops is Stops.BUILD and one.language and not one.leaflet}


def faults(workspace: Workspace, problems: Iterable[Problem]) -> dict[str, tuple[Problem, ...]]:
    """Return, for each leaflet, the faults of the files it is made from that keep it from being final."""
    kept = [problem for problem in problems if problem.stops is Stops.FINAL and not problem.leaflet]
    paths = {recipe.id: set(_paths(workspace, recipe)) for recipe in workspace.leaflets.values()}
    return {name: tuple(problem for problem in kept if problem.span.path in mine) for name, mine in paths.items()}


def _stops(problem: Problem, recipe: Recipe, paths: set[str], names: set[str]) -> bool:
    path = problem.span.path
    if problem.leaflet:
        return problem.leaflet == recipe.id
    if path.startswith(("content/sections/", "content/leaflets/")):
        return path in paths or (path.startswith("content/sections/") and _stem(path) in names)
    if path.startswith(("content/facts", "content/sources", "content/glossary")):
        return path in paths
    return True


def _paths(workspace: Workspace, recipe: Recipe) -> Iterator[str]:
    """Yield the files a leaflet is made from."""
    yield recipe.span.path
    for section in signing.sections_of(workspace, recipe):
        yield section.span.path
    for record in signing.records_of(workspace, recipe):
        yield record.span.path


def _whole(workspace: Workspace, recipe: Recipe) -> bool:
    """Whether everything a leaflet names is there."""
    return all(name in workspace.sections for name in recipe.sections) and not signing.gaps(workspace, recipe)


def _stem(path: str) -> str:
    return path.rsplit("/", 1)[-1].rsplit(".", 1)[0]


# ---------------------------------------------------------------- the plan


@dataclass(frozen=True, slots=True)
class Plan:
    """What will be done: editions to render, entries of the manifest that are current, requests that cannot be made."""

    render: tuple[Prepared, ...]
    current: tuple[Prepared, ...]
    failed: tuple[Prepared, ...]
    entries: Mapping[str, Mapping[str, Any]]

    @property
    def asked(self) -> int:
        """How many leaflets were asked for."""
        return len(self.render) + len(self.current) + len(self.failed)


def plan(prepared: Iterable[Prepared], out: Path, force: bool = False, begin: Callable[[Prepared], None] | None = None) -> Plan:
    """Sort what was prepared by what the output folder already holds, byte for byte.

    `begin` is called for each that has to be rendered, as soon as that is known: the others are prepared meanwhile.
    """
    entries = read_manifest(out)
    render: list[Prepared] = []
    current: list[Prepared] = []
    failed: list[Prepared] = []
    taken: dict[str, Request] = {}
    for one in prepared:
        if one.edition is None:
            failed.append(one)
            continue
        path = path_of(one.edition)
        if (first := taken.setdefault(path.lower(), one.request)) != one.request:
            told = f"{path} would be written twice, also for {first.profile_name}"
            clash = Problem("B03", told, Span(path), "give one of the two another name", **one.request.where())
            failed.append(replace(one, edition=None, problems=(*one.problems, clash)))
        elif not force and _is_current(one.edition, entries.get(path), out):
            current.append(one)
        else:
            render.append(one)
            if begin is not None:
                begin(one)
    return Plan(tuple(render), tuple(current), tuple(failed), entries)


def path_of(edition: Edition) -> str:
    """Return the path of an output below the output folder."""
    return _path(edition.request, edition.format)


def path_for(request: Request, workspace: Workspace) -> str:
    """Return the path that a request's output has, whether it can be made or not."""
    return _path(request, workspace.editions[request.edition].format)


def _path(request: Request, suffix: str) -> str:
    return f"{request.language}/{request.leaflet}--{request.profile_name}--{request.edition}.{suffix}"


def _is_current(edition: Edition, entry: Mapping[str, Any] | None, out: Path) -> bool:
    if entry is None or entry.get("fingerprint") != edition.fingerprint or entry.get("state") != edition.state:
        return False
    content = disk.read_bytes(out / path_of(edition))
    return content is not None and hashlib.sha256(content).hexdigest() == entry.get("sha256")


def read_manifest(out: Path) -> dict[str, Mapping[str, Any]]:
    """Return the entries of an output folder's manifest by path; none where there is none that can be read."""
    content = disk.read_bytes(out / MANIFEST)
    try:
        rows = json.loads(content or b"{}").get("leaflets", [])
        return {row["path"]: row for row in rows if _is_row(row)}
    except (ValueError, AttributeError, TypeError, RecursionError):
        return {}


def _is_row(row: Any) -> bool:
    """Whether a row of a manifest is one that we wrote: every key of its kind, and a path within the folder."""
    kinds = _ROW | {"pages": int, "bytes": int, "sections": list, "facts": list, "sources": list}
    if not isinstance(row, dict) or not all(isinstance(row.get(key), kind) for key, kind in kinds.items()):
        return False
    path = row["path"]
    return not path.startswith("/") and ".." not in Path(path).parts and "\0" not in path


# ---------------------------------------------------------------- rendering


class Here(Executor):
    """An executor that does the work at once, in this process: for one leaflet, and for tests."""

    def submit(self, fn: Any, /, *args: Any, **kwargs: Any) -> Future[Any]:
        """Do it and return the finished future."""
        future: Future[Any] = Future()
        try:
            future.set_result(fn(*args, **kwargs))
        except Exception as error:
            future.set_exception(error)
        return future


_renderer: Any = None


def start_worker(places: Mapping[str, Path], pooled: bool = True) -> None:
    """Make this process ready to render: called once in each worker. A worker of a pool leaves Ctrl-C to the process that started it."""
    if pooled:
        signal.signal(signal.SIGINT, signal.SIG_IGN)
    global _renderer
    from leaflets import render

    def read(name: str) -> bytes:
        return disk.read_bytes(places[name]) or b""

    _renderer = render.Renderer(partial(fonts.font_bytes, read=read), fonts.font_css, fonts.allowed)
    render.calm_collector()
    Finalize(None, stop_worker, exitpriority=10)


def stop_worker() -> None:
    """Let the renderer go, and with it its folder of fonts, before the process ends."""
    global _renderer
    if _renderer is not None:
        _renderer.close()
    _renderer = None


def render_edition(edition: Edition) -> Result:
    """Render one edition in this process. Pages for the screen are done already."""
    if edition.format == "html":
        return Result(edition.request, edition.html.encode("utf-8"), 1)
    result: Result = _renderer.render(edition)
    return result


def executor(given: Tools, jobs: int) -> Executor:
    """Return where to render: this process for one job, else a pool of processes (spawned where forking is unsafe)."""
    if jobs <= 1:
        start_worker(given.places, pooled=False)
        return Here()
    context = multiprocessing.get_context("forkserver" if sys.platform == "linux" else "spawn")
    return ProcessPoolExecutor(jobs, mp_context=context, initializer=start_worker, initargs=(given.places,))


@dataclass(frozen=True, slots=True)
class Done:
    """One leaflet written, or the problems that kept it from being."""

    prepared: Prepared
    entry: Mapping[str, Any] | None
    problems: tuple[Problem, ...]


class Pool:
    """Where leaflets are rendered, and what was begun there. What has not begun when its block ends is not begun any more."""

    def __init__(self, where: Executor) -> None:
        self.where = where
        self.futures: dict[Future[Result], Prepared] = {}

    def begin(self, one: Prepared) -> None:
        """Render a leaflet while others are prepared; in this process alone, where nothing can go on meanwhile, do not."""
        if not isinstance(self.where, Here):
            self.submit(one)

    def submit(self, one: Prepared) -> None:
        """Render a leaflet as soon as there is room."""
        if one.edition:
            self.futures[self.where.submit(render_edition, one.edition)] = one

    def __enter__(self) -> "Pool":
        return self

    def __exit__(self, *_: object) -> None:
        for future in self.futures:
            future.cancel()
        self.where.shutdown()


def execute(work: Sequence[Prepared], where: Executor, out: Path, begun: Pool | None = None) -> Iterator[Done]:
    """Render and write, longest first; yield each as it is finished. A leaflet that fails does not stop the others.

    What was `begun` while the plan was made is not begun again.
    """
    pool = begun or Pool(where)
    already = {one.request for one in pool.futures.values()}
    rest = [one for one in work if one.request not in already]
    for one in sorted(rest, key=lambda one: len(one.edition.html) if one.edition else 0, reverse=True):
        pool.submit(one)
    try:
        for future in as_completed(pool.futures):
            yield _outcome(pool.futures[future], future, out)
    except BaseException:  # Ctrl-C, or a caller that wants no more: what has not begun is not begun
        for future in pool.futures:
            future.cancel()
        raise


def _outcome(one: Prepared, future: Future[Result], out: Path) -> Done:
    """Write what was rendered, or tell why nothing was."""
    try:
        return _keep(one, future.result(), out)
    except BrokenProcessPool:
        told, hint = "the process that rendered it ended; it may have run out of memory", "try again with --jobs 1"
    except Exception as error:
        told, hint = f"rendering stopped: {type(error).__name__}: {error}", ""
    return Done(one, None, (Problem("P07", told, Span("render"), hint, **one.request.where()),))


def _keep(one: Prepared, result: Result, out: Path) -> Done:
    if result.problems or one.edition is None:
        return Done(one, None, result.problems)
    path = path_of(one.edition)
    try:
        disk.write(out / path, result.content)
    except OSError as error:
        told = f"{out / path} cannot be written: {error.strerror or error}"
        return Done(
            one,
            None,
            (Problem("B01", told, Span(str(out / path)), "see that the folder can be written and has room", **one.request.where()),),
        )
    return Done(one, entry_of(one, result), ())


def entry_of(one: Prepared, result: Result) -> dict[str, Any]:
    """Return a leaflet's row of the manifest."""
    edition, printed = one.edition, one.printed
    if edition is None or printed is None:
        raise ValueError("only a leaflet that was made has an entry")
    recipe = printed.leaflet.recipe
    return {
        "leaflet": one.request.leaflet,
        "profile": one.request.profile_name,
        "language": one.request.language,
        "edition": one.request.edition,
        "path": path_of(edition),
        "title": edition.title,
        "pages": result.pages,
        "bytes": len(result.content),
        "sha256": hashlib.sha256(result.content).hexdigest(),
        "fingerprint": edition.fingerprint,
        "state": edition.state,
        "version": recipe.version,
        "review_due": recipe.review_due.isoformat(),
        "sections": [section.id for section in printed.sections],
        "facts": list(printed.facts),
        "sources": [source.id for source in printed.sources],
    }


# ---------------------------------------------------------------- the end of a build


def finish(
    out: Path,
    entries: Mapping[str, Mapping[str, Any]],
    keep: Mapping[str, Mapping[str, Any]],
    problems: Iterable[Problem],
    as_of: date,
    preparer: Preparer,
    prune: bool,
) -> Checked[list[str]]:
    """Write manifest and index; with `prune` remove what the earlier manifest lists and this build did not make.

    `entries` are this build's, `keep` those of earlier builds. Returns the paths removed, and what is wrong
    with the index. Raises OSError.
    """
    others = {path: row for path, row in keep.items() if path not in entries}
    gone = sorted(others) if prune else [path for path in others if not (out / path).is_file()]
    if prune:
        for path in gone:
            disk.remove(out / path, out)
    rows = {path: row for path, row in others.items() if path not in gone} | dict(entries)
    listed = [rows[path] for path in sorted(rows)]
    manifest = {
        "schema": 1,
        "generated_as_of": as_of.isoformat(),
        "versions": dict(sorted({**preparer.tools.programs, **preparer.tools.marks}.items())),
        "leaflets": listed,
        "problems": [problem.as_dict() for problem in problems],
    }
    disk.write(out / MANIFEST, (json.dumps(manifest, indent=1, ensure_ascii=False) + "\n").encode())
    index = preparer.composer.page(
        "index.html", rows=listed, workspace=preparer.workspace, as_of=as_of, date=Voice(preparer.workspace.language, "gb").date
    )
    if index.value:
        disk.write(out / "index.html", index.value.encode())
    return Checked(gone if prune else [], index.problems)


def worst(problems: Iterable[Problem]) -> int:
    """Return the exit status that problems come to: 1 with an error among them, else 0."""
    return int(any(problem.severity is Severity.ERROR for problem in problems))
