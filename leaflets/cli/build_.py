"""`leaflets build`."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from leaflets import disk, manifest
from leaflets.asked import Asked, digest, of_files
from leaflets.cli import common
from leaflets.cli.progress import Progress
from leaflets.codes import Severity
from leaflets.problems import Problem
from leaflets.store import Store

if TYPE_CHECKING:  # loading these takes half a second, which a build that has nothing to do does not need
    from concurrent.futures import Executor

    from leaflets import build, prepare
    from leaflets.model import Files, Request

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
@common.prune_option
@common.store_options
@common.timeout_option
@common.cluster_option
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
    store: Store | None = None
    timeout: float = common.TIMEOUT
    cluster: str | None = None
    problems: list[Problem] = field(default_factory=list)
    entries: dict[str, Any] = field(default_factory=dict)
    failed: int = 0

    def run(self) -> int:
        """Answer from what is known of the very same build, else do it; return the exit status."""
        started = time.monotonic()
        files = common.read_workspace(self.workspace)
        asked = self.asked(files)
        if asked and not self.force and (told := asked.unchanged()):
            return self.tell_unchanged(told, time.monotonic() - started)
        return self.work(common.open_workspace(self.workspace, files), asked, started)

    def asked(self, files: Files) -> Asked | None:
        """Return the whole of what is asked, by name."""
        if self.store is None or self.dry_run:
            return None
        given = (self.leaflets, self.profiles, self.languages, self.editions, self.traits, self.everything, self.final, self.prune)
        tools = (disk.program(), disk.fonts_seen())
        name = digest(of_files(files.contents), given, tools, common.today(self.as_of), self.out.resolve())
        return Asked(self.store, self.out, name)

    def work(self, opened: common.Opened, asked: Asked | None, started: float) -> int:
        """Find, make, tell; return the exit status."""
        from leaflets import build, prepare
        from leaflets.memory import Memory

        self.problems += opened.problems
        wanted = build.Wanted(self.leaflets, self.profiles, self.languages, self.editions, self.traits, self.everything)
        if strange := build.unknown(opened.workspace, wanted):
            return self.refuse(opened, strange)
        requests = build.requests(opened.workspace, wanted)
        if not requests and self.editions:
            common.say(f"{', '.join(self.editions)}: shows a translation beside its text. Name a language: --lang …")
        tools = prepare.tools(dict.fromkeys((opened.workspace.language, *(request.language for request in requests))), opened.workspace)
        self.problems += tools.problems
        preparer = prepare.Preparer(opened.workspace, tools, common.today(self.as_of))
        memory = Memory(self.store, opened.workspace, opened.files.contents, digest(disk.program())) if self.store else None
        finder = build.Finder(preparer, self.problems, memory, self.final)
        plan = build.Plan(self.out, self.store, self.force)
        self.make(finder, plan, requests, tools)
        if memory:
            memory.save()
        self.failed += len(plan.failed)
        if not self.dry_run:
            self.keep(opened, plan, preparer)
        shown = [p for p in opened.told(self.problems) if p.severity is Severity.ERROR or p.code in ("F03", "F05", "F09")]
        common.show_problems(shown, self.output)
        self.tell(opened, plan, time.monotonic() - started)
        if asked and not shown and not self.failed:
            asked.ended(self.noted(opened), [*self.entries, manifest.MANIFEST, manifest.INDEX])
            asked.store.tidy()
        return common.worst(self.problems)

    def make(self, finder: build.Finder, plan: build.Plan, requests: list[Request], tools: prepare.Tools) -> None:
        """Render what is not current, showing how far it is; in a dry run look only."""
        from leaflets import build

        if self.dry_run:
            for one in finder.find(requests):
                plan.sort(one)
            return
        disk.sweep([self.out, *(self.out / language for language in dict.fromkeys(one.language for one in requests))])
        with build.Pool(*self.executor(tools, requests)) as pool, Progress(len(requests), self.output) as progress:
            for done in build.execute(finder.find(requests), plan, pool, finder.composed):
                self.problems += done.problems
                self.failed += done.entry is None
                if done.entry is not None:
                    self.entries[done.entry["path"]] = done.entry
                progress.step(done, len(plan.current) + len(plan.failed))
        self.entries |= {one.row["path"]: plan.entries[one.row["path"]] for one in plan.current}

    def executor(self, tools: prepare.Tools, requests: list[Request]) -> tuple[Executor, int]:
        """Return where to render, and how many leaflets may wait there."""
        if self.cluster is not None:
            return common.cluster(self.cluster, tools)
        where, jobs = common.here(tools, self.jobs, len(requests), self.timeout)
        return where, 8 * jobs

    def refuse(self, opened: common.Opened, strange: list[str]) -> int:
        """End a command that names what is not there: 1 where a broken file may be why, else 2."""
        if common.worst(self.problems):
            common.show_problems(opened.told(self.problems), self.output)
            common.say("\n".join(strange))
            return 1
        raise click.UsageError("\n".join(strange))

    def keep(self, opened: common.Opened, plan: build.Plan, preparer: prepare.Preparer) -> None:
        """Write the manifest and the index."""
        from leaflets import build

        try:
            failed = {build.path_for(one.request, opened.workspace) for one in plan.failed}
            keep = {path: row for path, row in plan.entries.items() if path not in failed}
            for path in sorted(set(plan.entries) - set(keep)):
                common.say(f"{self.out / path} is from an earlier build and no longer listed: it could not be made anew.")
            checked = build.finish(self.out, self.entries, keep, opened.told(self.problems), preparer.as_of, preparer, self.prune)
        except OSError as error:
            self.problems.append(common.cannot_write(self.out, self.out, error))
            return
        self.problems += checked.problems
        for path in checked.value:
            common.say(f"removed {path}")

    def noted(self, opened: common.Opened) -> dict[str, Any]:
        """Return what the same build tells again as long as nothing changes."""
        return {"paths": sorted(self.entries), "problems": [problem.as_dict() for problem in opened.told(self.problems)]}

    def tell_unchanged(self, told: dict[str, Any], seconds: float) -> int:
        """Say that all is as it was; return the exit status of a build that ended well."""
        rows = manifest.read(self.out)
        self.entries = {path: rows[path] for path in told["paths"]}
        counts = {"asked": len(self.entries), "rendered": 0, "to_render": 0, "stored": 0, "current": len(self.entries), "failed": 0}
        if self.output == "json":
            common.print_json({**counts, "leaflets": list(self.entries.values()), "problems": told["problems"]})
        else:
            self.summary(0, 0, len(self.entries), seconds)
        return 0

    def tell(self, opened: common.Opened, plan: build.Plan, seconds: float) -> None:
        """Say what came of it."""
        lost = self.failed - len(plan.failed)
        made = 0 if self.dry_run else len(plan.render) - lost
        if self.output == "json":
            common.print_json(
                {
                    "asked": plan.asked,
                    "rendered": made,
                    "to_render": len(plan.render),
                    "stored": len(plan.stored),
                    "current": len(plan.current),
                    "failed": self.failed,
                    "leaflets": [self.entries[path] for path in sorted(self.entries)],
                    "problems": [problem.as_dict() for problem in opened.told(self.problems)],
                }
            )
        elif self.dry_run:
            for one in (*plan.render, *plan.stored):
                click.echo(self.out / one.row["path"])
            asked = f"{common.count(plan.asked, 'leaflet')} asked for"
            stored = f"{len(plan.stored)} in the store, " if plan.stored else ""
            common.say(f"{asked}: {len(plan.render)} to make, {stored}{len(plan.current)} current, {self.failed} cannot be made")
        else:
            self.summary(made, len(plan.stored), len(plan.current), seconds)

    def summary(self, made: int, stored: int, current: int, seconds: float) -> None:
        """Print the last lines for people."""
        pages = sum(entry["pages"] for entry in self.entries.values())
        sheets = sum(-(-entry["pages"] // 2) for entry in self.entries.values() if entry["path"].endswith(".pdf"))
        drafts = sum(entry["state"] == "draft" for entry in self.entries.values())
        nothing = "nothing to make" if not self.failed else "none made"
        parts = [f"{common.count(made, 'leaflet')} made" if made or stored else nothing]
        parts += [f"{stored} taken from the store"] if stored else []
        parts += [f"{current} current"] if current else []
        parts += [click.style(f"{self.failed} failed", fg="red", bold=True)] if self.failed else []
        paper = f" ({common.count(sheets, 'sheet')} printed on both sides)" if sheets else ""
        where = f"Look through them: {self.out / manifest.INDEX}"
        click.echo(f"{', '.join(parts)}; {common.count(pages, 'page')}{paper} in {seconds:.1f} s. {where}")
        if drafts:
            are = "is a draft" if drafts == 1 else "are drafts"
            common.say(f"{common.count(drafts, 'leaflet')} {are}: `leaflets check` says what is missing.")
