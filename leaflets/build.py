"""Find, plan, execute: from requests to files, on any `concurrent.futures` executor.

`Finder` tells what each request comes to, from memory or by going the chain; `plan` sorts that by what is there already; `execute` renders
the rest. All yield, so that a face can show what happens.
"""

import contextlib
import hashlib
import json
import signal
import sys
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Executor, Future, wait
from dataclasses import dataclass, field, replace
from datetime import date
from functools import partial
from multiprocessing.util import Finalize
from pathlib import Path
from typing import Any, Literal

from leaflets import checks, disk, figures, fonts, manifest, pictures, signing
from leaflets.codes import Stops
from leaflets.facts import Voice
from leaflets.memory import Known, Memory
from leaflets.model import Deliverable, Edition, Recipe, Request, Result, Workspace
from leaflets.prepare import Prepared, Preparer, Tools
from leaflets.problems import Checked, Problem, Span, nearest
from leaflets.store import Store
from leaflets.workers import Died, TookTooLong, Workers

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
    pairs = ((name, edition) for name in wanted.leaflets if name in workspace.leaflets for edition in wanted.editions)
    told += [_not_offered(workspace, name, edition) for name, edition in pairs if not workspace.offers(name, edition)]
    for trait, value in wanted.traits:
        if trait in workspace.vocabulary and value not in workspace.vocabulary[trait].values:
            told.append(f"the trait `{trait}` has no value `{value}`; {nearest(value, workspace.vocabulary[trait].values)}")
    return told


def _not_offered(workspace: Workspace, leaflet: str, edition: str) -> str:
    """Return that a leaflet lacks the text of an edition, and which leaflets have it."""
    others = [name for name in workspace.leaflets if workspace.offers(name, edition)]
    have = f"leaflets that do: {', '.join(others)}" if others else "no leaflet does"
    return f"{workspace.not_offered(leaflet, edition)}; {have}"


def requests(workspace: Workspace, wanted: Wanted) -> list[Request]:
    """Return the requests a wish comes to, in order and without repeats. All names in it are known."""
    if wanted.everything or any((wanted.leaflets, wanted.profiles, wanted.editions, wanted.traits)):
        found = _explicit(workspace, wanted)
    else:
        found = _deliverables(workspace, wanted)
    return [request for request in dict.fromkeys(found) if _makes_sense(workspace, request)]


def _makes_sense(workspace: Workspace, request: Request) -> bool:
    """Whether there is such a leaflet: an edition that shows a translation beside its text has none in the text's own language, and one
    with a text of its own only the leaflets that have that text.
    """
    kind = workspace.editions.get(request.edition)
    shown = kind is None or kind.languages == "all" or request.language != workspace.language
    return shown and workspace.offers(request.leaflet, request.edition)


def _explicit(workspace: Workspace, wanted: Wanted) -> Iterator[Request]:
    languages = wanted.languages or (workspace.languages if wanted.everything else (workspace.language,))
    for name in wanted.leaflets or workspace.leaflets:
        default = (workspace.leaflets[name].default_profile,)
        profiles = wanted.profiles or (tuple(workspace.profiles) if wanted.everything else default)
        editions = wanted.editions or (workspace.usual_editions if wanted.everything else tuple(workspace.editions)[:1])
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
                for edition in row.editions if row.editions is not None else workspace.usual_editions:
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
        names = {_stem(path) for path in paths} | set(recipe.every_section)
        if any(_stops(problem, recipe, paths, names) for problem in stopping) or not _whole(workspace, recipe):
            stopped.add(recipe.id)
    return stopped


def silenced(problems: Iterable[Problem]) -> set[str]:
    """Return the languages that nothing can be built in: their catalog or fonts cannot be used."""
    return {one.language for one in problems if one.stops is Stops.BUILD and one.language and not one.leaflet}


def faults(workspace: Workspace, problems: Iterable[Problem]) -> dict[str, tuple[Problem, ...]]:
    """Return, for each leaflet, the faults of the files it is made from that keep it from being final; those of the look are of all."""
    kept = [problem for problem in problems if problem.stops is Stops.FINAL and not problem.leaflet]
    paths = {recipe.id: set(_paths(workspace, recipe)) for recipe in workspace.leaflets.values()}
    return {
        name: tuple(problem for problem in kept if problem.span.path in mine or problem.span.path.startswith("styles/"))
        for name, mine in paths.items()
    }


@dataclass(frozen=True, slots=True)
class Hindrances:
    """What errors of a workspace stop: leaflets, and languages; and, for each leaflet, the faults that keep it from being final."""

    leaflets: frozenset[str]
    languages: frozenset[str]
    faults: Mapping[str, tuple[Problem, ...]]

    def stop(self, request: Request) -> bool:
        """Whether nothing can be made of a request."""
        return request.leaflet in self.leaflets or request.language in self.languages


def hindrances(preparer: Preparer, requests: Iterable[Request], problems: list[Problem]) -> Hindrances:
    """Check a workspace, and the leaflets asked for; what is found is added to the problems of reading it."""
    workspace = preparer.workspace
    problems += checks.check_workspace(workspace)
    broken = blocked(workspace, problems)
    asked = dict.fromkeys((request.leaflet, request.language) for request in requests if request.leaflet not in broken)
    problems += [problem for name, language in asked for problem in preparer.recipe_problems(name, language)]
    stopped = frozenset(broken | blocked(workspace, problems))
    return Hindrances(stopped, frozenset(silenced(problems)), faults(workspace, problems))


def _stops(problem: Problem, recipe: Recipe, paths: set[str], names: set[str]) -> bool:
    path = problem.span.path
    if problem.leaflet:
        return problem.leaflet == recipe.id
    if path.startswith(("content/sections/", "content/leaflets/")):
        return path in paths or (path.startswith("content/sections/") and _stem(path) in names)
    if path.startswith("content/phrases"):
        return False  # they are for letters, which look at them themselves
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
    return all(name in workspace.sections for name in recipe.every_section) and not signing.gaps(workspace, recipe)


def _stem(path: str) -> str:
    return path.rsplit("/", 1)[-1].rsplit(".", 1)[0]


# ---------------------------------------------------------------- what each request comes to


def known_of(one: Prepared) -> Known:
    """Return what preparing a leaflet found out about it."""
    edition, printed = one.edition, one.printed
    if edition is None or printed is None:
        return Known(one.request, "", {}, one.problems)
    recipe = printed.leaflet.recipe
    row = {
        "leaflet": one.request.leaflet,
        "profile": one.request.profile_name,
        "language": one.request.language,
        "edition": one.request.edition,
        "path": _path(one.request, edition.format),
        "title": edition.title,
        "fingerprint": edition.fingerprint,
        "state": edition.state,
        "version": recipe.version,
        "review_due": recipe.review_due.isoformat(),
        "sections": [section.id for section in printed.sections],
        "facts": list(printed.facts),
        "sources": [source.id for source in printed.sources],
    }
    return Known(one.request, edition.key, row, one.problems, edition)


@dataclass(slots=True)
class Finder:
    """Tells what requests come to. `problems` are those of the workspace; what is met on the way is added to them."""

    preparer: Preparer
    problems: list[Problem]
    memory: Memory | None = None
    final_only: bool = False
    of_leaflet: Mapping[str, tuple[Problem, ...]] = field(default_factory=dict)
    names: dict[tuple[str, str], str] = field(default_factory=dict)

    def find(self, requests: Sequence[Request]) -> Iterator[Known]:
        """Yield what each request comes to, the longest leaflets first, each language's together (`kind_of`); nothing of it where an
        error of the workspace stops it.
        """
        workspace = self.preparer.workspace
        hindered = hindrances(self.preparer, requests, self.problems)
        self.of_leaflet = hindered.faults
        weights = {
            name: -len(signing.sections_of(workspace, workspace.leaflets[name])) for name in dict.fromkeys(r.leaflet for r in requests)
        }
        for request in sorted(requests, key=lambda one: (weights[one.leaflet], *kind_of(one))):
            if hindered.stop(request):
                yield Known(request, "", {}, ())
            else:
                known = self._known(request)
                self.problems += known.problems
                yield known

    def composed(self, known: Known) -> Known:
        """Return a leaflet with its edition."""
        if known.edition is not None:
            return known
        return known_of(self.preparer.prepare(known.request, self.of_leaflet[known.request.leaflet], self.final_only))

    def _known(self, request: Request) -> Known:
        if self.memory is None:
            return self.composed(Known(request, "", {}, ()))
        name = self._name(self.memory, request)
        known = self.memory.recall(request, name)
        if known is None or (self.final_only and known.row.get("state") != "final"):
            known = self.composed(Known(request, "", {}, ()))
            self.memory.remember(known, name)
        return known

    def _name(self, memory: Memory, request: Request) -> str:
        """Return the name of the note on a leaflet in one language."""
        which = request.leaflet, request.language
        if which not in self.names:
            tools = self.preparer.tools
            versions = {**tools.versions(request.language), **tools.versions(self.preparer.workspace.language), **tools.steps}
            told = (*self.preparer.recipe_problems(*which), *self.of_leaflet[request.leaflet])
            self.names[which] = memory.name(request, versions, told)
        return self.names[which]


# ---------------------------------------------------------------- the plan


@dataclass(slots=True)
class Plan:
    """Sorts leaflets by what the output folder holds, byte for byte, and what the store does.

    Leaflets to `render`, to take from the store, that are `current`, that `failed`. `entries` are the manifest's, by path.
    """

    out: Path
    store: Store | None = None
    force: bool = False
    render: list[Known] = field(default_factory=list)
    stored: list[Known] = field(default_factory=list)
    current: list[Known] = field(default_factory=list)
    failed: list[Known] = field(default_factory=list)
    entries: Mapping[str, Mapping[str, Any]] = field(init=False)
    taken: dict[str, Request] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.entries = manifest.read(self.out)

    def sort(self, one: Known) -> tuple[Literal["render", "stored", "current", "failed"], Known]:
        """Return what has to be done with a leaflet, and the leaflet, with what keeps it from being written."""
        if one.key and (first := self.taken.setdefault(one.row["path"].lower(), one.request)) != one.request:
            one = _clash(one, first)
        sort = self._sort(one)
        kept = {"render": self.render, "stored": self.stored, "current": self.current, "failed": self.failed}[sort]
        kept.append(replace(one, edition=None))
        return sort, one

    def _sort(self, one: Known) -> Literal["render", "stored", "current", "failed"]:
        if not one.key:
            return "failed"
        if self.force:
            return "render"
        if _is_current(one, self.entries.get(one.row["path"]), self.out):
            return "current"
        return "stored" if self.store is not None and self.store.has(one.key) else "render"

    @property
    def asked(self) -> int:
        """How many leaflets were asked for, as far as they were looked at."""
        return len(self.render) + len(self.stored) + len(self.current) + len(self.failed)


def _clash(one: Known, first: Request) -> Known:
    """Return a leaflet that cannot be written, because another one has its path."""
    path = one.row["path"]
    told = f"{path} would be written twice, also for {first.profile_name}"
    clash = Problem("B03", told, Span(path), "give one of the two another name", **one.request.where())
    return Known(one.request, "", {}, (*one.problems, clash))


def path_for(request: Request, workspace: Workspace) -> str:
    """Return the path that a request's output has, whether it can be made or not."""
    return _path(request, workspace.editions[request.edition].format)


def _path(request: Request, suffix: str) -> str:
    return f"{request.language}/{request.leaflet}--{request.profile_name}--{request.edition}.{suffix}"


def _is_current(one: Known, entry: Mapping[str, Any] | None, out: Path) -> bool:
    if entry is None or entry.get("fingerprint") != one.row["fingerprint"] or entry.get("state") != one.row["state"]:
        return False
    content = disk.read_bytes(out / one.row["path"])
    return content is not None and hashlib.sha256(content).hexdigest() == entry.get("sha256")


# ---------------------------------------------------------------- rendering


class Here(Executor):
    """An executor that does the work at once, in this process: for one leaflet, and for tests. It is made ready by its first task."""

    def __init__(self, start: Callable[[], None]) -> None:
        self.start: Callable[[], None] | None = start

    def submit(self, fn: Any, /, *args: Any, **kwargs: Any) -> Future[Any]:
        """Do it and return the finished future."""
        if self.start is not None:
            self.start()
            self.start = None
        future: Future[Any] = Future()
        try:
            future.set_result(fn(*args, **kwargs))
        except Exception as error:
            future.set_exception(error)
        return future


_renderer: Any = None
ROOM = 2 * 2**30
"""Bytes a worker may take. A leaflet that asks for more fails, before the whole machine does; one takes a seventh of it."""


def start_worker(places: Mapping[str, Path], pooled: bool = True, own: fonts.Own = fonts.NO_OWN) -> None:
    """Make this process ready to render: called once in each worker. `own` are the fonts that the workspace brings.

    A worker of a pool leaves Ctrl-C to the process that started it, and takes no more memory than is good for the others.
    """
    if pooled:
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        _bound()
    global _renderer
    from leaflets import render

    def read(name: str) -> bytes:
        return own.files[name] if name in own.files else disk.read_bytes(places[name]) or b""

    css, allowed = partial(fonts.font_css, own=own), partial(fonts.allowed, own=own)
    _renderer = render.Renderer(partial(fonts.font_bytes, read=read), css, allowed)
    render.calm_collector()
    Finalize(None, stop_worker, exitpriority=10)


def _bound() -> None:
    if sys.platform == "linux":
        import resource

        with contextlib.suppress(ValueError, OSError):  # somebody set a lower bound already
            resource.setrlimit(resource.RLIMIT_DATA, (ROOM, resource.getrlimit(resource.RLIMIT_DATA)[1]))


def stop_worker() -> None:
    """Let the renderer go, and with it its folder of fonts, before the process ends."""
    global _renderer
    if _renderer is not None:
        _renderer.close()
    _renderer = None


def render_edition(edition: Edition) -> Result:
    """Render one edition in this process, with a picture of its first page. Pages for the screen lack nothing but their QR codes."""
    if edition.format == "html":
        return Result(edition.request, figures.with_codes(edition.html).encode("utf-8"), 1)
    result: Result = _renderer.render(edition)
    if 0 < edition.most_pages < result.pages:
        return Result(edition.request, problems=(_too_long(edition, result.pages),))
    if edition.imposition and result.content:
        result = _imposed(result)
    return replace(result, picture=pictures.first_page(result.content)) if result.content else result


def _imposed(result: Result) -> Result:
    """Return the sheets of a booklet; its pages are the sides of these."""
    from leaflets import imposition  # here, because loading pikepdf takes a tenth of a second, which other editions do not pay

    content = imposition.saddle_stitch(result.content, fonts.script(result.request.language).direction == "rtl")
    return replace(result, content=content, pages=imposition.sides(result.pages))


def _too_long(edition: Edition, pages: int) -> Problem:
    request = edition.request
    told = f"{request.leaflet} in {request.language} has {pages} pages, and the edition `{request.edition}` allows {edition.most_pages}"
    hint = "shorten its text for this reader or the translation, or take a section out of it"
    return Problem("P11", told, Span(f"content/leaflets/{request.leaflet}.yaml"), hint, **request.where())


def executor(given: Tools, jobs: int, limit: float | None = None) -> Executor:
    """Return where to render: this process for one job, else so many workers, each with `limit` seconds for a leaflet."""
    if jobs <= 1:
        return Here(partial(start_worker, given.places, pooled=False, own=given.own))
    return Workers(jobs, start_worker, (given.places, True, given.own), limit, kind=_kind)


def _kind(*work: Any) -> tuple[str, str] | None:
    """Return of what kind a task is: an edition to render is; what is done to finished leaflets is not."""
    return kind_of(work[0].request) if work and isinstance(work[0], Edition) else None


def kind_of(request: Request) -> tuple[str, str]:
    """Return what leaflets have in common whose paragraphs are mostly the same: one worker is to make them, which remembers lines."""
    return request.leaflet, request.language


@dataclass(frozen=True, slots=True)
class Done:
    """One leaflet written, or the problems that kept it from being. `stored`: it had been rendered before."""

    known: Known
    entry: Mapping[str, Any] | None
    problems: tuple[Problem, ...]
    stored: bool = False


class Pool:
    """Where leaflets are rendered, and what was begun there. What has not begun when its block ends is not begun any more.

    `ahead`: how many may wait for a worker: enough that none is idle, few enough that their pages do not fill the memory.
    """

    def __init__(self, where: Executor, ahead: int = 16) -> None:
        self.where, self.ahead = where, ahead
        self.futures: dict[Future[Result], Known] = {}

    def submit(self, one: Known) -> None:
        """Render a composed leaflet as soon as there is room."""
        if one.edition is not None:
            self.futures[self.where.submit(render_edition, one.edition)] = replace(one, edition=None)

    def finished(self, most: int) -> Iterator[tuple[Known, Future[Result]]]:
        """Yield what is finished; wait until at most so many are not."""
        while self.futures:
            done, waiting = wait(self.futures, timeout=0 if len(self.futures) <= most else None, return_when=FIRST_COMPLETED)
            yield from ((self.futures.pop(future), future) for future in done)
            if len(waiting) <= most:
                return

    def __enter__(self) -> "Pool":
        return self

    def __exit__(self, *_: object) -> None:
        self.where.shutdown(cancel_futures=True)


def execute(found: Iterable[Known], plan: Plan, pool: Pool, composed: Callable[[Known], Known] = lambda known: known) -> Iterator[Done]:
    """Sort leaflets as they are found; take from the store, render and write; yield each as it is finished.

    A leaflet that fails does not stop the others. What was lost with its worker, or took too long, is tried once more when all others
    are done: alone.
    """
    lost: list[Known] = []
    for one in found:
        sort, one = plan.sort(one)
        if sort == "stored" and (done := _from_store(one, plan)):
            yield done
        elif sort in ("stored", "render"):
            pool.submit(composed(one))
        yield from _done(pool.finished(pool.ahead), plan, lost)
    yield from _done(pool.finished(0), plan, lost)
    for one in lost:
        pool.submit(composed(one))
        yield from (_outcome(known, future, plan) for known, future in pool.finished(0))


def _from_store(one: Known, plan: Plan) -> Done | None:
    kept = plan.store.get(one.key) if plan.store else None
    return replace(_keep(one, Result(one.request, *kept), plan.out, None), stored=True) if kept else None


def _done(finished: Iterable[tuple[Known, Future[Result]]], plan: Plan, lost: list[Known]) -> Iterator[Done]:
    """Yield what came of finished leaflets; those to be tried again are put with the `lost`."""
    for one, future in finished:
        if isinstance(future.exception(), Died | TookTooLong):
            lost.append(one)
        else:
            yield _outcome(one, future, plan)


def _outcome(one: Known, future: Future[Result], plan: Plan) -> Done:
    """Write what was rendered, or tell why nothing was."""
    try:
        return _keep(one, future.result(), plan.out, plan.store)
    except (Died, TookTooLong) as error:
        told, hint = f"{error}, twice", "try again with --jobs 1, or with more time: --timeout"
    except Exception as error:
        told, hint = f"rendering stopped: {type(error).__name__}: {error}", ""
    return Done(one, None, (Problem("P07", told, Span("render"), hint, **one.request.where()),))


def _keep(one: Known, result: Result, out: Path, store: Store | None) -> Done:
    if result.problems:
        return Done(one, None, result.problems)
    path = one.row["path"]
    try:
        disk.write(out / path, result.content)
    except OSError as error:
        told = f"{out / path} cannot be written: {error.strerror or error}"
        return Done(
            one,
            None,
            (Problem("B01", told, Span(str(out / path)), "see that the folder can be written and has room", **one.request.where()),),
        )
    entry = entry_of(one, result)
    if result.picture:
        _draw(entry["sha256"], result.picture, out)
    if store is not None:
        store.put(one.key, result.content, result.pages)
    return Done(one, entry, ())


def _draw(sha256: str, picture: bytes, out: Path) -> None:
    with contextlib.suppress(OSError):  # a picture is a help to look through; the index does without
        disk.write(out / pictures.path_of(sha256), picture, lasting=False)


def entry_of(one: Known, result: Result) -> dict[str, Any]:
    """Return a leaflet's row of the manifest."""
    told = {"pages": result.pages, "bytes": len(result.content), "sha256": hashlib.sha256(result.content).hexdigest()}
    whole = {**one.row, **told}
    return {key: whole[key] for key in manifest.ORDER}


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
    """Write manifest, index and its pictures; with `prune` remove what the earlier manifest lists and this build did not make.

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
    whole = {
        "schema": 1,
        "generated_as_of": as_of.isoformat(),
        "versions": dict(sorted({**preparer.tools.programs, **preparer.tools.steps, **preparer.tools.marks}.items())),
        "leaflets": listed,
        "problems": [problem.as_dict() for problem in problems],
    }
    disk.write(out / manifest.MANIFEST, (json.dumps(whole, indent=1, ensure_ascii=False) + "\n").encode())
    index = _index(out, listed, list(keep.values()), as_of, preparer)
    if index.value:
        disk.write(out / manifest.INDEX, index.value.encode())
    return Checked(gone if prune else [], index.problems)


def _index(
    out: Path, listed: Sequence[Mapping[str, Any]], earlier: Iterable[Mapping[str, Any]], as_of: date, preparer: Preparer
) -> Checked[str]:
    """Return the page to look through what was made. Pictures that are missing are drawn, those that nothing uses are removed."""
    drawn = pictures.places(listed)
    for path in sorted(set(pictures.places(earlier).values()) - set(drawn.values())):
        disk.remove(out / path, out)
    for row in listed:
        if row["path"] in drawn and disk.seen(out / drawn[row["path"]]) is None and (content := disk.read_bytes(out / row["path"])):
            with contextlib.suppress(ValueError):  # not a PDF any more: somebody else wrote there
                _draw(row["sha256"], pictures.first_page(content), out)
    workspace = preparer.workspace
    return preparer.composer.page(
        "index.html",
        rows=listed,
        workspace=workspace,
        as_of=as_of,
        date=Voice(workspace.language, "gb").date,
        names={one: Voice(one).names for one in workspace.languages},
        pictures={path: picture for path, picture in drawn.items() if disk.seen(out / picture)},
    )
