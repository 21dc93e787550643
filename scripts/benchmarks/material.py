"""The batch that is measured, and the same leaflets as files for the peers."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

from leaflets import build, figures, fonts, prepare
from leaflets.model import Edition, Request, Workspace

from benchmarks import typst_text
from benchmarks.common import AS_OF, Run, spaced

EDITION = "a4"
LANGUAGES = 8
PROFILES = 5


@dataclass
class Batch:
    """Every leaflet of the pack for readers spread over its profiles, in one language of each script: 5 x 5 x 8 with the first pack."""

    run: Run
    workspace: Workspace | None = None
    """Another workspace than the run's, to compose from."""

    @cached_property
    def languages(self) -> list[str]:
        """The first language of each script, then others, up to eight."""
        known = self.run.workspace.languages
        by_script = {fonts.LANGUAGES[language]: language for language in reversed(known)}
        first = [language for language in known if language in by_script.values()]
        return [*first, *(language for language in known if language not in first)][:LANGUAGES]

    @cached_property
    def leaflets(self) -> list[str]:
        return spaced(list(self.run.workspace.leaflets), self.run.size(2, 5, 5))

    @cached_property
    def profiles(self) -> list[str]:
        return spaced(list(self.run.workspace.profiles), self.run.size(1, PROFILES, PROFILES))

    @property
    def words(self) -> list[str]:
        """What asks `leaflets build` for just this batch."""
        options = {"--profile": self.profiles, "--lang": self.languages, "--edition": [EDITION]}
        return [*self.leaflets, *(word for option, names in options.items() for name in names for word in (option, name))]

    @cached_property
    def requests(self) -> list[Request]:
        wanted = build.Wanted(tuple(self.leaflets), tuple(self.profiles), tuple(self.languages), (EDITION,))
        return build.requests(self.run.workspace, wanted)

    @cached_property
    def preparer(self) -> prepare.Preparer:
        return prepare.Preparer(self.workspace or self.run.workspace, self.run.tools, AS_OF)

    def edition(self, request: Request) -> Edition:
        """Return what is rendered for a request. Raises ValueError where it cannot be made."""
        if edition := self.preparer.prepare(request).edition:
            return replace(edition, html=figures.with_codes(edition.html))  # for peers as for us
        raise ValueError(f"{request} cannot be made; see `leaflets check`")

    @cached_property
    def pages(self) -> list["Page"]:
        """All of it as files for the peers, by language, then as asked for."""
        folder = self.run.folder / "pages"
        folder.mkdir(exist_ok=True)
        by_language = sorted(self.requests, key=lambda one: self.languages.index(one.language))
        return [written(folder, self.edition(one), self.run) for one in by_language]

    def sample(self, each: int) -> list["Page"]:
        """Return so many of each language, from one leaflet and reader to another."""
        found = []
        for at, language in enumerate(self.languages):
            mine = [page for page in self.pages if page.request.language == language]
            found += [mine[(at + step * len(mine) // each) % len(mine)] for step in range(min(each, len(mine)))]
        return found


@dataclass(frozen=True)
class Page:
    """One leaflet for the peers: the same HTML and style sheets with the system's fonts by their names, and as a text for Typst."""

    request: Request
    html: Path
    sheets: tuple[Path, ...]
    whole: Path
    """The HTML with the style sheets in it."""
    typst: Path
    fonts: Path
    """A folder with the fonts of its language, and no others."""

    @property
    def out(self) -> Path:
        """Where a peer writes its PDF."""
        return self.html.with_suffix(".pdf")


def written(folder: Path, edition: Edition, run: Run) -> Page:
    """Write one leaflet for the peers."""
    one = edition.request
    name = f"{one.language}--{one.leaflet}--{one.profile_name}--{one.edition}"
    html = system_fonts(edition.html, edition.request.language)
    sheets = []
    for sheet, text in edition.styles:
        sheets.append(folder / sheet)
        sheets[-1].write_text(text, encoding="utf-8")
    (folder / f"{name}.html").write_text(html, encoding="utf-8")
    inside = "".join(f"<style>{text}</style>" for _, text in edition.styles)
    (folder / f"{name}.whole.html").write_text(html.replace("<style>", inside + "<style>", 1), encoding="utf-8")
    families = [face.family for face in fonts.faces(edition.request.language)]
    size = fonts.size_pt(edition.request.language, 13)
    text = typst_text.from_html(edition.html, list(dict.fromkeys(families)), size)
    (folder / f"{name}.typ").write_text(text, encoding="utf-8")
    whole, typst = folder / f"{name}.whole.html", folder / f"{name}.typ"
    return Page(edition.request, folder / f"{name}.html", tuple(sheets), whole, typst, fonts_of(folder, edition.request.language, run))


def system_fonts(html: str, language: str) -> str:
    """Return a page with the names that the fonts have on the system instead of ours, which lead to files."""
    for family, face in {(f'"{family}"', face.family) for family, face in named(language)}:
        html = html.replace(family, f'"{face}"')
    return html


def named(language: str) -> list[tuple[str, Any]]:
    """Return each face of a language with the name that our style sheets call it by."""
    own, latin = fonts.script(language), fonts.SCRIPTS["Latn"]
    return [(one.family, face) for one in (own, latin) for face in one.faces]


def fonts_of(folder: Path, language: str, run: Run) -> Path:
    """Return a folder with links to the fonts of a language."""
    place = folder / f"fonts-{language}"
    place.mkdir(exist_ok=True)
    for face in fonts.faces(language):
        if not (place / face.file).exists():
            (place / face.file).symlink_to(run.tools.places[face.file])
    return place


def pages_of(rows: Sequence[dict[str, Any]], pages: Sequence[Page]) -> int:
    """Return how many pages of paper some leaflets have with us, by our manifest."""
    asked = {page.request for page in pages}
    return sum(row["pages"] for row in rows if Request(row["leaflet"], row["profile"], row["language"], row["edition"]) in asked)


def as_json(said: str) -> dict[str, Any]:
    """Return what one of our commands said with --format json."""
    found: dict[str, Any] = json.loads(said)
    return found
