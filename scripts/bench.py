"""Measures how long building takes, beside WeasyPrint alone: `make bench`, with figures as JSON too: `make bench ARGS="--json FILE"`.

Absolute times change with the machine and what else it does; ratios of what was measured in turn, in one run, are what counts.
Ends with 1 where a warm leaflet takes more than 1.5 times what WeasyPrint takes for the same HTML with a trivial style sheet.
"""

import argparse
import json
import os
import platform
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

import weasyprint
from leaflets import __version__, build, disk, fonts, parse, prepare, render
from leaflets.model import Edition
from weasyprint.text.fonts import FontConfiguration

ROOT = Path(__file__).resolve().parent.parent
TARGET = 1.5
LEAFLET = "hsct"
EDITION = "a4"
TRIVIAL = 'body { font-family: "Noto Sans"; font-size: 12pt }'
VARIANT = "pdf/ua-1"
AS_OF = date(2026, 11, 23)
READERS = 2
"""For so many readers every leaflet is built twice, unless --whole is given."""


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures there, too")
    parser.add_argument("--rounds", type=int, default=7, help="pairs of warm renderings (%(default)s)")
    parser.add_argument("--seconds", type=float, default=45, help="no new pair after so many seconds (%(default)s)")
    parser.add_argument("--whole", action="store_true", help="build all the workspace lists twice, not a part of it: takes minutes")
    given = parser.parse_args()
    tools, editions = prepared()
    edition = next(one for one in editions if one.request.profile == default_profile())
    heading(tools)
    report: dict[str, Any] = {"machine": machine(), "versions": tools.versions("en")}
    report["warm"] = warm(tools, edition, given.rounds, given.seconds)
    report["cold"] = cold(edition)
    report["again"] = again(() if given.whole else share())
    report["memory"] = memory(tools, editions)
    met = report["warm"]["ratio"]["median"] <= TARGET
    report["target"] = {"ratio": TARGET, "met": met}
    if given.json:
        given.json.write_text(json.dumps(report, indent=1) + "\n", encoding="utf-8")
    print(f"\nTarget, warm A at most {TARGET} times B: {'met' if met else 'MISSED'}, with {report['warm']['ratio']['median']:.2f}.")
    return 0 if met else 1


# ---------------------------------------------------------------- what is measured


def warm(tools: prepare.Tools, edition: Edition, rounds: int, seconds: float) -> dict[str, Any]:
    """A, B, A, B … in this process, both warmed: medians of the ratios pair by pair. Processor time: WeasyPrint has one thread."""
    renderer = render.Renderer(partial(fonts.font_bytes, read=tools.read), fonts.font_css, fonts.allowed)
    configuration = FontConfiguration()
    sheet = weasyprint.CSS(string=TRIVIAL, font_config=configuration)

    def ours() -> tuple[int, int]:
        result = renderer.render(edition)
        if result.problems:
            sys.exit(f"bench: the leaflet could not be rendered: {result.problems[0].message}")
        return result.pages, len(result.content)

    def bare() -> tuple[int, int]:
        document = weasyprint.HTML(string=edition.html, url_fetcher=renderer.fetcher).render(
            stylesheets=[sheet], font_config=configuration, pdf_variant=VARIANT
        )
        return len(document.pages), len(document.write_pdf(pdf_variant=VARIANT))

    (pages_a, bytes_a), (pages_b, bytes_b) = ours(), bare()
    render.calm_collector()
    started, pairs = time.monotonic(), list[tuple[float, float]]()
    for number in range(rounds):
        if number > 2 and time.monotonic() - started > seconds:
            break
        first, second = (ours, bare) if number % 2 == 0 else (bare, ours)
        one, two = taken(first), taken(second)
        pairs.append((one, two) if number % 2 == 0 else (two, one))
    a, b = (spread([pair[side] for pair in pairs]) for side in (0, 1))
    ratio = spread([ours / bare for ours, bare in pairs])
    page = spread([(ours / pages_a) / (bare / pages_b) for ours, bare in pairs])

    print(
        f"\nOne leaflet, warm: {LEAFLET}, default reader, {EDITION}, {len(edition.html):,} characters of HTML; {len(pairs)} pairs in turn"
    )
    print("  A  this program's renderer: its style sheets and fonts, page numbers, checks, tags completed; PDF/UA-1")
    print(f"  B  WeasyPrint alone: the same HTML, one rule of style ({TRIVIAL}); PDF/UA-1")
    print("     Both are warm, in one process, with one font configuration each and the collector calmed: B has these from us.")
    for name, times, pages, size in (("A", a, pages_a, bytes_a), ("B", b, pages_b, bytes_b)):
        each = times["median"] / pages
        print(f"  {name}  {shown(times, 's')}; {pages} pages, {each * 1000:.0f} ms a page, {size:,} bytes")
    print(f"  A : B       {shown(ratio)}   (target: at most {TARGET})")
    print(f"  A : B, a page  {shown(page)}   (A sets other sizes and margins, hence other pages)")
    return {
        "leaflet": LEAFLET,
        "edition": EDITION,
        "characters": len(edition.html),
        "pairs": pairs,
        "a": {"seconds": a, "pages": pages_a, "bytes": bytes_a},
        "b": {"seconds": b, "pages": pages_b, "bytes": bytes_b, "style": TRIVIAL},
        "ratio": ratio,
        "ratio_per_page": page,
    }


def cold(edition: Edition) -> dict[str, Any]:
    """One leaflet, a process each: our command and WeasyPrint's. Time on the clock."""
    with tempfile.TemporaryDirectory(prefix="leaflets-bench-") as name:
        folder = Path(name)
        (folder / "page.html").write_text(edition.html, encoding="utf-8")
        (folder / "style.css").write_text(TRIVIAL, encoding="utf-8")
        theirs = [
            command("weasyprint"),
            "--pdf-variant",
            VARIANT,
            "--stylesheet",
            folder / "style.css",
            folder / "page.html",
            folder / "b.pdf",
        ]
        ours = built(folder / "dist", LEAFLET, "--edition", EDITION, "--force")
        pairs = [(clock(ours), clock(theirs)) for _ in range(3)]
    a, b = (spread([pair[side] for pair in pairs]) for side in (0, 1))
    ratio = spread([ours / bare for ours, bare in pairs])
    print("\nOne leaflet, cold: a process each, time on the clock")
    print(f"  A  `leaflets build {LEAFLET}`: reads and checks the workspace, renders, writes  {shown(a, 's')}")
    print(f"  B  `weasyprint` with the same HTML and the one rule of style  {shown(b, 's')}")
    print(f"  A : B       {shown(ratio)}")
    return {"a": a, "b": b, "ratio": ratio}


def again(words: Sequence[str]) -> dict[str, Any]:
    """The first build of many leaflets, and the same again with nothing changed."""
    with tempfile.TemporaryDirectory(prefix="leaflets-bench-") as name:
        out = Path(name) / "dist"
        first = clock(built(out, *words))
        rows = json.loads((out / "manifest.json").read_text(encoding="utf-8"))["leaflets"]
        second = statistics.median(clock(built(out, *words)) for _ in range(3))
    pages = sum(row["pages"] for row in rows)
    cores = len(os.sched_getaffinity(0))
    what = f"Every leaflet for {READERS} readers, {EDITION}" if words else "The whole workspace"
    print(f"\n{what}: {len(rows)} leaflets, {pages} pages, {cores} cores")
    print(f"  built       {first:.1f} s: {len(rows) / first / cores:.2f} leaflets, {pages / first / cores:.1f} pages a second and core")
    print(f"  built again {second:.2f} s, unchanged: {second / first:.1%} of the first build")
    return {"leaflets": len(rows), "pages": pages, "cores": cores, "first": first, "again": second, "fraction": second / first}


def memory(tools: prepare.Tools, editions: Sequence[Edition]) -> dict[str, Any]:
    """The most memory a worker of the pool ever held, after its first leaflet and after the last."""
    seen: dict[int, list[int]] = {}
    with build.executor(tools, 2) as pool:
        for worker, size in pool.map(rendered, editions):
            seen.setdefault(worker, []).append(size)
    first, last = max(sizes[0] for sizes in seen.values()), max(sizes[-1] for sizes in seen.values())
    most = max(len(sizes) for sizes in seen.values())
    print("\nMemory: the most a worker held at any time")
    print(f"  {first / 2**20:.0f} MiB after its first leaflet, {last / 2**20:.0f} MiB after {most} ({LEAFLET}, {EDITION})")
    return {"first": first, "last": last, "leaflets": most}


def rendered(edition: Edition) -> tuple[int, int]:
    """In a worker: render, and tell which process this is and the most bytes it has held."""
    build.render_edition(edition)
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return os.getpid(), most if sys.platform == "darwin" else most * 1024


# ---------------------------------------------------------------- how


def prepared() -> tuple[prepare.Tools, list[Edition]]:
    """The leaflet for its default reader and three more, ready to render."""
    workspace = parse.parse(disk.read(ROOT)).value
    tools = prepare.tools()
    preparer = prepare.Preparer(workspace, tools, AS_OF)
    profiles = dict.fromkeys((default_profile(), *workspace.profiles))
    wanted = build.Wanted((LEAFLET,), tuple(profiles)[:4], (), (EDITION,))
    editions = [edition for one in build.requests(workspace, wanted) if (edition := preparer.prepare(one).edition)]
    if not editions:
        sys.exit(f"bench: {LEAFLET} cannot be made; see `leaflets check`")
    return tools, editions


def default_profile() -> str:
    return parse.parse(disk.read(ROOT)).value.leaflets[LEAFLET].default_profile


def share() -> list[str]:
    """What is asked for as a part of the workspace: in one edition, for the first readers."""
    profiles = list(parse.parse(disk.read(ROOT)).value.profiles)[:READERS]
    return ["--edition", EDITION, *(word for name in profiles for word in ("--profile", name))]


def command(name: str) -> Path:
    return Path(sys.executable).with_name(name)


def built(out: Path, *words: str) -> list[Any]:
    return [command("leaflets"), "build", *words, "--workspace", ROOT, "--as-of", str(AS_OF), "--out", out]


def clock(words: Sequence[Any]) -> float:
    """Seconds on the clock for a command that must work."""
    started = time.perf_counter()
    done = subprocess.run([str(word) for word in words], capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(f"bench: this failed: {' '.join(map(str, words))}\n{done.stdout}{done.stderr}")
    return time.perf_counter() - started


def taken(work: Callable[[], object]) -> float:
    """Seconds of processor time."""
    started = time.process_time()
    work()
    return time.process_time() - started


def spread(values: Sequence[float]) -> dict[str, float]:
    return {"min": min(values), "median": statistics.median(values), "max": max(values)}


def shown(values: dict[str, float], unit: str = "") -> str:
    """The median, and in brackets from where to where."""
    return f"{values['median']:.2f}{unit and ' ' + unit} ({values['min']:.2f} to {values['max']:.2f})"


def machine() -> dict[str, Any]:
    return {
        "system": platform.system(),
        "architecture": platform.machine(),
        "cores": len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count(),
        "python": platform.python_version(),
    }


def heading(tools: prepare.Tools) -> None:
    what = machine()
    print(f"leaflets {__version__}, WeasyPrint {tools.programs['weasyprint']}, Python {what['python']}, {what['cores']} cores")
    print("Median of each, in brackets the least and the most. Compare within one run only.")


if __name__ == "__main__":
    sys.exit(main())
