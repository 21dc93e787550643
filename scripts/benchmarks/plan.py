"""The figures of `docs/batch.md`: what a run measured, and what that comes to for a national service."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from benchmarks.common import ROOT, figure

PAGE = ROOT / "docs" / "batch.md"
BEGIN, END = "<!-- figures of make bench -->", "<!-- end of figures -->"
LANGUAGES, LEAFLETS, LETTERS = 60, 5_000, 1_000_000
NIGHT = 8
"""Hours of a night."""
USED = 0.9
"""The part of the cores' time that is put to use: of N cores one counts on 0.9 N."""
FACTS = 20
"""Facts changed on one day."""
NEEDED = ("cold", "again", "recipients", "memory")


def write(report: dict[str, Any], page: Path = PAGE) -> None:
    """Put a run's figures into the page, between its marks. Raises ValueError where the run or the page lacks something."""
    lacking = [part for part in NEEDED if part not in report or (part == "recipients" and not report[part])]
    if lacking:
        raise ValueError(f"the run did not measure {', '.join(lacking)}")
    if report.get("quick"):
        raise ValueError("a short run is no measure: leave --quick out")
    text = page.read_text(encoding="utf-8")
    before, mark, rest = text.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not mark or not end:
        raise ValueError(f"{page.name} has no place for figures: {BEGIN} … {END}")
    figures = "\n".join(lines(report))
    page.write_text(f"{before}{BEGIN}\n\n{figures}\n\n{END}{after}", encoding="utf-8")


def lines(report: dict[str, Any]) -> Iterator[str]:
    """Yield the lines of both tables."""
    unit, where = units(report), report["machine"]
    yield f"Measured on {where['cores']} cores ({where['system']}, {where['architecture']}, Python {where['python']}), all from one run:"
    yield ""
    yield from table(("what", "figure"), [(what, value) for what, value, _ in unit.values()])
    yield ""
    yield f"For {LANGUAGES} languages, {LEAFLETS:,} leaflets and {LETTERS:,} letters a night, reckoned from these:"
    yield ""
    yield from table(("what", "reckoned", "from"), service({name: number for name, (_, _, number) in unit.items()}))


def units(report: dict[str, Any]) -> dict[str, tuple[str, str, float]]:
    """Return what was measured by name: in words, as shown, as a number."""
    cold, again, letters = report["cold"], report["again"], report["recipients"]
    leaflet, planned = cold["processor"] / cold["leaflets"], again["planned"]
    share = again["fact"]["rendered"] / cold["leaflets"]
    return {
        "leaflet": ("one leaflet made, planning and checks included", f"{figure(leaflet)} s of one core", leaflet),
        "page": ("one page of it", f"{figure(cold['processor'] / cold['pages'] * 1000)} ms of one core", cold["processor"] / cold["pages"]),
        "bytes": ("its file", f"{figure(cold['bytes'] / cold['leaflets'] / 1000)} kB", cold["bytes"] / cold["leaflets"]),
        "plan": _ms("one leaflet planned for the first time", planned["first"] / planned["leaflets"]),
        "again": _ms("one leaflet of a build in which nothing changed", planned["again"] / planned["leaflets"]),
        "share": (f"leaflets that state one fact (`{again['fact']['fact']}`)", f"{share:.1%}", share),
        "letter": _ms("one letter, once its leaflet is rendered", letters["each"]),
        "file": ("its file", f"{figure(letters['bytes'] / letters['letters'] / 1000)} kB", letters["bytes"] / letters["letters"]),
        "memory": ("a worker, the most it held", f"{figure(report['memory']['peak'] / 2**20)} MiB", report["memory"]["peak"]),
    }


def _ms(what: str, seconds: float) -> tuple[str, str, float]:
    return what, f"{figure(seconds * 1000)} ms of one core", seconds


def service(of: dict[str, float]) -> list[tuple[str, str, str]]:
    """Return the rows of the plan: what, how much, how it comes about."""
    whole = LANGUAGES * LEAFLETS
    first, day, night = whole * of["leaflet"], FACTS * of["share"] * whole * of["leaflet"], LETTERS * of["letter"]
    worst = night + whole * of["leaflet"]
    return [
        ("distinct leaflets", f"{whole:,}", f"{LANGUAGES} × {LEAFLETS:,}, one edition"),
        ("all of them for the first time", _hours(first), f"× {figure(of['leaflet'])} s"),
        ("their files in the store", _bytes(whole * of["bytes"]), f"× {figure(of['bytes'] / 1000)} kB"),
        ("all of them planned, nothing changed", _hours(whole * of["again"]), f"× {figure(of['again'] * 1000)} ms"),
        (f"{FACTS} facts changed in a day", _hours(day), f"{FACTS} × {of['share']:.1%} of all leaflets, none of them counted twice"),
        ("the letters of a night, leaflets rendered", _hours(night), f"{LETTERS:,} × {figure(of['letter'] * 1000)} ms"),
        ("their files", _bytes(LETTERS * of["file"]), f"× {figure(of['file'] / 1000)} kB"),
        (f"cores for the letters in {NIGHT} hours", f"{night / NIGHT / 3600 / USED:.1f}", "at 90% use; few distinct leaflets"),
        (
            f"cores at worst in {NIGHT} hours",
            f"{worst / NIGHT / 3600 / USED:.0f}",
            "every distinct leaflet is rendered that night, too",
        ),
    ]


def _hours(seconds: float) -> str:
    return f"{figure(seconds / 3600)} core hours" if seconds >= 3600 else f"{figure(seconds / 60)} core minutes"


def _bytes(count: float) -> str:
    return f"{figure(count / 1e9)} GB"


def table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterator[str]:
    """Yield the lines of a table in Markdown."""
    yield f"| {' | '.join(heads)} |"
    yield f"|{'---|' * len(heads)}"
    yield from (f"| {' | '.join(row)} |" for row in rows)
