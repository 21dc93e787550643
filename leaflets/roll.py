"""The roll of an output folder of letters: which files were made there, without naming anybody.

The name of a letter's file can hold a person's reference. So the roll has the digest of each path in place of the path, in an order that
says nothing of the table. It is written before the first letter is, so that it is whole also after a run that was killed.
"""

import hashlib
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from leaflets import disk

ROLL = ".letters"
"""The file in the output folder that holds it: one digest a line."""
_HEAD = "# SHA-256 of the path of each letter that was made here; `leaflets batch --prune` removes no other file\n"
_DIGEST = re.compile(rb"^[0-9a-f]{64}$", re.MULTILINE)


@dataclass(slots=True)
class Roll:
    """The roll of the folder `out`. `earlier` are the digests that earlier runs left, those of runs that were killed too."""

    out: Path
    earlier: frozenset[str] = field(init=False)

    def __post_init__(self) -> None:
        found = _DIGEST.findall(disk.read_bytes(self.out / ROLL) or b"")
        self.earlier = frozenset(one.decode() for one in found)

    def begin(self, paths: Iterable[str]) -> None:
        """Note what is going to be made. Raises OSError."""
        self._write(self.earlier | {digest(path) for path in paths})

    def others(self, paths: Iterable[str]) -> list[str]:
        """Return the paths of earlier letters that are there and not among these; never one that the roll does not have.

        A path that differs from one of these only in case is kept: on some disks it is the same file.
        """
        kept = {_plain(path).casefold() for path in paths}
        return [path for path in disk.near(self.out) if digest(path) in self.earlier and _plain(path).casefold() not in kept]

    def end(self, made: Iterable[str]) -> None:
        """Note what is there now of this run and of earlier ones; where nothing is, there is no roll. Raises OSError."""
        listed = self.earlier | {digest(path) for path in made}
        there = {known for path in disk.near(self.out) if (known := digest(path)) in listed}
        if there:
            self._write(there)
        else:
            disk.remove(self.out / ROLL, self.out)

    def _write(self, digests: Iterable[str]) -> None:
        disk.write(self.out / ROLL, (_HEAD + "".join(f"{one}\n" for one in sorted(digests))).encode())


def digest(path: str) -> str:
    """Return what stands for a path below the output folder."""
    return hashlib.sha256(_plain(path).encode("utf-8", "surrogateescape")).hexdigest()


def _plain(path: str) -> str:
    return unicodedata.normalize("NFC", path)
