"""`leaflets build`."""

import time
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from leaflets import build, checks, prepare
from leaflets.cli import common
from leaflets.codes import Severity
from leaflets.problems import Problem, Span

EXAMPLES = """\b
Examples:
  leaflets build                                   what the workspace lists
  leaflets build hsct --profile ppms-deciding      one leaflet for one reader
  leaflets build hsct --trait ms_type=ppms         the same, ad hoc
  leaflets build --edition large-print --out /tmp/large
  leaflets build --all --dry-run                   how much everything would be
"""


@click.command("build", epilog=EXAMPLES)
@click.argument("leaflets", nargs=-1, type=common.Name("leaflets"), metavar="[LEAFLET]...")
@click.option("--profile", "-p", "profiles", multiple=True, type=common.Name("profiles"), metavar="PROFILE", help="Reader. Repeatable.")
@common.lang_option
@click.option(
    "--edition",
    "-e",
    "editions",
    multiple=True,
    type=common.Name("editions"),
    metavar="EDITION",
    help="a4, letter, … Repeatable.",
)
@click.option("--trait", "traits", multiple=True, type=common.TraitValue(), help="A trait of the reader, over the profile's. Repeatable.")
@click.option("--out", "-o", type=click.Path(path_type=Path, file_okay=False), default=Path("dist"), show_default=True, help="Where to.")
@common.workspace_option
@click.option("--jobs", "-j", type=click.IntRange(1, 256), default=None, show_default="one per core", help="How many to make at once.")
@click.option("--all", "everything", is_flag=True, help="Every leaflet, profile, language and edition.")
@click.option("--dry-run", is_flag=True, help="Only say what would be made.")
@common.as_of_option
@click.option("--final", is_flag=True, help="Refuse drafts: make only what is reviewed, signed and without fault.")
@click.option("--force", is_flag=True, help="Make anew what is current, too.")
@click.option("--prune", is_flag=True, help="Remove what an earlier build made here and this one does not.")
@common.format_option("text", "json")
def command(**options: Any) -> int:
    """Make leaflets.

    Without a choice, makes what the workspace lists as its deliverables. What is already there and current is left as it is. What is
    not reviewed is a draft, and says so on each page.
    """
    return Builder(**options).run()


@dataclass(slots=True)
class Builder:
    """One run of the command."""

    leaflets: tuple[str, ...]
    profiles: tuple[str, ...]
    languages: tuple[str, ...]
    editions: tuple[str, ...]
    traits: tuple[tuple[str, str], ...]
    out: Path
    workspace: Path
    jobs: int | None
    everything: bool
    dry_run: bool
    as_of: date | None
    final: bool
    force: bool
    prune: bool
    output: str
    problems: list[Problem] = field(default_factory=list)
    entries: dict[str, Any] = field(default_factory=dict)
    failed: int = 0

    def run(self) -> int:
        """Plan, make, tell; return the exit status."""
        started = time.monotonic()
        opened = common.open_workspace(self.workspace)
        self.problems += opened.problems
        wanted = build.Wanted(self.leaflets, self.profiles, self.languages, self.editions, self.traits, self.everything)
        if strange := build.unknown(opened.workspace, wanted):
            return self.refuse(opened, strange)
        requests = build.requests(opened.workspace, wanted)
        if not requests and self.editions:
            common.say(f"{', '.join(self.editions)}: shows a translation beside its text. Name a language: --lang …")
        tools = prepare.tools(dict.fromkeys((opened.workspace.language, *(request.language for request in requests))))
        self.problems += [*tools.problems, *checks.check_workspace(opened.workspace)]
        preparer = prepare.Preparer(opened.workspace, tools, common.today(self.as_of))
        jobs = 1 if self.dry_run else min(self.jobs or common.cores(), max(len(requests), 1))
        with ExitStack() as stack:
            pool = None if self.dry_run else stack.enter_context(build.Pool(build.executor(tools, jobs)))
            ready = self.prepared(opened, preparer, requests)
            plan = build.plan(ready, self.out, self.force, pool.begin if pool else None)
            self.failed += len(plan.failed)
            self.problems += [problem for one in plan.failed for problem in one.problems if problem not in self.problems]
            if pool:
                self.make(plan, pool)
                self.keep(opened, plan, preparer)
        common.show_problems(
            [p for p in opened.told(self.problems) if p.severity is Severity.ERROR or p.code in ("F03", "F05", "F09")], self.output
        )
        self.tell(opened, plan, time.monotonic() - started)
        return build.worst(self.problems)

    def refuse(self, opened: common.Opened, strange: list[str]) -> int:
        """End a command that names what is not there: 1 where a broken file may be why, else 2."""
        if build.worst(self.problems):
            common.show_problems(opened.told(self.problems), self.output)
            common.say("\n".join(strange))
            return 1
        raise click.UsageError("\n".join(strange))

    def prepared(self, opened: common.Opened, preparer: prepare.Preparer, requests: Iterable[Any]) -> Iterator[prepare.Prepared]:
        """Prepare each request whose leaflet no error of the workspace stops."""
        broken = build.blocked(opened.workspace, self.problems)
        requests = list(requests)
        silent = build.silenced(self.problems)
        asked = dict.fromkeys((request.leaflet, request.language) for request in requests if request.leaflet not in broken)
        self.problems += [problem for name, language in asked for problem in preparer.recipe_problems(name, language)]
        stopped = broken | build.blocked(opened.workspace, self.problems)
        faults = build.faults(opened.workspace, self.problems)
        for request in requests:
            if request.leaflet in stopped or request.language in silent:
                yield prepare.Prepared(request, None, None, ())
            else:
                one = preparer.prepare(request, faults[request.leaflet], self.final)
                self.problems += one.problems
                yield one

    def make(self, plan: build.Plan, pool: build.Pool) -> None:
        """Render what is not current, showing how far it is."""
        self.entries = {build.path_of(one.edition): plan.entries[build.path_of(one.edition)] for one in plan.current if one.edition}
        if not plan.render:
            return
        with shown(len(plan.render), self.output) as step:
            for done in build.execute(plan.render, pool.where, self.out, pool):
                self.problems += done.problems
                self.failed += done.entry is None
                if done.entry is not None:
                    self.entries[done.entry["path"]] = done.entry
                step(done)

    def keep(self, opened: common.Opened, plan: build.Plan, preparer: prepare.Preparer) -> None:
        """Write the manifest and the index."""
        try:
            failed = {build.path_for(one.request, opened.workspace) for one in plan.failed}
            keep = {path: row for path, row in plan.entries.items() if path not in failed}
            for path in sorted(set(plan.entries) - set(keep)):
                common.say(f"{self.out / path} is from an earlier build and no longer listed: it could not be made anew.")
            checked = build.finish(self.out, self.entries, keep, opened.told(self.problems), preparer.as_of, preparer, self.prune)
        except OSError as error:
            told = f"{self.out} cannot be written: {error.strerror or error}"
            self.problems.append(Problem("B01", told, Span(str(self.out)), "see that the folder can be written and has room"))
            return
        self.problems += checked.problems
        for path in checked.value:
            common.say(f"removed {path}")

    def tell(self, opened: common.Opened, plan: build.Plan, seconds: float) -> None:
        """Say what came of it."""
        if self.output == "json":
            common.print_json(
                {
                    "asked": plan.asked,
                    "rendered": 0 if self.dry_run else len(plan.render) - (self.failed - len(plan.failed)),
                    "to_render": len(plan.render),
                    "current": len(plan.current),
                    "failed": self.failed,
                    "leaflets": [self.entries[path] for path in sorted(self.entries)],
                    "problems": [problem.as_dict() for problem in opened.told(self.problems)],
                }
            )
            return
        if self.dry_run:
            for one in plan.render:
                if one.edition:
                    click.echo(self.out / build.path_of(one.edition))
            asked = common.count(plan.asked, "leaflet")
            common.say(f"{asked} asked for: {len(plan.render)} to make, {len(plan.current)} current, {self.failed} cannot be made")
            return
        self.summary(plan, seconds)

    def summary(self, plan: build.Plan, seconds: float) -> None:
        """Print the last lines for people."""
        made = len(plan.render) - (self.failed - len(plan.failed))
        pages = sum(entry["pages"] for entry in self.entries.values())
        drafts = sum(entry["state"] == "draft" for entry in self.entries.values())
        nothing = "nothing to make" if not self.failed else "none made"
        parts = [f"{common.count(made, 'leaflet')} made" if made else nothing]
        parts += [f"{len(plan.current)} current"] if plan.current else []
        parts += [click.style(f"{self.failed} failed", fg="red", bold=True)] if self.failed else []
        click.echo(f"{', '.join(parts)}; {common.count(pages, 'page')} in {seconds:.1f} s. Look through them: {self.out / 'index.html'}")
        if drafts:
            common.say(
                f"{common.count(drafts, 'leaflet')} {'is a draft' if drafts == 1 else 'are drafts'}: `leaflets check` says what is missing."
            )


class shown:  # noqa: N801 - used like a function
    """Shows progress: a bar on a terminal, a line for each leaflet elsewhere."""

    def __init__(self, total: int, output: str) -> None:
        self.quiet = output != "text"
        self.bar: Progress | None = None
        if common.on_terminal() and not self.quiet:
            columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
            self.bar = Progress(*columns, console=Console(stderr=True), transient=True)
            self.task = self.bar.add_task("Making leaflets", total=total)

    def __enter__(self) -> Any:
        """Begin."""
        if self.bar:
            self.bar.start()
        return self.step

    def __exit__(self, *_: object) -> None:
        if self.bar:
            self.bar.stop()

    def step(self, done: build.Done) -> None:
        """Show one finished leaflet."""
        edition = done.prepared.edition
        path = build.path_of(edition) if edition else ""
        if self.bar:
            self.bar.update(self.task, advance=1, description=path)
        elif not self.quiet:
            common.say(f"{'made' if done.entry else 'failed'} {path}")
