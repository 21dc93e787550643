"""What all parts of the bench share: a run with its report and targets, clocks, commands, tables."""

import ctypes
import json
import os
import platform
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any

from leaflets import disk, parse, prepare
from leaflets.model import Workspace

ROOT = Path(__file__).resolve().parent.parent.parent
AS_OF = date(2026, 11, 23)
VARIANT = "pdf/ua-1"


@dataclass
class Run:
    """One run of the bench: how much of it was asked for, what it has found so far, and which targets were missed."""

    quick: bool = False
    whole: bool = False
    rounds: int = 7
    seconds: float = 45
    folder: Path = field(default_factory=lambda: Path(tempfile.mkdtemp(prefix="leaflets-bench-")))
    report: dict[str, Any] = field(default_factory=dict)
    targets: list[dict[str, Any]] = field(default_factory=list)

    @cached_property
    def workspace(self) -> Workspace:
        """The workspace of this checkout: the first content pack."""
        return parse.parse(disk.read(ROOT)).value

    @cached_property
    def tools(self) -> prepare.Tools:
        """The fonts of all its languages, and the versions of the programs."""
        return prepare.tools(self.workspace.languages)

    def size(self, quick: int, default: int, whole: int) -> int:
        """Return how many of something are measured in a run as short or long as this."""
        return quick if self.quick else whole if self.whole else default

    def target(self, part: str, what: str, got: float, limit: float, least: bool = False, unit: str = "") -> bool:
        """Hold a figure against its target: at most `limit`, or with `least` at least that. Tell, note and return whether it is met."""
        met = got >= limit if least else got <= limit
        bound = f"at {'least' if least else 'most'} {limit:,g}{unit}"
        print(f"  Target, {what} {bound}: {'met' if met else 'MISSED'}, with {figure(got)}{unit}.")
        self.targets.append({"part": part, "what": what, "limit": limit, "least": least, "unit": unit, "got": got, "met": met})
        return met

    def skip(self, part: str, why: str) -> None:
        """Tell and note what could not be measured; a target that was not measured is neither met nor missed."""
        print(f"  Not measured: {why}")
        self.report.setdefault("skipped", []).append({"part": part, "why": why})


def figure(value: float) -> str:
    """Return a figure with three digits that count."""
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"


# ---------------------------------------------------------------- commands and clocks


@dataclass(frozen=True)
class Took:
    """What a command took, in seconds: on the clock, and of all processors; and what it printed."""

    clock: float
    processor: float
    said: str = ""


def ours(name: str = "leaflets") -> Path:
    """Return a command of the environment this runs in."""
    return Path(sys.executable).with_name(name)


def took(words: Sequence[Any], watch: Callable[["subprocess.Popen[str]"], None] = lambda _: None, ends: Sequence[int] = (0,)) -> Took:
    """Run a command that must end with one of these statuses. Its processor time is that of all processes it started.

    `watch` is called once it runs.
    """
    adopt_orphans()
    before, started = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    words = [str(word) for word in words]
    with subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True) as process:
        watch(process)
        said, told = process.communicate()
    clock = time.perf_counter() - started
    with suppress(ChildProcessError):
        while True:  # workers end a moment later than the command that had them started
            os.waitpid(-process.pid, 0)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if process.returncode not in ends:
        sys.exit(f"bench: this failed: {' '.join(words)}\n{said[-2000:]}{told[-2000:]}")
    return Took(clock, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, said)


def adopt_orphans() -> None:
    """Become the one who waits for the workers of a command that has ended, so that their time is counted (Linux alone has this)."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(36, 1, 0, 0, 0)  # PR_SET_CHILD_SUBREAPER


def build(out: Path, *words: Any, workspace: Path = ROOT) -> list[Any]:
    """Return the command that builds leaflets into a folder."""
    return [ours(), "build", *words, "--workspace", workspace, "--as-of", AS_OF, "--out", out]


def knows(option: str, command: str = "build") -> bool:
    """Whether one of our commands has an option; for a command that is not there, no."""
    done = subprocess.run([str(ours()), command, "--help"], capture_output=True, text=True, check=False)
    return done.returncode == 0 and (not option or option in done.stdout)


def rows(out: Path) -> list[dict[str, Any]]:
    """Return what a folder's manifest lists."""
    listed: list[dict[str, Any]] = json.loads((out / "manifest.json").read_text(encoding="utf-8"))["leaflets"]
    return listed


def processor(work: Callable[[], object]) -> float:
    """Return the seconds of processor time that something takes in this process."""
    started = time.process_time()
    work()
    return time.process_time() - started


def resident(pid: int | None = None) -> int:
    """Return the bytes of memory a process holds now, 0 where it has ended; of this one elsewhere than on Linux the most it ever held."""
    try:
        pages = int(Path(f"/proc/{pid or os.getpid()}/statm").read_text(encoding="ascii").split()[1])
    except OSError:
        return 0 if pid else most()
    return pages * resource.getpagesize()


def most() -> int:
    """Return the most bytes of memory this process ever held."""
    held = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return held if sys.platform == "darwin" else held * 1024


# ---------------------------------------------------------------- showing


def spread(values: Sequence[float]) -> dict[str, float]:
    return {"min": min(values), "median": statistics.median(values), "max": max(values)}


def shown(values: dict[str, float], unit: str = "") -> str:
    """Return the median, and in brackets from where to where."""
    return f"{values['median']:.2f}{unit and ' ' + unit} ({values['min']:.2f} to {values['max']:.2f})"


def title(text: str) -> None:
    print(f"\n{text}", flush=True)


def table(heads: Sequence[str], lines: Iterable[Sequence[str]]) -> None:
    """Print a table: the first column from the left, the others to the right."""
    every = [heads, *lines]
    widths = [max(len(line[column]) for line in every) for column in range(len(heads))]
    for line in every:
        rest = [cell.rjust(width) for cell, width in zip(line[1:], widths[1:], strict=True)]
        print("  " + "  ".join([line[0].ljust(widths[0]), *rest]).rstrip(), flush=True)


def spaced(things: Sequence[Any], count: int) -> list[Any]:
    """Return `count` of some things, evenly spaced from the first on; all where there are no more."""
    return [things[index * len(things) // count] for index in range(min(count, len(things)))] if len(things) > count else list(things)


def machine() -> dict[str, Any]:
    return {
        "system": platform.system(),
        "architecture": platform.machine(),
        "cores": cores(),
        "python": platform.python_version(),
    }


def cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


@contextmanager
def lasting(name: str) -> Iterator[None]:
    """Tell how long a part took: so that what a run costs is no secret."""
    started = time.monotonic()
    yield
    print(f"  ({name}: {time.monotonic() - started:.0f} s)", flush=True)
