"""Many distinct leaflets: made for the first time beside the peers, asked for again, and again with one fact changed."""

import json
import re
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from benchmarks import peers
from benchmarks.common import ROOT, Run, Took, build, cores, knows, ours, rows, spaced, spread, table, title, took
from benchmarks.material import Batch, Page, pages_of

RATE = 6.0
"""How many times the rate of one weasyprint process after another a cold batch must have."""
AGAIN = 0.01
"""The part of the cold time that an unchanged batch may take."""
PLANNED, PLAN_SECONDS = 2_000, 1.0


@dataclass
class Cold:
    """The batch as `leaflets build` makes it: for the first time in a run, whichever part asks for it first."""

    batch: Batch

    @property
    def out(self) -> Path:
        return self.batch.run.folder / "dist"

    @property
    def store(self) -> list[Any]:
        """What says where rendered leaflets are kept, where `leaflets build` has such an option: a place of this run."""
        return ["--store", self.batch.run.folder / "store"] if knows("--store") else []

    def command(self, *words: Any, workspace: Path = ROOT) -> list[Any]:
        return build(self.out, *self.batch.words, *self.store, *words, workspace=workspace)

    @cached_property
    def made(self) -> Took:
        return took(self.command())

    @cached_property
    def rows(self) -> list[dict[str, Any]]:
        return self.made and rows(self.out)

    @property
    def pages(self) -> int:
        return sum(row["pages"] for row in self.rows)


# ---------------------------------------------------------------- cold


@dataclass(frozen=True)
class Peer:
    """What a peer took for some of the leaflets, and what the whole batch would take it, by pages."""

    name: str
    leaflets: int
    clock: float
    whole: float
    processor: float
    why: str


def cold(run: Run, made: Cold) -> dict[str, Any]:
    """A batch nobody has made before: our command with all cores, and each peer for the same leaflets, or a part of them."""
    batch = made.batch
    title(
        f"Cold: {len(batch.requests)} distinct leaflets ({len(batch.leaflets)} leaflets, {len(batch.profiles)} readers, "
        f"{len(batch.languages)} languages: {' '.join(batch.languages)}), {cores()} cores"
    )
    sample = batch.sample(run.size(1, 2, 25))
    earlier, mine = by_weasyprint(sample[::2]), made.made
    found = [_joined(earlier + by_weasyprint(sample[1::2]), sample, made)]
    for part in (by_chromium, by_typst, by_warm_typst):
        try:
            found.append(part(made, sample))
        except peers.PeerError as error:
            run.skip("cold", str(error))
    count = len(made.rows)
    lines = [("leaflets build", str(count), f"{mine.clock:.1f}", f"{count / mine.clock:.2f}", f"{made.pages / mine.clock:.1f}", "")]
    for peer in found:
        rate = [f"{count / peer.whole:.2f}", f"{made.pages / peer.whole:.1f}", f"{peer.whole / mine.clock:.2f}"]
        lines.append((peer.name, str(peer.leaflets), f"{peer.clock:.1f}", *rate))
    table(("", "made", "s on the clock", "leaflets/s", "pages/s", "we are … times as fast"), lines)
    print("  Rates of the whole batch; a peer that made a part of it is scaled by the pages that the leaflets have with us.")
    for peer in found:
        print(f"  {peer.name}: {peer.why}")
    ratio, used = found[0].whole / mine.clock, found[0].processor / mine.processor
    one, other = mine.processor / count, found[0].processor / count
    print(f"  Of one core, with planning and checks: {one:.2f} s a leaflet; with weasyprint: {other:.2f} s, {used:.2f} times as much.")
    print(f"  We use {cores()} cores, it uses one: with nothing else on the machine we are {used * cores():.1f} times as fast at most.")
    run.target("cold", "cold batch against one weasyprint process after another, times its rate", ratio, RATE, least=True)
    return {
        "leaflets": count,
        "pages": made.pages,
        "bytes": sum(row["bytes"] for row in made.rows),
        "languages": batch.languages,
        "seconds": mine.clock,
        "processor": mine.processor,
        "peers": {peer.name: {**vars(peer), "ratio": peer.whole / mine.clock} for peer in found},
    }


def by_weasyprint(sample: Sequence[Page]) -> list[Took]:
    """Run one weasyprint command after another."""
    return [took(peers.weasyprint(page.html, page.sheets, page.out)) for page in sample]


def _joined(each: Sequence[Took], sample: Sequence[Page], made: Cold) -> Peer:
    """One half was measured before our own run, one after it: so that both had the same machine."""
    why = "the same HTML and style sheets, with the system's fonts; each process loads everything anew, and they run one after another."
    return _scaled("weasyprint, a process each", each, sample, made, why)


def _scaled(name: str, each: Sequence[Took], sample: Sequence[Page], made: Cold, why: str) -> Peer:
    """Return what a sample took, and what all would take: by the pages that the leaflets have with us."""
    clock, used = (sum(values) for values in ([one.clock for one in each], [one.processor for one in each]))
    times = made.pages / pages_of(made.rows, sample)
    return Peer(name, len(sample), clock, clock * times, used * times, why)


def by_chromium(made: Cold, sample: Sequence[Page]) -> Peer:
    """One browser, warm, printing with tags: one page after another."""
    with peers.browser() as browser:
        browser.print(sample[0].whole)
        each = [Took(browser.print(page.whole, page.out).clock, 0) for page in sample]
    why = (
        "one browser, in compiled code where WeasyPrint is Python; it has no running heads and feet, no numbers in the list of contents, "
        "and its PDF is tagged but no PDF/UA. A second browser would use the second core."
    )
    return _scaled("Chromium, warm", each, sample, made, why)


def by_typst(made: Cold, sample: Sequence[Page]) -> Peer:
    """Typst from PyPI, a process for each."""
    each = [took(peers.typst(page.fonts, page.typst, page.out)) for page in sample]
    why = (
        "the same words, tables, boxes and drawings in its own markup (scripts/benchmarks/typst_text.py), PDF/UA-1. Compiled code and a "
        "simpler layout; it reads no CSS, so style sheets and pages for the screen would have to be written twice."
    )
    return _scaled("Typst, a process each", each, sample, made, why)


def by_warm_typst(made: Cold, _: Sequence[Page]) -> Peer:
    """Typst's compiler kept in one process for each language's fonts."""
    pages = made.batch.pages
    each = [one for fonts in dict.fromkeys(page.fonts for page in pages) for one in peers.typst_warm(fonts, _of(pages, fonts))]
    why = "the same, the compiler kept; it uses more than one core where it can."
    return _scaled("Typst, warm", [Took(one.clock, one.processor) for one in each], pages, made, why)


def _of(pages: Sequence[Page], fonts: Path) -> list[Path]:
    return [page.typst for page in pages if page.fonts == fonts]


# ---------------------------------------------------------------- again


def again(run: Run, made: Cold) -> dict[str, Any]:
    """The same batch unchanged; many leaflets planned; one fact changed in a copy of the workspace."""
    title("Again: what is there already")
    first = made.made
    times = [took(made.command()) for _ in range(3)]
    clock = spread([one.clock for one in times])
    rate = clock["median"] / first.clock
    table(
        ("the same batch", "seconds", "of the cold time"),
        [("cold", f"{first.clock:.2f}", ""), ("unchanged", f"{clock['median']:.2f}", f"{rate:.2%}")],
    )
    if run.quick:
        print("  (A short batch is no measure of the part: reading the workspace takes the same time for one leaflet as for thousands.)")
    else:
        run.target("again", "the same batch again, part of the cold time", rate, AGAIN)
    return {"cold": first.clock, "again": clock, "fraction": rate, "planned": planned(run, made), "fact": fact(run, made)}


def planned(run: Run, made: Cold) -> dict[str, Any]:
    """Leaflets as pages for the screen, which need no rendering: made, asked for again, and looked at in a dry run."""
    out = run.folder / "pages-for-the-screen"
    words = [*_every(run), *made.store]
    first = took(build(out, *words))
    again = min(took(build(out, *words)).clock for _ in range(2))
    dry = took(build(out, *words, "--dry-run"))
    count = len(rows(out))
    table(
        ("planned, no rendering in it", "leaflets", "seconds"),
        [
            ("the first time, pages for the screen written", f"{count:,}", f"{first.clock:.2f}"),
            ("the same again, all unchanged", f"{count:,}", f"{again:.2f}"),
            ("again by --dry-run, which reads and checks everything", f"{count:,}", f"{dry.clock:.2f}"),
        ],
    )
    times = PLANNED / count
    if not run.quick:
        print(f"  In proportion, {PLANNED:,} unchanged leaflets take {again * times:.2f} s, and {dry.clock * times:.2f} s by --dry-run.")
        run.target("again", f"{PLANNED:,} leaflets planned, nothing changed", again * times, PLAN_SECONDS, unit=" s")
    return {"leaflets": count, "first": first.processor, "again": again, "dry": dry.clock}


def _every(run: Run) -> list[str]:
    """Return what asks for every leaflet in every language, as a page for the screen: for all readers, for about half, or for one."""
    space = run.workspace
    editions = [name for name, kind in space.editions.items() if kind.format == "html"]
    options = {"--edition": editions, "--profile": spaced(list(space.profiles), run.size(1, 8, 100)), "--lang": space.languages}
    return [word for option, names in options.items() for name in names for word in (option, name)]


def fact(run: Run, made: Cold) -> dict[str, Any]:
    """One fact changed in a copy of the workspace: only what states it is made anew, as fast as the first time."""
    first = made.made
    copy = run.folder / "workspace"
    for name in ("content", "templates", "styles"):
        shutil.copytree(ROOT / name, copy / name)
    asked = {(row["leaflet"], row["profile"], row["language"]) for row in made.rows}
    unchanged = _told(took(made.command("--format", "json", workspace=copy)))
    if unchanged["rendered"]:
        raise SystemExit(f"bench: a copy of the workspace is not the workspace: {unchanged['rendered']} leaflets were made anew")
    name, path = changed(run, made, copy)
    states = states_it(name, copy) & asked
    second = took(made.command("--format", "json", workspace=copy), ends=(0, 1))  # 1: its translations are stale now, and that is told
    rendered = _told(second)["rendered"]
    cold_rate, rate = len(made.rows) / first.clock, rendered / second.clock
    table(
        (f"one fact changed ({name})", "leaflets", "seconds", "leaflets/s"),
        [
            ("cold", f"{len(made.rows)}", f"{first.clock:.1f}", f"{cold_rate:.2f}"),
            ("those that state it", f"{rendered}", f"{second.clock:.1f}", f"{rate:.2f}"),
        ],
    )
    run.target("again", f"leaflets made anew, of the {len(states)} that state the fact: more or fewer", abs(rendered - len(states)), 0)
    found = {"fact": name, "path": path, "state": len(states), "rendered": rendered}
    return found | {"seconds": second.clock, "rate": rate, "cold_rate": cold_rate}


def _told(one: Took) -> dict[str, Any]:
    said: dict[str, Any] = json.loads(one.said)
    return said


def states_it(name: str, workspace: Path) -> set[tuple[str, str, str]]:
    """Return who states a fact, by `leaflets facts where`: leaflet, profile, language."""
    said = json.loads(took([ours(), "facts", "where", name, "--workspace", workspace, "--format", "json"]).said)
    return {(row["leaflet"], profile, row["language"]) for row in said["leaflets"] for profile in row["profiles"]}


def changed(run: Run, made: Cold, copy: Path) -> tuple[str, str]:
    """Change the number of a fact in a copy of the workspace: a count that few of the leaflets made state. Return its name and file."""
    stated = [name for row in made.rows for name in row["facts"]]
    names = sorted(set(stated), key=lambda name: (stated.count(name), name))
    for name in names:
        one = run.workspace.facts[name]
        path = copy / one.span.path
        text = path.read_text(encoding="utf-8")
        found = re.search(rf"^  {re.escape(name)}:\n(?:    .*\n)*?    value: (\d+)\n", text, re.M)
        if found:
            path.write_text(text[: found.start(1)] + str(int(found[1]) + 1) + text[found.end(1) :], encoding="utf-8")
            return name, one.span.path
    raise SystemExit("bench: no fact with a plain number is stated by what was made")
