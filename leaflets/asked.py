"""Whether the very same was asked for before, and nothing has changed since: the answer before anything is read as a leaflet.

It loads nothing that takes time: two thousand leaflets that are all current are told in a fraction of a second.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from leaflets import disk
from leaflets.store import Store


def digest(*things: Any) -> str:
    """Return 64 hexadecimal digits of anything JSON can hold; what it cannot hold counts as its text."""
    return hashlib.sha256(json.dumps(things, sort_keys=True, ensure_ascii=True, default=str).encode()).hexdigest()


def of_files(contents: Mapping[str, bytes]) -> str:
    """Return the digest of files by their paths and bytes."""
    return digest({path: hashlib.sha256(content).hexdigest() for path, content in contents.items()})


@dataclass(frozen=True, slots=True)
class Asked:
    """The whole of a build. `name` is the digest of what was asked, of which files, by which program and fonts, on which day."""

    store: Store
    out: Path
    name: str

    def unchanged(self) -> dict[str, Any]:
        """Return what the same build told when it ended well, if each of its files is still there untouched; else nothing."""
        noted = self.store.note(self.name)
        try:
            if noted and all(disk.seen(self.out / path) == seen for path, seen in noted["seen"].items()):
                self.store.used(self.name)
                return dict(noted["told"])
        except (KeyError, TypeError, AttributeError, ValueError):  # not written by us
            return {}
        return {}

    def ended(self, told: Mapping[str, Any], paths: Iterable[str]) -> None:
        """Note that the build ended well, what it told, and how each of its files looks from outside."""
        self.store.keep_note(self.name, {"told": dict(told), "seen": {path: disk.seen(self.out / path) for path in paths}})
