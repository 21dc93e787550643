"""Pages as they were approved: which ones, how they are drawn, and how two pictures of a page are compared.

The pages are those of the invented workspace of the tests, in every edition and in each kind of script, and of the specimen of the design;
drawn with fixed dates and without the digits that change with every version. `make approve` writes them, `tests/test_approved.py` holds
what is drawn now against them. Nothing here knows pytest.
"""

import datetime
import io
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from tempfile import TemporaryDirectory
from unittest import mock

import pypdfium2
from leaflets import build, compose, disk, parse, prepare
from leaflets.model import Request
from PIL import Image, ImageChops
from pixelmatch.contrib.PIL import pixelmatch

import knee

AS_OF = datetime.date(2026, 11, 23)
ROOT = Path(__file__).resolve().parent.parent
TARGET = Path(__file__).parent / "approved"
"""Where the approved pictures are."""
DENSITY = 60
"""Dots an inch: letters of 12 points are ten dots high, so that a line that moved by a third of a millimetre is seen."""
COLOURS = 256
"""Colours an approved picture keeps: a third of the bytes, and no colour moves by more than 13 steps of 255."""
SAME = 10
"""Steps of 255 below which no dot can count: a picture without such a dot is not looked at any further, which saves a second."""
LIMIT = 1_500_000
"""Bytes that all pictures may have."""
THRESHOLD = 0.05
"""How different two dots must be to count, from 0 to 1 (pixelmatch: distance in YIQ). About 13 of 255 steps of grey."""
ALLOWED = 12
"""Dots that may differ: fewer than in one letter."""
FLAT = 2.0
"""How many steps of 255 the mean of an area of 16 by 16 dots may differ: a tint behind text that became another one."""
SPOKEN = {"ar": "Arab", "bn": "Beng", "he": "Hebr", "hi": "Deva", "ru": "Cyrl", "zh-Hans": "Hans"}
"""Languages of the pictures and their scripts. What they say means nothing (leaflets/pseudo.py)."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A page to draw: of which leaflet, counted from 1; -1 is the last. `workspace` is `knee`, or `pack`, the first content pack."""

    workspace: str
    request: Request
    page: int

    @property
    def name(self) -> str:
        """The name of its picture."""
        request = self.request
        page = "last" if self.page < 0 else self.page
        return f"{request.leaflet}--{request.profile}--{request.language}--{request.edition}--{page}.png"


def _knee(language: str, edition: str, *pages: int, leaflet: str = "knee-injection", profile: str = "walker") -> list[Shown]:
    return [Shown("knee", Request(leaflet, profile, language, edition), page) for page in pages]


def _pack(edition: str, *pages: int) -> list[Shown]:
    return [Shown("pack", Request("hsct", "active-rrms-deciding", "en", edition), page) for page in pages]


PAGES: tuple[Shown, ...] = (
    *_knee("en", "a4", 1, 2, 3, 4, -1),
    *_knee("en", "a4", 3, profile="player-helper"),
    *_knee("en", "letter", 1),
    *_knee("en", "large-print", 1, 3, 5),
    *_knee("en", "booklet", 1, 2),
    *_knee("en", "print-shop", 1),
    *_knee("ar", "a4", 1, 2, 3),
    *_knee("ar", "bilingual", 1, 2),
    *_knee("ar", "booklet", 1),
    *_knee("bn", "a4", 2),
    *_knee("he", "a4", 2),
    *_knee("hi", "a4", 1, 2),
    *_knee("hi", "review", 1),
    *_knee("ru", "a4", 2),
    *_knee("zh-Hans", "a4", 1, 2),
    *_pack("specimen", 1, 2, 5, 6, 7),
    *_pack("one-page", 1, 2),
    *_pack("easy-read", 1, 3),
)
"""The fixed set. A page that a leaflet does not have is a mistake here, and is told."""


# ---------------------------------------------------------------- drawing


def drawn(shown: Iterable[Shown]) -> dict[str, Image.Image]:
    """Return the pictures of pages by their names, as they are now. Takes about a second for each leaflet."""
    found: dict[str, Image.Image] = {}
    rows = sorted(shown, key=lambda one: (one.workspace, str(one.request)))
    with TemporaryDirectory() as folder, _fixed_digits():
        for workspace, of_workspace in groupby(rows, key=lambda one: one.workspace):
            wanted = list(of_workspace)
            preparer = _preparer(workspace, Path(folder), sorted({one.request.language for one in wanted}))
            with _worker(preparer.tools):
                for request, pages in groupby(wanted, key=lambda one: one.request):
                    found |= _pages(preparer, request, list(pages))
    return found


def _preparer(workspace: str, folder: Path, languages: list[str]) -> prepare.Preparer:
    root = ROOT
    if workspace == "knee":
        root = knee.copy(folder)
        for language in languages:
            if language in SPOKEN:
                knee.speak(language, SPOKEN[language])(root)
    read = parse.parse(disk.read(root))
    return prepare.Preparer(read.value, prepare.tools(languages), AS_OF)


@contextmanager
def _worker(tools: prepare.Tools) -> Iterator[None]:
    build.start_worker(tools.places, pooled=False)
    try:
        yield
    finally:
        build.stop_worker()


@contextmanager
def _fixed_digits() -> Iterator[None]:
    """Let every leaflet have the same fingerprint: the real one changes with each version of anything, and is on every page."""
    with mock.patch.object(compose, "_digest", return_value="0" * 64):
        yield


def _pages(preparer: prepare.Preparer, request: Request, pages: list[Shown]) -> dict[str, Image.Image]:
    edition = preparer.prepare(request).edition
    if edition is None:
        raise ValueError(f"{request} cannot be composed")
    result = build.render_edition(edition)
    if result.problems:
        raise ValueError(f"{request} cannot be rendered: {result.problems[0].message}")
    with pypdfium2.PdfDocument(result.content) as document:
        if max(one.page for one in pages) > len(document):
            raise ValueError(f"{request} has {len(document)} pages: name others in tests/approved.py")
        return {one.name: picture(document[one.page - 1 if one.page > 0 else len(document) - 1]) for one in pages}


def picture(page: pypdfium2.PdfPage) -> Image.Image:
    """Return a page as a picture."""
    return page.render(scale=DENSITY / 72).to_pil().convert("RGB")


# ---------------------------------------------------------------- comparing


def difference(before: Image.Image, after: Image.Image) -> tuple[int, float, Image.Image]:
    """Return how many dots two pictures of a page differ in, by how much an area does, and a picture that shows the dots in red.

    Dots are compared by what a person sees (pixelmatch), those at the edge of a letter that only antialiasing changed left out. Areas of 16
    by 16 dots are compared by their mean: a light tint that became another one is below what counts for a dot.
    """
    if before.size != after.size:
        return before.width * before.height, 255.0, after.convert("RGBA")
    one, other = before.convert("RGB"), after.convert("RGB")
    shown = Image.new("RGBA", one.size)
    most = max(high for _, high in ImageChops.difference(one, other).getextrema())
    dots = pixelmatch(one, other, shown, threshold=THRESHOLD) if most > SAME else 0
    size = (max(1, one.width // 16), max(1, one.height // 16))
    means = zip(*(image.resize(size, Image.Resampling.BOX).tobytes() for image in (one, other)), strict=True)
    return dots, float(max(abs(a - b) for a, b in means)), shown


def differs(dots: int, area: float) -> bool:
    """Whether a difference is more than machines differ in."""
    return dots > ALLOWED or area > FLAT


def beside(before: Image.Image | None, after: Image.Image, shown: Image.Image | None = None) -> Image.Image:
    """Return the approved picture, the one of now and the difference, beside each other."""
    parts = [part.convert("RGB") for part in (before, after, shown) if part is not None]
    whole = Image.new("RGB", (sum(part.width + 8 for part in parts) - 8, max(part.height for part in parts)), "#888888")
    left = 0
    for part in parts:
        whole.paste(part, (left, 0))
        left += part.width + 8
    return whole


def approved(name: str) -> Image.Image | None:
    """Return an approved picture, None where there is none yet."""
    path = TARGET / name
    if not path.exists():
        return None
    with Image.open(path) as image:
        return image.copy()


def png(image: Image.Image) -> bytes:
    """Return a picture as the bytes of a PNG: with as few colours as approved pictures have, unless that alone would be seen."""
    out, whole = io.BytesIO(), image.convert("RGB")
    few: Image.Image = whole.quantize(COLOURS, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
    if differs(*difference(few.convert("RGB"), whole)[:2]):
        few = whole
    few.save(out, "PNG", optimize=True)
    return out.getvalue()


def compare(pictures: dict[str, Image.Image], folder: Path) -> dict[str, str]:
    """Return what is wrong with pictures, by name, in words; where one differs, before, now and difference are put into a folder."""
    told = {}
    for name, now in pictures.items():
        before = approved(name)
        dots, area, shown = difference(before, now) if before else (0, 0.0, None)
        if before is None or differs(dots, area):
            folder.mkdir(parents=True, exist_ok=True)
            (folder / name).write_bytes(png(beside(before, now, shown)))
            how = f"{dots:,} dots differ, and the mean of an area by {area:g} of 255" if before else "nobody has approved it"
            told[name] = f"{name}: {how}; look at {folder / name}, then `make approve ARGS={name.removesuffix('.png')}`"
    return told


def approve(pictures: dict[str, Image.Image]) -> tuple[list[str], list[str]]:
    """Write pictures that differ from the approved ones, remove those of no page of the set; return the names of both.

    Raises ValueError where all of them would weigh more than `LIMIT`.
    """
    TARGET.mkdir(exist_ok=True)
    contents = {path.name: path.stat().st_size for path in TARGET.glob("*.png")}
    new: dict[str, bytes] = {}
    for name, now in pictures.items():
        before = approved(name)
        if before is None or differs(*difference(before, now)[:2]):
            new[name] = png(now)
    gone = sorted(contents.keys() - {one.name for one in PAGES})
    weight = sum({**{name: size for name, size in contents.items() if name not in gone}, **{n: len(c) for n, c in new.items()}}.values())
    if weight > LIMIT:
        raise ValueError(f"the pictures would have {weight:,} bytes, {LIMIT:,} are allowed: show fewer pages in tests/approved.py")
    for name, content in new.items():
        (TARGET / name).write_bytes(content)
    for name in gone:
        (TARGET / name).unlink()
    return sorted(new), gone
