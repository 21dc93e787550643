"""Many letters as one file for a printer. Each begins on a right-hand page, for machines that print both sides.

What letters share stands in the file once: the pages of a leaflet are taken over once, and of each letter the content of its panel. The
tags of the letters are left behind: a print run goes to a printer, and is no PDF/UA. Whoever needs a letter on a screen makes it alone.
"""

import io
from typing import Any

import pikepdf


class PrintRun:
    """One file in the making. `pages` is how many it has; `letters` how many were put in."""

    def __init__(self, title: str) -> None:
        self.document = pikepdf.new()
        self.document.docinfo["/Title"] = title
        self.sources: dict[str, tuple[pikepdf.Pdf, list[Any]]] = {}
        self.pages = self.letters = 0
        self.document.Root.ViewerPreferences = pikepdf.Dictionary(
            Duplex=pikepdf.Name.DuplexFlipLongEdge, PrintScaling=pikepdf.Name("/None"), DisplayDocTitle=True
        )

    def add(self, letter: bytes, base: bytes = b"", key: str = "") -> int:
        """Put a letter in and return its first page's number. `base` is the leaflet that the letter is a copy of, and `key` its name:
        copies of one leaflet share its pages. Raises pikepdf.PdfError for what is no PDF.
        """
        with pikepdf.open(io.BytesIO(letter)) as copy:
            given = base or letter
            _, pages = self.sources[key] if key in self.sources else self._taken(given, key or f"letter {self.letters}")
            first = self._right_hand()
            for page, own in zip(pages, copy.pages, strict=True):
                self._put(page, own.obj if base else None)
        self.letters += 1
        return first

    def add_page(self, source: bytes, number: int, key: str) -> None:
        """Put one page of another file on a right-hand page, with an empty back."""
        _, pages = self.sources[key] if key in self.sources else self._taken(source, key)
        self._right_hand()
        self._put(pages[number], None)
        self._right_hand()

    def content(self) -> bytes:
        """Return the file. The same letters give the same bytes."""
        written = io.BytesIO()
        self.document.save(written, deterministic_id=True, object_stream_mode=pikepdf.ObjectStreamMode.generate)
        return written.getvalue()

    def close(self) -> None:
        """Let go of what was read."""
        for source, _ in self.sources.values():
            source.close()
        self.document.close()

    def _taken(self, content: bytes, key: str) -> tuple[pikepdf.Pdf, list[Any]]:
        """Take the pages of a file over, without what belongs to a screen: links and the way to its tags."""
        source = pikepdf.open(io.BytesIO(content))
        pages = []
        for page in source.pages:
            for name in ("/Annots", "/StructParents", "/Tabs"):
                if name in page.obj:
                    del page.obj[name]
            pages.append(self.document.copy_foreign(source.make_indirect(pikepdf.Dictionary(Page=_loose(page)))).Page)
        self.sources[key] = source, pages
        return self.sources[key]

    def _put(self, page: Any, own: Any) -> None:
        """Append a page, with the content of the letter's own where that differs."""
        made = pikepdf.Dictionary(dict(page.items()))
        if own is not None and isinstance(own.get("/Contents"), pikepdf.Array):
            pairs = zip(page.Contents, own.Contents, strict=True)
            made.Contents = pikepdf.Array([self._stream(shared, mine) for shared, mine in pairs])
        self.document.pages.append(pikepdf.Page(self.document.make_indirect(made)))
        self.pages += 1

    def _stream(self, shared: Any, mine: Any) -> Any:
        content = mine.read_bytes()
        return shared if shared.read_bytes() == content else self.document.make_stream(content)

    def _right_hand(self) -> int:
        """Leave the back of a sheet empty where it is next; return the number of the page that follows."""
        if self.pages % 2:
            last = self.document.pages[-1].mediabox
            self.document.add_blank_page(page_size=(float(last[2] - last[0]), float(last[3] - last[1])))
            self.pages += 1
        return self.pages + 1


def _loose(page: pikepdf.Page) -> Any:
    """Return a page as a plain dictionary, with what it inherits, out of its file's tree of pages."""
    loose = pikepdf.Dictionary(dict(page.obj.items()))
    for name in ("/MediaBox", "/CropBox", "/Resources", "/Rotate"):
        inherited = page.obj.get(name)
        if inherited is not None:
            loose[name] = inherited
    if "/Parent" in loose:
        del loose["/Parent"]
    return loose
