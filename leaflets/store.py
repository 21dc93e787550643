"""What was rendered before, kept by the digest of what it was made from: never the same thing twice.

A store is a folder that may be deleted at any time, by anybody, also in the middle of a build. Two builds may use it at once: files are
written whole, whoever writes the same name writes the same content, and what is gone or damaged is made anew.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from leaflets import disk

LIMIT = 2_000_000_000
"""Bytes a store may have, unless told otherwise: some five thousand leaflets."""
LEAVES = 0.9
"""The part of the limit that is left when a store has grown beyond it."""
_HEAD = b"leaflets 1 "


@dataclass(frozen=True, slots=True)
class Store:
    """A folder of rendered leaflets (`objects`) and of notes in JSON (`notes`). It holds nothing about any person."""

    root: Path
    limit: int = LIMIT

    def get(self, key: str) -> tuple[bytes, int] | None:
        """Return a leaflet's bytes and its pages; None where it is not there whole. `key` is hexadecimal."""
        whole = disk.read_bytes(self._object(key))
        head, _, content = (whole or b"").partition(b"\n")
        words = head.removeprefix(_HEAD).split()
        if not head.startswith(_HEAD) or len(words) != 2 or hashlib.sha256(content).hexdigest().encode() != words[1]:
            return None
        disk.touch(self._object(key))
        return content, int(words[0])

    def has(self, key: str) -> bool:
        """Whether a leaflet seems to be there; only `get` knows."""
        return disk.seen(self._object(key)) is not None

    def put(self, key: str, content: bytes, pages: int) -> None:
        """Keep a leaflet. Where that cannot be, nothing is kept, and nothing is lost but time."""
        head = _HEAD + f"{pages} {hashlib.sha256(content).hexdigest()}\n".encode()
        self._write(self._object(key), head + content)

    def note(self, name: str) -> dict[str, Any]:
        """Return what was noted under a name (hexadecimal); empty where there is nothing that can be read."""
        try:
            noted = json.loads(disk.read_bytes(self._note(name)) or b"{}")
        except (ValueError, RecursionError):
            return {}
        return noted if isinstance(noted, dict) else {}

    def keep_note(self, name: str, noted: Mapping[str, Any]) -> None:
        """Note something that JSON can hold."""
        self._write(self._note(name), json.dumps(noted, ensure_ascii=True, separators=(",", ":")).encode())

    def used(self, name: str) -> None:
        """Tell that a note was of use: what was not used for longest goes first."""
        disk.touch(self._note(name))

    def tidy(self) -> None:
        """Where the store has grown beyond its limit, remove what was not used for longest."""
        files = sorted(disk.files(self.root), key=lambda one: one[2])
        size = sum(length for _, length, _ in files)
        wanted = self.limit * LEAVES if size > self.limit else size
        for path, length, _ in files:
            if size <= wanted:
                return
            disk.remove(path, self.root)
            size -= length

    def _write(self, path: Path, content: bytes) -> None:
        try:
            disk.write(path, content, lasting=False)
        except OSError:  # full, or not ours to write: a store is a help, never a condition
            return

    def _object(self, key: str) -> Path:
        return self.root / "objects" / key[:2] / key

    def _note(self, name: str) -> Path:
        return self.root / "notes" / name
