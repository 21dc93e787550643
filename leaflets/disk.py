"""The only room that opens files."""

import contextlib
import os
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path

from leaflets.model import Files
from leaflets.problems import Ledger, Span

TEXT_LIMIT = 1_000_000
"""Bytes a text file may have. The longest leaflet has about a fiftieth of that."""
ASSET_LIMIT = 10_000_000
FOLDERS = ("content", "templates", "styles")
PART = ".leaflets-"
"""How the name of a file begins that is being written; the number of the process that writes it follows."""
SKIP = frozenset({".git", ".venv", "__pycache__", "node_modules", ".DS_Store", "Thumbs.db"})


def builtin_root() -> Path:
    """Return the folder with the built-in content, templates and styles: in a wheel, beside the package; else the checkout."""
    packed = Path(__file__).parent / "builtin"
    return packed if packed.is_dir() else Path(__file__).parent.parent


def read(root: Path) -> Files:
    """Read a workspace folder over the built-in files.

    A file of the folder replaces the built-in file of the same path. Built-in content is read only where the folder does not
    have a `content/workspace.yaml` of its own, or where that says `base: builtin`. Nothing is raised: what cannot be read is a
    problem.
    """
    ledger = Ledger()
    base = builtin_root()
    if not root.is_dir():
        ledger.add(
            "F01",
            f"there is no folder {root}",
            Span(str(root)),
            "give a folder that exists, or make one with `leaflets new workspace`",
        )
        return Files({}, frozenset(), tuple(ledger))
    own = dict(_walk(root, ledger))
    if root.resolve() == base.resolve():
        return Files(own, frozenset(), tuple(ledger))
    folders = FOLDERS if _builds_on_pack(own) else FOLDERS[1:]
    shipped = dict(_walk(base, ledger, folders))
    merged = {path: own.get(path, content) for path, content in shipped.items()} | own
    return Files(merged, frozenset(shipped) - frozenset(own), tuple(ledger))


def shipped() -> dict[str, bytes]:
    """Return the built-in text files by path within a workspace."""
    return {path: content for path, content in _walk(builtin_root(), Ledger()) if "/assets/" not in path}


def _builds_on_pack(own: dict[str, bytes]) -> bool:
    """Whether the built-in content pack is under the workspace: no workspace.yaml of its own, or one that says so."""
    settings = own.get("content/workspace.yaml")
    if settings is None:
        return True
    lines = settings.decode("utf-8", "replace").splitlines()
    return any(line.split("#")[0].replace('"', "").replace("'", "").split() == ["base:", "builtin"] for line in lines)


def _walk(root: Path, ledger: Ledger, folders: tuple[str, ...] = FOLDERS) -> Iterator[tuple[str, bytes]]:
    """Yield the path within the workspace and the bytes of each file, in order."""
    inside = root.resolve()
    for folder in folders:
        if (root / folder).is_symlink() and not (root / folder).resolve().is_relative_to(inside):
            ledger.add("F07", "this link leads out of the workspace", Span(folder), "copy the folder into the workspace")
            continue
        for here, names, files in os.walk(root / folder, followlinks=False, onerror=lambda error: _unreadable(root, error, ledger)):
            names[:] = sorted(name for name in names if name not in SKIP and not name.startswith("."))
            for name in [*names, *sorted(files)]:
                path = Path(here) / name
                if name.startswith(".") or name in SKIP or (name in names and not path.is_symlink()):
                    continue
                shown = path.relative_to(root).as_posix()
                if (content := _content(path, shown, inside, ledger)) is not None:
                    yield _printable(shown), content


def _unreadable(root: Path, error: OSError, ledger: Ledger) -> None:
    path = Path(error.filename)
    if path.exists() or path.is_symlink():
        shown = path.relative_to(root).as_posix()
        ledger.add("F08", f"the folder cannot be read: {error.strerror}", Span(_printable(shown)), "see who owns it and who may read it")


def _content(path: Path, shown: str, inside: Path, ledger: Ledger) -> bytes | None:
    """Return the bytes of a file that is of the workspace, readable and not too large; otherwise note why not."""
    span = Span(_printable(shown))
    try:
        if path.is_symlink() and not path.resolve(strict=True).is_relative_to(inside):
            ledger.add("F07", "this link leads out of the workspace", span, "copy the file into the workspace")
            return None
        if path.is_dir():
            ledger.add("F07", "a link to a folder is not followed", span, "put the files into the workspace itself")
            return None
        if not path.is_file():
            ledger.add("F08", "this is not a file that can be read", span, "remove it")
            return None
        size, limit = path.stat().st_size, ASSET_LIMIT if "/assets/" in shown else TEXT_LIMIT
        if size > limit:
            told = f"the file has {size / 1e6:.1f} MB; {limit / 1e6:.0f} MB is the most that is read"
            ledger.add("F06", told, span, "split it, or move what is no leaflet text out of the workspace")
            return None
        return path.read_bytes()
    except (OSError, RuntimeError) as error:
        ledger.add(
            "F08",
            f"the file cannot be read: {getattr(error, 'strerror', None) or error}",
            span,
            "see that it exists and who may read it",
        )
        return None


def _printable(path: str) -> str:
    """Return a path that can be printed on one line: bytes that are not UTF-8 and control characters as escapes."""
    text = path.encode("utf-8", "backslashreplace").decode("utf-8")
    return "".join(letter if letter.isprintable() else letter.encode("unicode_escape").decode() for letter in text)


def read_bytes(path: Path) -> bytes | None:
    """Return a file's bytes, or None where there is no such file."""
    try:
        return path.read_bytes()
    except OSError:
        return None


def write(path: Path, content: bytes, lasting: bool = True) -> None:
    """Write a file whole or not at all: temporary file beside it, fsync, rename.

    Raises OSError where the folder cannot be written or the disk is full; then what was there before is still there. What need not
    outlast a power cut (`lasting`) is not waited for.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f"{PART}{os.getpid()}-", suffix=".part")
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(content)
            stream.flush()
            if lasting:
                os.fsync(stream.fileno())
        Path(temporary).chmod(0o666 & ~_umask())
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


def sweep(folders: Iterable[Path]) -> None:
    """Remove what a process that was killed left half written in folders. What a living process writes is let alone."""
    for folder in folders:
        for path in folder.glob(f"{PART}*.part"):
            writer = path.name.removeprefix(PART).partition("-")[0]
            if not (writer.isdigit() and _lives(int(writer))):
                path.unlink(missing_ok=True)


def _lives(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except OSError:  # somebody else's
        return True
    return True


def files(root: Path) -> Iterator[tuple[Path, int, float]]:
    """Yield the path, size in bytes and time of last change of every file below a folder; one that is gone meanwhile is left out."""
    for here, _, names in os.walk(root):
        for name in names:
            path = Path(here) / name
            try:
                seen = path.stat()
            except OSError:
                continue
            yield path, seen.st_size, seen.st_mtime


def near(root: Path) -> list[str]:
    """Return the files of a folder and of the folders in it, by path below it, in order; links are left out, and not followed."""
    folders = [root, *(path for path in root.glob("*/") if not path.is_symlink())]
    found = (path for folder in folders for path in folder.glob("*") if path.is_file() and not path.is_symlink())
    return sorted(path.relative_to(root).as_posix() for path in found)


def seen(path: Path) -> list[int] | None:
    """Return what tells at a glance whether a file was changed, its size and time of change in nanoseconds; None where there is none."""
    try:
        now = path.stat()
    except OSError:
        return None
    return [now.st_size, now.st_mtime_ns]


def touch(path: Path) -> None:
    """Tell that a file was used now."""
    with contextlib.suppress(OSError):
        os.utime(path)


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


def remove(path: Path, root: Path) -> None:
    """Remove a file below `root` and the folders this leaves empty."""
    path.unlink(missing_ok=True)
    for folder in path.parents:
        if folder == root or not folder.is_relative_to(root):
            return
        try:
            folder.rmdir()
        except OSError:
            return


FONT_FOLDERS = (
    "/usr/share/fonts",
    "/usr/local/share/fonts",
    "~/.local/share/fonts",
    "~/.fonts",
    "/Library/Fonts",
    "~/Library/Fonts",
    "/opt/homebrew/share/fonts",
)


def program() -> dict[str, list[int] | None]:
    """Return how each file of this program looks from outside."""
    here = Path(__file__).parent
    return {str(path.relative_to(here)): seen(path) for path in sorted(here.rglob("*.py"))}


def fonts_seen() -> list[tuple[str, int, float]]:
    """Return how each installed font file looks from outside."""
    return sorted((str(path), size, changed) for folder in FONT_FOLDERS for path, size, changed in files(Path(folder).expanduser()))


def find_fonts(names: Iterator[str] | tuple[str, ...]) -> dict[str, Path]:
    """Return where the font files of these names are; a name that is not installed is left out."""
    wanted, found = set(names), dict[str, Path]()
    for folder in FONT_FOLDERS:
        for here, _, files in os.walk(Path(folder).expanduser()):
            for name in wanted & set(files):
                found.setdefault(name, Path(here) / name)
        if wanted <= found.keys():
            break
    return found
