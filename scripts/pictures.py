"""Makes the pictures of the README anew: pages as they are now, in docs/pictures/. Needs pdftoppm and pdftotext (poppler-utils).

.venv/bin/python scripts/pictures.py
"""

import subprocess
import sys
import tempfile
from pathlib import Path

from leaflets import cli
from PIL import Image  # comes with WeasyPrint

ROOT = Path(__file__).parent.parent
TARGET = ROOT / "docs" / "pictures"
LEAFLET = "hsct"
LIMIT = 150_000
"""Bytes a picture may have."""
PICTURES = (
    ("first-page", "en", "a4", ""),
    ("first-page-ar", "ar", "a4", ""),
    ("first-page-hi", "hi", "a4", ""),
    ("first-page-zh", "zh-Hans", "a4", ""),
    ("numbers", "en", "a4", "After HSCT, over 2 years"),
    ("urgent-help", "en", "a4", "When to get help at once"),
    ("one-page", "en", "one-page", ""),
    ("easy-read", "en", "easy-read", ""),
    ("large-print", "en", "large-print", ""),
)
"""Name of the picture, language, edition, and words on the page that is shown; none: the first page."""
DENSITY = 60
"""Pixels an inch."""


def pages(pdf: Path) -> list[str]:
    """Return the text of each page."""
    done = subprocess.run(["pdftotext", "-layout", str(pdf), "-"], capture_output=True, text=True, check=True)
    return done.stdout.split("\f")[:-1]


def page_with(pdf: Path, words: str) -> int:
    """Return the number of the last page that holds these words (the first may be the list of contents), from 1."""
    found = [number for number, text in enumerate(pages(pdf), 1) if words in text]
    if not found:
        sys.exit(f"no page of {pdf.name} holds `{words}`: name other words in scripts/pictures.py")
    return found[-1] if words else 1


def picture(pdf: Path, page: int, target: Path) -> None:
    """Draw a page, in few colours and with a thin frame, so that it is small and stands out on white."""
    command = [
        "pdftoppm",
        "-r",
        str(DENSITY),
        "-f",
        str(page),
        "-l",
        str(page),
        "-png",
        "-singlefile",
        str(pdf),
        str(target.with_suffix("")),
    ]
    subprocess.run(command, check=True)
    with Image.open(target) as drawn:
        framed = Image.new("RGB", (drawn.width + 2, drawn.height + 2), "#9aa5b1")
        framed.paste(drawn.convert("RGB"), (1, 1))
    framed.quantize(64).save(target, optimize=True)
    if target.stat().st_size > LIMIT:
        sys.exit(f"{target} has more than {LIMIT:,} bytes: lower DENSITY in scripts/pictures.py")


def main() -> None:
    TARGET.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        for language, edition in dict.fromkeys((language, edition) for _, language, edition, _ in PICTURES):
            if cli.run(["build", LEAFLET, "--workspace", str(ROOT), "--out", folder, "--lang", language, "--edition", edition]):
                sys.exit(f"the leaflet could not be built in {language} for {edition}")
        for name, language, edition, words in PICTURES:
            pdf = next(Path(folder, language).glob(f"{LEAFLET}--*--{edition}.pdf"))
            picture(pdf, page_with(pdf, words), TARGET / f"{name}.png")


if __name__ == "__main__":
    main()
