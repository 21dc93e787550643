"""What commands share: options, reading the workspace, showing problems. The faces know the clock; nothing below does."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click
from click.shell_completion import CompletionItem

from leaflets import disk
from leaflets.codes import Severity
from leaflets.problems import Problem, Span, in_order
from leaflets.store import LIMIT, Store

if TYPE_CHECKING:  # a command that has nothing to read as a workspace does not pay for loading what reads it
    from concurrent.futures import Executor

    from leaflets.model import Files, Workspace
    from leaflets.prepare import Tools

F = TypeVar("F", bound=Callable[..., Any])
TIMEOUT = 300.0
"""Seconds for one leaflet, unless told otherwise: a hundred times what one takes."""
ROOM = 500_000_000
"""Bytes of memory that a worker should find on the machine: what one takes at most, and some air."""
_COLOURS = {Severity.ERROR: "red", Severity.WARNING: "yellow", Severity.NOTE: "cyan"}


class Day(click.ParamType[date]):
    """A date, as 2026-11-23."""

    name = "date"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        """Read the date or fail with exit status 2."""
        if isinstance(value, date):
            return value
        try:
            return date.fromisoformat(value)
        except ValueError:
            self.fail(f"`{value}` is no date; write it as 2026-11-23", param, ctx)


class TraitValue(click.ParamType[tuple[str, str]]):
    """NAME=VALUE."""

    name = "name=value"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> tuple[str, str]:
        """Split at the sign, or fail with exit status 2."""
        if isinstance(value, tuple):
            return value
        name, sign, given = value.partition("=")
        if not (name and sign and given):
            self.fail(f"`{value}` is not NAME=VALUE; write it like ms_type=ppms", param, ctx)
        return name, given


class Name(click.ParamType[str]):
    """The name of a thing of the workspace, completed by the shell."""

    def __init__(self, kind: str) -> None:
        self.kind = kind
        self.name = kind

    def shell_complete(self, ctx: click.Context, _: click.Parameter, incomplete: str) -> list[CompletionItem]:
        """Return the names of the workspace that begin like what is typed."""
        from leaflets import parse

        folder = Path(ctx.params.get("workspace") or ".")
        names = getattr(parse.parse(disk.read(folder)).value, self.kind)
        return [CompletionItem(name) for name in names if name.startswith(incomplete)]


def workspace_option(function: F) -> F:
    """Add --workspace."""
    return click.option(
        "--workspace",
        "-w",
        type=click.Path(path_type=Path),
        default=Path(),
        show_default="this folder",
        help="The folder with content/ in it.",
    )(function)


def as_of_option(function: F) -> F:
    """Add --as-of."""
    return click.option("--as-of", type=Day(), default=None, show_default="today", help="Judge dates as on this day.")(function)


def store_options(function: F) -> F:
    """Add --store and --store-size; the command gets `store`, a Store or None."""
    where = click.option(
        "--store",
        envvar="LEAFLETS_STORE",
        show_envvar=True,
        type=StoreFolder(),
        default=cache_folder,
        show_default="your cache folder",
        metavar="DIR",
        help="Where to keep what was rendered, to use it again; `none`: nowhere.",
    )
    return where(function)


class StoreFolder(click.ParamType[Store | None]):
    """A folder, with its size in megabytes after a colon where that is given; or `none`."""

    name = "folder"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Store | None:
        """Return the store, or None where none is wanted."""
        if value is None or isinstance(value, Store):
            return value
        folder, colon, size = str(value).rpartition(":")
        if str(value) == "none":
            return None
        if colon and size.isdigit():
            return Store(Path(folder), int(size) * 1_000_000)
        return Store(Path(value), LIMIT)


def cache_folder() -> str:
    """Return the folder of this user's caches for this program."""
    if sys.platform == "darwin":
        return str(Path("~/Library/Caches/leaflets").expanduser())
    return str(Path(os.environ.get("XDG_CACHE_HOME") or Path("~/.cache").expanduser()) / "leaflets")


def timeout_option(function: F) -> F:
    """Add --timeout."""
    return click.option(
        "--timeout",
        type=click.FloatRange(0),
        default=TIMEOUT,
        show_default=True,
        metavar="SECONDS",
        help="The longest that one leaflet may take; 0: as long as it likes.",
    )(function)


def cluster_option(function: F) -> F:
    """Add --cluster."""
    return click.option("--cluster", metavar="ADDRESS", help="Render leaflets on a Dask cluster, as tcp://host:8786.")(function)


def prune_option(function: F) -> F:
    """Add --prune."""
    return click.option("--prune", is_flag=True, help="Remove what an earlier run made here and this one does not.")(function)


def lang_option(function: F) -> F:
    """Add --lang."""
    return click.option("--lang", "-l", "languages", multiple=True, metavar="LANG", help="Language, as `en`. Repeatable.")(function)


def format_option(*formats: str) -> Callable[[F], F]:
    """Add --format."""
    return click.option(
        "--format", "output", type=click.Choice(formats), default="text", show_default=True, help="For people or for programs."
    )


def today(given: date | None) -> date:
    """Return the day asked for, else today: the only place that reads the clock."""
    return given or date.today()


@dataclass(frozen=True, slots=True)
class Opened:
    """A workspace and what was wrong with its files, paths told from where the user stands."""

    root: Path
    workspace: Workspace
    problems: tuple[Problem, ...]
    files: Files

    def told(self, problems: Iterable[Problem]) -> list[Problem]:
        """Return problems with paths as the user would open them, in order and without repeats."""
        return in_order(replace(problem, span=replace(problem.span, path=self.path(problem.span.path))) for problem in problems)

    def path(self, path: str) -> str:
        """Return a path of the workspace as the user would open it."""
        if path in self.files.builtin:
            return str(disk.builtin_root() / path)
        return path if self.root == Path() or not path.startswith(disk.FOLDERS) else str(self.root / path)


class Stopped(click.ClickException):
    """Ends a command with status 1 when what is wrong was told already."""

    exit_code = 1

    def __init__(self) -> None:
        super().__init__("")

    def show(self, file: Any = None) -> None:
        """Say nothing more."""


def read_workspace(root: Path) -> Files:
    """Read the files of a workspace. Ends the command with status 2 where the folder itself was mistyped."""
    if not root.is_dir():
        raise click.BadParameter(f"there is no folder `{root}`", param_hint="--workspace")
    return disk.read(root)


def open_workspace(root: Path, files: Files | None = None) -> Opened:
    """Read a workspace, or what was read of it. Ends the command with status 2 where the folder itself was mistyped."""
    from leaflets import parse

    files = files or read_workspace(root)
    checked = parse.parse(files)
    return Opened(root, checked.value, checked.problems, files)


def worst(problems: Iterable[Problem]) -> int:
    """Return the exit status that problems come to: 1 with an error among them, else 0."""
    return int(any(problem.severity is Severity.ERROR for problem in problems))


def show_problems(problems: Sequence[Problem], output: str = "text", err: bool = True) -> None:
    """Print problems for people: one line each, the hint on the next; the same problem of many readers once; errors last."""
    if output != "text":
        return
    grouped: dict[tuple[Any, ...], list[Problem]] = {}
    order = list(Severity)[::-1]
    for problem in sorted(problems, key=lambda problem: order.index(problem.severity)):
        grouped.setdefault((problem.code, problem.span, problem.message), []).append(problem)
    for same in grouped.values():
        click.echo(problem_line(same[0], len(same)), err=err)
        if same[0].hint:
            click.echo(f"    {same[0].hint}", err=err)


def problem_line(problem: Problem, readers: int = 1) -> str:
    """Return `path:line:column: severity CODE message`."""
    span = problem.span
    place = f"{span.path}:{span.line}:{span.column}" if span.line else span.path
    for_whom = f" [{problem.leaflet}]" if problem.leaflet and not problem.profile else ""
    if problem.profile:
        more = f" and {readers - 1} more" if readers > 1 else ""
        for_whom = f" [{problem.leaflet}, {problem.profile}{more}]"
    severity = click.style(str(problem.severity), fg=_COLOURS[problem.severity], bold=True)
    return f"{place}: {severity} {problem.code} {problem.message}{for_whom}"


def say(text: str = "", **style: Any) -> None:
    """Tell a person something beside the result: on standard error, in colour on a terminal."""
    click.secho(text, err=True, **style)


def print_json(data: Any) -> None:
    """Print the result for programs, on standard output."""
    click.echo(json.dumps(data, indent=2, ensure_ascii=False))


def count(number: int, one: str, many: str = "") -> str:
    """Return "1 leaflet" or "1,204 leaflets"."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def cores() -> int:
    """Return how many cores this process may use; where the system does not say (macOS), how many there are."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def workers() -> int:
    """Return how many workers this machine has cores and memory for."""
    try:
        memory = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    except (ValueError, OSError):  # the system does not say
        return cores()
    return max(1, min(cores(), memory // ROOM))


def here(tools: Tools, jobs: int | None, most: int, timeout: float) -> tuple[Executor, int]:
    """Return this machine as an executor, and how many workers that is: `jobs`, or one per core, but no more than there are things to
    do. `timeout` is in seconds; 0: none.
    """
    from leaflets import build

    count = min(jobs or workers(), max(most, 1))
    return build.executor(tools, count, timeout or None), count


def cannot_write(path: Path, folder: Path, error: OSError) -> Problem:
    """Return the problem of a file, or a folder, that cannot be written or removed below an output folder."""
    told = f"{path} cannot be written: {error.strerror or error}"
    return Problem("B01", told, Span(str(folder)), "see that the folder can be written and has room")


def cluster(address: str, tools: Tools) -> tuple[Executor, int]:
    """Return a cluster as an executor, and how many leaflets may wait there. Ends the command with status 2 where there is none."""
    try:
        from leaflets import cluster as clusters
    except ImportError as error:
        raise click.UsageError('--cluster needs one more package: pip install "leaflets[cluster]"') from error
    try:
        return clusters.connect(address, tools)
    except (OSError, ValueError) as error:
        raise click.UsageError(f"the cluster at {address} cannot be used: {error}") from error


def on_terminal() -> bool:
    """Whether a person watches standard error."""
    return sys.stderr.isatty()
