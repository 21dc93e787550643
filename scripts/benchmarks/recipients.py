"""Thousands of recipients over few distinct leaflets: `leaflets batch`, beside Typst compiling each letter."""

import csv
import shutil
import subprocess
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from leaflets import fonts
from leaflets.model import Request

from benchmarks import peers
from benchmarks.common import AS_OF, ROOT, Run, Took, knows, ours, resident, spaced, table, title, took
from benchmarks.material import EDITION, Batch, Page, written

LETTERS = 10_000
BODIES = 50
SCRIPTS = ("Latn", "Arab", "Deva", "Hans", "Cyrl")
EACH = 0.0025
"""Seconds of one core that a letter may take once its leaflet is rendered."""
TYPST = 30
"""How many times Typst's rate ours must be."""
FLAT = 0.05
"""How much more memory the processes may hold at the end than when a tenth of the letters was made."""
SAMPLE = 20
MIB = 2**20

NAMES: dict[str, tuple[str, str]] = {
    "Latn": ("Ada Anna Clara David Elena James Maria Noah Peter Sofia", "Berg Costa Evans Fischer Moreau Novák Rossi Silva Yılmaz Zając"),
    "Arab": ("أحمد أمينة خالد سارة عمر فاطمة ليلى محمد مريم يوسف", "الأحمد الحسن الخطيب الشامي العلي المصري النجار بغدادي حداد قاسم"),
    "Deva": ("अनीता अमित आशा कविता दीपक नेहा प्रिया राजेश संजय सुनीता", "अग्रवाल कुमार गुप्ता चौधरी जोशी त्रिपाठी मिश्रा वर्मा शर्मा सिंह"),
    "Hans": ("伟 芳 秀英 敏 静 丽 强 磊 洋 婷", "王 李 张 刘 陈 杨 赵 黄 周 吴"),
    "Cyrl": ("Анна Дмитрий Иван Мария Олег Ольга Сергей Юлия", "Волков Иваненко Ковальчук Лебедь Мельник Петренко Шевченко"),
}
"""Given and family names in five scripts, put together by counting: nobody's."""


@dataclass
class Watch:
    """Looks at a running command from time to time: how many letters are there, and the bytes its processes hold."""

    process: subprocess.Popen[str]
    out: Path
    seen: list[tuple[int, int, int]] = field(default_factory=list)
    """Letters made, bytes of all processes, bytes of the largest worker."""

    def __call__(self) -> None:
        while self.process.poll() is None:
            held = [resident(pid) for pid in family(self.process.pid)]
            made = sum(1 for _ in self.out.glob("*/*.pdf"))
            if held:
                self.seen.append((made, sum(held), max(held)))
            time.sleep(0.25)

    def at(self, letters: int) -> int:
        """Return the bytes held when so many letters were made first; of the last look where there never were."""
        return next((held for made, held, _ in self.seen if made >= letters), self.seen[-1][1])


def family(pid: int) -> Iterator[int]:
    """Yield a process and those that any of its threads started, and they, as far as they still run (on Linux; elsewhere it alone)."""
    yield pid
    for thread in Path(f"/proc/{pid}/task").glob("*/children"):
        with suppress(OSError):
            for child in thread.read_text(encoding="ascii").split():
                yield from family(int(child))


def recipients(run: Run, batch: Batch) -> dict[str, Any]:
    """The same leaflets for a few recipients and for many: the difference is what a recipient costs once they are rendered."""
    if not knows("", "batch"):
        run.skip("recipients", "this version has no `leaflets batch`")
        return {}
    wanted = distinct(run, batch, run.size(5, BODIES, BODIES))
    many, few = room_for(run, run.size(1_000, LETTERS, LETTERS)), len(wanted) * 2
    title(f"Recipients: {many:,} letters over {len(wanted)} distinct leaflets, names in {len(SCRIPTS)} scripts")
    kept = run.folder / "letters-store"
    first, *_ = lettered(run, wanted, few, kept)
    second, watch, size = lettered(run, wanted, many)
    third, *_ = lettered(run, wanted, many, kept)
    each = (second.processor - first.processor) / (many - few)
    table(
        ("leaflets batch", "letters", "s on the clock", "s of processor", "letters/s"),
        [
            (name, f"{count:,}", f"{took.clock:.1f}", f"{took.processor:.1f}", f"{count / took.clock:.1f}")
            for name, count, took in (("few", few, first), ("many", many, second), ("many, the next night", many, third))
        ],
    )
    print("  The first two render the same leaflets and read the same workspace: what they differ by is the letters alone, written safely.")
    print("  The third has its leaflets from the store, where the first left them.")
    run.target("recipients", "a letter once its leaflet is rendered, ms of one core", each * 1000, EACH * 1000, unit=" ms")
    runs = {"few": vars(first), "many": vars(second), "again": vars(third)}
    found = {"letters": many, "leaflets": len(wanted), "bytes": size, **runs, "each": each}
    return found | {"memory": memory(run, watch, many), "typst": against_typst(run, wanted, many, second, third, each)}


def distinct(run: Run, batch: Batch, count: int) -> list[Request]:
    """Return so many leaflets in five languages, one a script: the two shortest of the pack, for readers spread over its profiles."""
    languages = [next(one for one in run.workspace.languages if fonts.LANGUAGES[one] == script) for script in SCRIPTS]
    own, default = run.workspace.language, next(iter(run.workspace.profiles))
    sizes = {name: len(batch.edition(Request(name, default, own, EDITION)).html) for name in run.workspace.leaflets}
    names = sorted(sizes, key=lambda name: sizes[name])[:2]
    every = [Request(name, profile, language, EDITION) for profile in run.workspace.profiles for name in names for language in languages]
    return every[:count]


def room_for(run: Run, letters: int) -> int:
    """Return how many letters there is room for on the disk, at half a megabyte each: all, or fewer, which is told."""
    fit = shutil.disk_usage(run.folder).free // (MIB // 2)
    if fit < letters:
        print(f"  The disk has room for {fit:,} letters only.")
    return min(letters, fit)


def lettered(run: Run, wanted: Sequence[Request], count: int, store: Path | str = "none") -> tuple[Took, Watch, int]:
    """Make so many letters in a folder that is removed afterwards; return what it took, what was seen meanwhile, and their bytes."""
    sheet, out = run.folder / f"recipients-{count}.csv", run.folder / f"letters-{count}"
    write_table(sheet, wanted, count)
    words = [ours(), "batch", sheet, "--out", out, "--workspace", ROOT, "--as-of", AS_OF, "--format", "json"]
    words += ["--store", store] if knows("--store", "batch") else []
    watches: list[Watch] = []

    def look(process: subprocess.Popen[str]) -> None:
        watches.append(Watch(process, out))
        threading.Thread(target=watches[0], daemon=True).start()

    found = took(words, watch=look)
    sizes = [path.stat().st_size for path in out.glob("*/*.pdf")]
    shutil.rmtree(out)
    if len(sizes) != count:
        raise SystemExit(f"bench: of {count} letters {len(sizes)} were made: {found.said[-2000:]}")
    return Took(found.clock, found.processor), watches[0], sum(sizes)


def write_table(path: Path, wanted: Sequence[Request], count: int) -> None:
    """Write a table of recipients: each leaflet for as many as any other, all personal columns filled."""
    with path.open("w", encoding="utf-8", newline="") as stream:
        sheet = csv.writer(stream)
        sheet.writerow(["leaflet", "profile", "language", "edition", "name", "reference", "date", "time", "place", "contact"])
        for number in range(count):
            one = wanted[number % len(wanted)]
            day, hour = f"2027-{number % 12 + 1:02}-{number % 28 + 1:02}", f"{8 + number % 9:02}:{number % 4 * 15:02}"
            personal = [name_of(one.language, number), f"R-{number:06}", day, hour, f"Room {number % 40 + 1}", "0300 123 4567"]
            sheet.writerow([one.leaflet, one.profile, one.language, one.edition, *personal])


def name_of(language: str, number: int) -> str:
    """Return the name with a number, in the letters of a language."""
    given, family = (names.split() for names in NAMES[fonts.LANGUAGES[language]])
    first, last = given[number % len(given)], family[number // len(given) % len(family)]
    return last + first if fonts.LANGUAGES[language] == "Hans" else f"{first} {last}"


def memory(run: Run, watch: Watch, letters: int) -> dict[str, Any]:
    """What the processes of the command held when a tenth of the letters was made, at half, at the end."""
    early, half, late = watch.at(letters // 10), watch.at(letters // 2), watch.seen[-1][1]
    peak = max(held for _, held, _ in watch.seen)
    one = max(held for *_, held in watch.seen)
    heads = ("memory of all processes, MiB", f"at {letters // 10:,}", f"at {letters // 2:,}", "at the end", "most", "largest process")
    table(heads, [("", *(f"{held / MIB:.0f}" for held in (early, half, late, peak, one)))])
    if not run.quick:
        run.target("recipients", "memory from a tenth of the letters to the end, growth", late / early - 1, FLAT)
    return {"tenth": early, "half": half, "end": late, "peak": peak, "largest": one}


# ---------------------------------------------------------------- Typst


def against_typst(run: Run, wanted: Sequence[Request], letters: int, mine: Took, again: Took, each: float) -> dict[str, Any]:
    """Typst compiles each letter, warm: the leaflet with the lines of one person in it. A sample, spread over the leaflets."""
    batch, folder = Batch(run), run.folder / "typst"
    folder.mkdir(exist_ok=True)
    chosen = spaced(wanted, 5 if run.quick else SAMPLE)
    pages = [personal(written(folder, batch.edition(one), run), number) for number, one in enumerate(chosen)]
    try:
        warm = [one for place in dict.fromkeys(page.fonts for page in pages) for one in peers.typst_warm(place, _of(pages, place))]
    except peers.PeerError as error:
        run.skip("recipients", str(error))
        return {}
    clock, used = (sum(values) / len(warm) for values in ([one.clock for one in warm], [one.processor for one in warm]))
    ratio, core = letters / mine.clock * clock, used / (mine.processor / letters)
    next_night = letters / again.clock * clock
    lines = [
        (
            "leaflets batch, leaflets rendered too",
            f"{letters:,}",
            f"{letters / mine.clock:.1f}",
            f"{mine.processor / letters * 1000:.1f}",
            "",
        ),
        (
            "leaflets batch, the next night",
            f"{letters:,}",
            f"{letters / again.clock:.1f}",
            f"{again.processor / letters * 1000:.1f}",
            "",
        ),
        ("leaflets batch, the letters alone", "", "", f"{each * 1000:.2f}", ""),
        ("Typst, warm, compiling each", f"{len(warm)}", f"{1 / clock:.1f}", f"{used * 1000:.1f}", f"{ratio:.1f}"),
    ]
    table(("", "letters", "letters/s", "ms of processor", "we are … times as fast"), lines)
    print(f"  By processor time: {core:.1f} times as fast with its leaflets rendered too, {used / each:.0f} times by the letters alone.")
    print(f"  The next night, with its leaflets from the store, {next_night:.1f} times Typst's rate.")
    run.target("recipients", "letters against Typst compiling each, times its rate", ratio, TYPST, least=True)
    ratios = {"ratio": ratio, "ratio_next_night": next_night, "ratio_processor": core, "ratio_alone": used / each}
    return {"sample": len(warm), "clock": clock, "processor": used, **ratios}


def _of(pages: Sequence[Page], place: Path) -> list[Path]:
    return [page.typst for page in pages if page.fonts == place]


def personal(page: Page, number: int) -> Page:
    """Put the lines of one person into a leaflet's text, below its head."""
    said = (name_of(page.request.language, number), f"R-{number:06}", "2027-01-15, 10:30", "Room 12", "0300 123 4567")
    panel = "block(stroke: 1pt, inset: 8pt, width: 100%, {" + "; ".join(f'[#"{one}"]; linebreak()' for one in said) + "})\n"
    text = page.typst.read_text(encoding="utf-8")
    page.typst.write_text(text.replace("#{\n", "#{\n" + panel, 1), encoding="utf-8")
    return page
