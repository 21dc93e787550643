"""`leaflets batch`."""

from __future__ import annotations

import json
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from leaflets import disk
from leaflets.cli import common
from leaflets.cli.progress import Progress
from leaflets.problems import Problem
from leaflets.roll import ROLL, Roll

if TYPE_CHECKING:
    from concurrent.futures import Executor
    from datetime import date

    from leaflets import prepare
    from leaflets.letters import Desks, Letter, Plan
    from leaflets.recipients import Row
    from leaflets.store import Store

SUMMARY = "letters.json"
EXAMPLES = """\b
Examples:
  leaflets batch recipients.csv --out letters                one PDF for each row
  leaflets batch recipients.xlsx --leaflet hsct --dry-run    what it would be, and what is wrong
  leaflets batch recipients.csv --print-run --separators     one file for the printer
  leaflets batch recipients.csv --prune --dry-run            which letters of an earlier run would go
"""


@click.command("batch", epilog=EXAMPLES)
@click.argument("table", type=click.Path(path_type=Path, exists=True, dir_okay=False), metavar="RECIPIENTS")
@click.option("--leaflet", type=common.Name("leaflets"), default="", metavar="LEAFLET", help="For rows that name none.")
@click.option("--profile", "-p", type=common.Name("profiles"), default="", metavar="PROFILE", help="Reader of rows that name none.")
@click.option("--lang", "-l", "language", default="", metavar="LANG", help="Language of rows that name none.")
@click.option("--edition", "-e", type=common.Name("editions"), default="", metavar="EDITION", help="Edition of rows that name none.")
@click.option("--phrase", "phrases", multiple=True, type=common.Name("phrases"), metavar="PHRASE", help="Say this. Repeatable.")
@click.option("--encoding", default="", metavar="NAME", show_default="found out", help="Encoding of the table, as cp1254.")
@click.option("--out", "-o", type=click.Path(path_type=Path, file_okay=False), default=Path("letters"), show_default=True, help="Where to.")
@click.option("--print-run", is_flag=True, help="One file for each edition, in the table's order, for a printer of both sides.")
@click.option("--separators", is_flag=True, help="In a print run, a sheet before each letter that says its row.")
@click.option("--names", is_flag=True, help="Let messages and the summary name files and repeat what cells hold.")
@common.workspace_option
@click.option("--jobs", "-j", type=click.IntRange(1, 256), default=None, show_default="one per core", help="How many to make at once.")
@click.option("--dry-run", is_flag=True, help="Only say what would be made, and what is wrong.")
@common.as_of_option
@click.option("--final", is_flag=True, help="Refuse drafts: make only what is reviewed, signed and without fault.")
@common.prune_option
@common.store_options
@common.timeout_option
@common.cluster_option
@common.format_option("text", "json")
def command(**options: Any) -> int:
    """Make letters: a leaflet for each row of a table, with lines for one person.

    RECIPIENTS is CSV, Excel (.xlsx) or JSON lines. Its columns, by name: leaflet, profile, trait:NAME, language, edition, phrases, and what
    fills the phrases: name, reference, date, time, place, contact. A row with a mistake is told and does not stop the others. With
    --prune nothing is removed where a row has no letter: one of an earlier run may be all that this person has.
    """
    return Batch(**options).run()


@dataclass(slots=True)
class Batch:
    """One run of the command."""

    table: Path
    leaflet: str
    profile: str
    language: str
    edition: str
    phrases: tuple[str, ...]
    encoding: str
    out: Path
    print_run: bool
    separators: bool
    names: bool
    workspace: Path
    jobs: int | None
    dry_run: bool
    as_of: date | None
    final: bool
    prune: bool
    timeout: float
    cluster: str | None
    output: str
    store: Store | None = None
    problems: list[Problem] = field(default_factory=list)
    of_rows: list[Problem] = field(default_factory=list)
    unread: set[int] = field(default_factory=set)
    letters: list[Letter] = field(default_factory=list)
    paths: list[str] = field(default_factory=list)
    roll: Roll = field(init=False)
    gone: list[str] = field(default_factory=list)

    def run(self) -> int:
        """Read, make, tell; return the exit status."""
        installed()
        started = time.monotonic()
        opened = common.open_workspace(self.workspace)
        self.problems += opened.problems
        from leaflets import letters  # half a second, which a mistyped option need not wait for

        rows = self.rows(opened)
        plan = letters.plan(rows, str(self.table), {name: one.format for name, one in opened.workspace.editions.items()})
        self.of_rows += plan.problems
        self.unread |= {problem.span.line for problem in plan.problems}
        self.paths = [name for name, _, _ in letters.runs(plan)] if self.print_run else plan.paths
        self.roll = Roll(self.out)
        if plan.bodies:
            self.make(opened, plan)
        if self.prune:
            self.remove(self.roll.others(self.paths), plan.rows)
        self.enter(self.roll.end, [letter.path for letter in self.letters if letter.made])
        self.problems += self.of_rows
        if not self.dry_run:
            self.keep(opened)
        common.show_problems([problem for problem in opened.told(self.problems) if self.concerns(problem)], self.output)
        self.tell(opened, plan, time.monotonic() - started)
        return common.worst(self.problems)

    def rows(self, opened: common.Opened) -> list[Row]:
        """Read the table."""
        from leaflets import build
        from leaflets.recipients import Defaults, Reader, Row

        named = [(name,) if name else () for name in (self.leaflet, self.profile, self.language, self.edition)]
        wanted = build.Wanted(named[0], named[1], named[2], named[3])
        strange = build.unknown(opened.workspace, wanted)
        strange += [f"no phrase is called `{name}`" for name in self.phrases if name not in opened.workspace.phrases]
        if strange:
            raise click.UsageError("\n".join(strange))
        defaults = Defaults(self.leaflet, self.profile, self.language, self.edition, self.phrases)
        reader = Reader(opened.workspace, str(self.table), defaults, common.today(self.as_of), self.names)
        found = list(reader.read(self.content(), self.encoding))
        wrong = [one for one in found if isinstance(one, Problem)]
        self.of_rows += wrong
        self.unread = {problem.span.line for problem in wrong if problem.severity == "error" and problem.span.line}
        return [one for one in found if isinstance(one, Row)]

    def content(self) -> bytes:
        """Return the bytes of the table; of one that is too large only so many that this is seen."""
        from leaflets.tables import FILE_LIMIT

        seen = disk.seen(self.table)
        if seen and seen[0] > FILE_LIMIT:
            return bytes(FILE_LIMIT + 1)
        return disk.read_bytes(self.table) or b""

    def make(self, opened: common.Opened, plan: Plan) -> None:
        """Make the letters, showing how far it is; in a dry run only look at each distinct leaflet."""
        from leaflets import letters, prepare

        spoken = dict.fromkeys((opened.workspace.language, *(body.request.language for body in plan.bodies)))
        tools = prepare.tools(spoken, opened.workspace)
        self.problems += tools.problems
        preparer = prepare.Preparer(opened.workspace, tools, common.today(self.as_of))
        with self.desks(tools, plan) as desks:
            office = letters.office(preparer, desks, self.out, str(self.table), plan, self.problems, self.final, self.store)
            if self.dry_run:
                self.letters = list(office.look(plan))
            else:
                disk.sweep([self.out, *(self.out / language for language in spoken)])
                self.enter(self.roll.begin, self.paths)
                maker = letters.Press(office, self.separators) if self.print_run else office
                steps = Steps(plan.rows, self.output)
                with steps:
                    for letter in maker.make(plan):
                        self.letters.append(letter)
                        steps.letter(letter, self.names)
                if self.store:
                    self.store.tidy()
        self.of_rows += [problem for letter in self.letters for problem in letter.problems]

    @contextmanager
    def desks(self, tools: prepare.Tools, plan: Plan) -> Iterator[Desks]:
        """Give where to work: leaflets are rendered on a cluster where one is named, letters are always made here."""
        from leaflets.letters import Desks

        mine, _ = common.here(tools, 1 if self.dry_run else self.jobs, plan.rows, self.timeout)
        with ending(mine):
            if self.cluster is None or self.dry_run:
                yield Desks(mine, mine)
                return
            where, ahead = common.cluster(self.cluster, tools)
            with ending(where):
                yield Desks(where, mine, ahead)

    def enter(self, note: Callable[[Iterable[str]], None], paths: list[str]) -> None:
        """Write the roll of the folder; in a dry run nothing is written."""
        if self.dry_run:
            return
        try:
            note(paths)
        except OSError as error:
            self.problems.append(common.cannot_write(self.out / ROLL, self.out, error))

    def remove(self, others: list[str], rows: int) -> None:
        """Remove letters of earlier runs; none where the table has no rows, or a row has no letter. A dry run only tells."""
        if others and (common.worst(self.of_rows) or not rows):
            why = "where a row has no letter, an earlier one may be all that its reader has" if rows else "the table has no row to go by"
            common.say(f"Nothing of an earlier run is removed: {why}.")
            return
        try:
            for path in others:
                if not self.dry_run:
                    disk.remove(self.out / path, self.out)
                self.gone.append(path)
        except OSError as error:
            self.problems.append(common.cannot_write(self.out, self.out, error))
        how = "would remove" if self.dry_run else "removed"
        for path in self.gone if self.names else ():
            common.say(f"{how} {path}")
        if self.gone and not self.names:
            common.say(f"{how} {common.count(len(self.gone), 'file')} of an earlier run")

    def concerns(self, problem: Problem) -> bool:
        """Whether a problem is shown: what is wrong with a row, and every error."""
        return problem.severity == "error" or problem.code.startswith("D")

    def keep(self, opened: common.Opened) -> None:
        """Write the summary."""
        try:
            disk.write(self.out / SUMMARY, (json.dumps(self.summary(opened), indent=1, ensure_ascii=False) + "\n").encode())
        except OSError as error:
            self.problems.append(common.cannot_write(self.out / SUMMARY, self.out, error))

    def summary(self, opened: common.Opened) -> dict[str, Any]:
        """Return what came of each row, by its number; files are named where they name nobody, or where that was asked for."""
        made = [letter for letter in self.letters if letter.made]
        return {
            "schema": 1,
            "generated_as_of": common.today(self.as_of).isoformat(),
            "made": len(made),
            "failed": len(self.failed),
            "removed": 0 if self.dry_run else len(self.gone),
            "letters": [self.entry(letter) for letter in sorted(made, key=lambda one: one.row)],
            "problems": [problem.as_dict() for problem in opened.told(self.problems) if self.concerns(problem)],
        }

    def entry(self, letter: Letter) -> dict[str, Any]:
        """Return a letter's row of the summary."""
        shown = {"path": letter.path} if self.names or self.print_run else {}
        return {
            "row": letter.row,
            **letter.request.where(),
            **shown,
            **({"first_page": letter.first} if letter.first else {}),
            "pages": letter.pages,
            "bytes": letter.size,
            "state": letter.state,
            "fingerprint": letter.fingerprint,
        }

    @property
    def failed(self) -> set[int]:
        """The rows without a letter."""
        return self.unread | {letter.row for letter in self.letters if letter.problems}

    def tell(self, opened: common.Opened, plan: Plan, seconds: float) -> None:
        """Say what came of it."""
        bodies, languages = len(plan.bodies), Counter(body.request.language for body in plan.bodies for _ in body.rows)
        asked = {"rows": plan.rows + len(self.unread), "leaflets": bodies, "languages": dict(sorted(languages.items()))}
        if self.output == "json":
            common.print_json(asked | {"to_remove": len(self.gone)} | self.summary(opened))
            return
        each = ", ".join(f"{language} {number:,}" for language, number in sorted(languages.items()))
        from_leaflets = f"{common.count(plan.rows, 'letter')} of {common.count(bodies, 'leaflet')}" + (f" ({each})" if each else "")
        failed = click.style(f"; {common.count(len(self.failed), 'row')} failed", fg="red", bold=True) if self.failed else ""
        if self.dry_run:
            click.echo(f"{from_leaflets}{failed}")
            return
        made = [letter for letter in self.letters if letter.made]
        pages = sum(letter.pages for letter in made)
        where = f"; {common.count(pages, 'page')} in {seconds:.1f} s, in {self.out}" if made else ""
        click.echo(f"{common.count(len(made), 'letter')} made of {common.count(bodies, 'leaflet')}{failed}{where}")
        if drafts := sum(letter.state == "draft" for letter in made):
            told = "is a draft" if drafts == 1 else "are drafts"
            common.say(f"{common.count(drafts, 'letter')} {told}: `leaflets check` says what is missing.")


@contextmanager
def ending(where: Executor) -> Iterator[None]:
    """End an executor with its block; what has not begun when that ends too early is not begun any more."""
    try:
        yield
    except BaseException:
        where.shutdown(cancel_futures=True)
        raise
    where.shutdown()


def installed() -> None:
    """End the command with status 2 where what letters need beyond leaflets is not installed."""
    if any(find_spec(name) is None for name in ("openpyxl", "pikepdf", "uharfbuzz")):
        raise click.UsageError('letters need more than is installed here: pip install "leaflets[batch]"')


class Steps(Progress):
    """Shows one letter after another, by its row."""

    def letter(self, one: Letter, names: bool) -> None:
        """Show one letter."""
        how, told = "made" if one.made else "failed", one.path if names else f"row {one.row}"
        self.passed += 1
        if self.output == "json":
            self.event(how, row=one.row, pages=one.pages, problems=[problem.as_dict() for problem in one.problems])
        elif self.bar:
            self.bar.update(self.task, completed=self.passed, description=told, rate=self.rate())
        else:
            common.say(f"{how} {told}")
