"""One worker: how long a leaflet takes it, beside plain WeasyPrint, and how much memory many leaflets cost it."""

import os
import statistics
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from functools import partial
from multiprocessing import get_context
from typing import Any

import weasyprint
from leaflets import build as building
from leaflets import disk, fonts, parse, render
from leaflets.model import Edition, Request, Workspace
from weasyprint.text.fonts import FontConfiguration

from benchmarks.common import ROOT, VARIANT, Run, build, most, ours, processor, resident, shown, spaced, spread, table, title, took
from benchmarks.material import EDITION, Batch

LEAFLET = "hsct"
WARM = 1.5
"""How many times the time of plain WeasyPrint a warm leaflet may take."""
TRIVIAL = 'body { font-family: "Noto Sans"; font-size: 12pt }'
BEFORE = ROOT / "scripts" / "benchmarks" / "before"
DESIGN = ("en", "ar", "hi", "zh-Hans")
DEARER = 1.3
"""How many times the time of the design before it the present one may take."""
GROWTH = 0.05
"""How much more memory a worker may hold at the end than after its first hundred leaflets."""
PEAK = 400
"""MiB a worker may hold at any time."""
MIB = 2**20


def warm(run: Run, batch: Batch) -> dict[str, Any]:
    """A, B, A, B … in this process, both warmed: medians of the ratios pair by pair. Processor time: WeasyPrint has one thread."""
    edition = batch.edition(_default(run))
    renderer = render.Renderer(partial(fonts.font_bytes, read=run.tools.read), fonts.font_css, fonts.allowed)
    sides = (partial(_ours, renderer, edition), partial(_bare, renderer, edition, _plain()))
    (pages_a, bytes_a), (pages_b, bytes_b) = (side() for side in sides)
    render.calm_collector()
    pairs = _pairs(run, *sides)
    a, b = (spread([pair[side] for pair in pairs]) for side in (0, 1))
    ratio = spread([one / other for one, other in pairs])
    page = spread([(one / pages_a) / (other / pages_b) for one, other in pairs])
    title(f"One leaflet, warm: {LEAFLET}, default reader, {EDITION}, {len(edition.html):,} characters of HTML; {len(pairs)} pairs in turn")
    print("  A  this program's renderer: its style sheets and fonts, page numbers, checks, tags completed; PDF/UA-1")
    print(f"  B  WeasyPrint alone: the same HTML, one rule of style ({TRIVIAL}); PDF/UA-1")
    print("     Both are warm, in one process, with one font configuration each and the collector calmed: B has these from us.")
    for name, times, pages, size in (("A", a, pages_a, bytes_a), ("B", b, pages_b, bytes_b)):
        print(f"  {name}  {shown(times, 's')}; {pages} pages, {times['median'] / pages * 1000:.0f} ms a page, {size:,} bytes")
    print(f"  A : B  {shown(ratio)}; a page {shown(page)} (A sets other sizes and margins, hence other pages)")
    run.target("warm", "warm, A against B, times its time", ratio["median"], WARM)
    return {
        "leaflet": LEAFLET,
        "edition": EDITION,
        "characters": len(edition.html),
        "pairs": pairs,
        "a": {"seconds": a, "pages": pages_a, "bytes": bytes_a},
        "b": {"seconds": b, "pages": pages_b, "bytes": bytes_b, "style": TRIVIAL},
        "ratio": ratio,
        "ratio_per_page": page,
        "command": command(run, edition),
    }


def _default(run: Run) -> Request:
    return Request(LEAFLET, run.workspace.leaflets[LEAFLET].default_profile, run.workspace.language, EDITION)


def _plain() -> tuple[FontConfiguration, weasyprint.CSS]:
    configuration = FontConfiguration()
    return configuration, weasyprint.CSS(string=TRIVIAL, font_config=configuration)


def _ours(renderer: render.Renderer, edition: Edition) -> tuple[int, int]:
    """Render as if no leaflet had been rendered that has a line in common with this one."""
    render.LINES.forget()
    result = renderer.render(edition)
    if result.problems:
        sys.exit(f"bench: the leaflet could not be rendered: {result.problems[0].message}")
    return result.pages, len(result.content)


def _bare(renderer: render.Renderer, edition: Edition, plain: tuple[FontConfiguration, weasyprint.CSS]) -> tuple[int, int]:
    """Render without anything of ours, also without our short cuts."""
    configuration, sheet = plain
    render.shorten(False)
    page = weasyprint.HTML(string=edition.html, url_fetcher=renderer.fetcher)
    document = page.render(stylesheets=[sheet], font_config=configuration, pdf_variant=VARIANT)
    content = document.write_pdf(pdf_variant=VARIANT)
    render.shorten()
    return len(document.pages), len(content)


def _pairs(run: Run, ours: Any, bare: Any) -> list[tuple[float, float]]:
    """Measure both in turn, each first as often as the other."""
    started, pairs = time.monotonic(), list[tuple[float, float]]()
    for number in range(run.rounds):
        if number > 2 and time.monotonic() - started > run.seconds:
            break
        first, second = (ours, bare) if number % 2 == 0 else (bare, ours)
        one, two = processor(first), processor(second)
        pairs.append((one, two) if number % 2 == 0 else (two, one))
    return pairs


def command(run: Run, edition: Edition) -> dict[str, Any]:
    """One leaflet, a process each: our command and WeasyPrint's. Time on the clock."""
    page, sheet = run.folder / "page.html", run.folder / "style.css"
    page.write_text(edition.html, encoding="utf-8")
    sheet.write_text(TRIVIAL, encoding="utf-8")
    theirs = [ours("weasyprint"), "--pdf-variant", VARIANT, "--stylesheet", sheet, page, run.folder / "b.pdf"]
    mine = build(run.folder / "one", LEAFLET, "--edition", EDITION, "--force")
    pairs = [(took(mine).clock, took(theirs).clock) for _ in range(run.size(1, 3, 3))]
    a, b = (spread([pair[side] for pair in pairs]) for side in (0, 1))
    ratio = spread([one / other for one, other in pairs])
    print("  A process each, on the clock:")
    print(f"  A  `leaflets build {LEAFLET}`: reads and checks the workspace, renders, writes  {shown(a, 's')}")
    print(f"  B  `weasyprint` with the same HTML and the one rule of style  {shown(b, 's')}")
    print(f"  A : B  {shown(ratio)}")
    return {"a": a, "b": b, "ratio": ratio}


# ---------------------------------------------------------------- the design


def design(run: Run, batch: Batch) -> dict[str, Any]:
    """What the look costs: the same leaflet with the present templates and style sheets and with those before them, in turn, warm."""
    old = Batch(run, before())
    renderer = render.Renderer(partial(fonts.font_bytes, read=run.tools.read), fonts.font_css, fonts.allowed)
    wanted = [replace(_default(run), language=language) for language in DESIGN if language in run.workspace.languages]
    title(f"The design: {LEAFLET}, default reader, {EDITION}, with the present one and the one before it")
    found = {}
    for one in wanted:
        sides = [partial(_ours, renderer, made.edition(one)) for made in (batch, old)]
        (after, _), (earlier, _) = (side() for side in sides)
        pairs = _pairs(run, *sides)
        now, then = (spread([pair[side] for pair in pairs]) for side in (0, 1))
        ratio = spread([mine / other for mine, other in pairs])
        print(f"  {one.language}: before {shown(then, 's')}, {earlier} pages; now {shown(now, 's')}, {after} pages; ratio {shown(ratio)}")
        found[one.language] = {"before": then, "now": now, "ratio": ratio, "pages_before": earlier, "pages": after}
    median = statistics.median(one["ratio"]["median"] for one in found.values())
    run.target("design", "time of a leaflet with the present design, times that before it", median, DEARER)
    return found


def before() -> Workspace:
    """Return the workspace with the design before the present one, which is kept for this."""
    files = disk.read(ROOT)
    old = {path.relative_to(BEFORE).as_posix(): path.read_bytes() for path in sorted(BEFORE.rglob("*")) if path.is_file()}
    return parse.parse(replace(files, contents={**files.contents, **old})).value


# ---------------------------------------------------------------- memory


def memory(run: Run, batch: Batch) -> dict[str, Any]:
    """One worker renders leaflet after leaflet, in every language of the batch in turn; what it holds after each."""
    count, early = run.size(16, 152, 1_000), run.size(8, 32, 100)
    short = [batch.edition(one) for one in spaced(batch.requests, early)] if run.whole else shortest(batch)
    held: list[tuple[int, int]] = []
    context = get_context("forkserver" if sys.platform == "linux" else "spawn")
    started = time.monotonic()
    with ProcessPoolExecutor(1, mp_context=context, initializer=building.start_worker, initargs=(run.tools.places,)) as pool:
        for number in range(count):
            held.append(pool.submit(rendered, short[number % len(short)]).result())
    seconds = time.monotonic() - started
    sizes = [size for size, _ in held]
    window = min(len(short), early)  # the same leaflets, early and late
    before, after, peak = max(sizes[early - window : early]), max(sizes[-window:]), max(one for _, one in held)
    growth = after / before - 1
    kind = f"{len(short)} of the batch in turn" if run.whole else f"the shortest leaflet in {len(short)} languages in turn"
    title(f"Memory: {count:,} leaflets in one worker, {kind}; {count / seconds:.2f} leaflets/s")
    marks = sorted({1, early, count // 2, count})
    table(("after leaflet", *(f"{mark:,}" for mark in marks)), [("MiB held", *(f"{sizes[mark - 1] / MIB:.0f}" for mark in marks))])
    print(f"  The most in {window} leaflets up to number {early}: {before / MIB:.0f} MiB; in the last {window}: {after / MIB:.0f} MiB.")
    run.target("memory", f"memory after {count:,} leaflets, growth since number {early}", growth, GROWTH)
    run.target("memory", "memory, the most at any time", peak / MIB, PEAK, unit=" MiB")
    return {"leaflets": count, "early": early, "before": before, "after": after, "growth": growth, "peak": peak, "held": sizes}


def shortest(batch: Batch) -> list[Edition]:
    """Return the shortest leaflet there is, in each language of the batch."""
    own = batch.run.workspace.language
    first = min((one for one in batch.requests if one.language == own), key=lambda one: len(batch.edition(one).html))
    return [batch.edition(Request(first.leaflet, first.profile, language, EDITION)) for language in batch.languages]


def rendered(edition: Edition) -> tuple[int, int]:
    """In a worker: render, and tell the bytes this process holds and the most it has held."""
    building.render_edition(edition)
    return resident(os.getpid()), most()
