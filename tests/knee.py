"""The small workspace of the tests, and how to change it, run a command in it and read what the command says."""

import contextlib
import datetime
import io
import re
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from leaflets import catalog, cli, disk, parse, prepare, pseudo
from leaflets.model import State, Unit, Workspace

AS_OF = datetime.date(2026, 11, 23)
KNEE = Path(__file__).parent / "data" / "knee"
Change = Callable[[Path], object]
_LINE = re.compile(r"(?P<place>.+?): (?P<severity>error|warning|note) (?P<code>[A-Z][0-9]+[a-z]?) (?P<message>.*)")


def copy(folder: Path) -> Path:
    """Return a copy of the workspace in a folder."""
    root = folder / "knee"
    shutil.copytree(KNEE, root)
    return root


def edit(path: str, old: str, new: str) -> Change:
    """Replace the first `old` of a file."""

    def change(root: Path) -> None:
        text = (root / path).read_text()
        assert old in text, f"{path} does not hold {old!r}"
        (root / path).write_text(text.replace(old, new, 1))

    return change


def put(path: str, content: str | bytes) -> Change:
    """Write a file."""

    def change(root: Path) -> None:
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_bytes(content.encode() if isinstance(content, str) else content)

    return change


def add(path: str, text: str | bytes) -> Change:
    """Write behind the end of a file."""

    def change(root: Path) -> None:
        (root / path).write_bytes((root / path).read_bytes() + (text.encode() if isinstance(text, str) else text))

    return change


def before(path: str, content: bytes) -> Change:
    """Write before the beginning of a file."""
    return lambda root: (root / path).write_bytes(content + (root / path).read_bytes())


def drop(path: str) -> Change:
    """Remove a file."""
    return lambda root: (root / path).unlink()


@dataclass(frozen=True)
class Told:
    """One problem as a person reads it."""

    place: str
    severity: str
    code: str
    message: str
    hint: str


@dataclass(frozen=True)
class Ran:
    """What came of a command."""

    status: int
    out: str
    err: str

    @property
    def problems(self) -> list[Told]:
        """The problems told on standard error."""
        lines = (self.out + "\n" + self.err).split("\n")
        found = []
        for line, following in zip(lines, [*lines[1:], ""], strict=True):
            if match := _LINE.fullmatch(line):
                found.append(Told(**match.groupdict(), hint=following.strip() if following.startswith("    ") else ""))
        return found


def run(*args: str | Path, cwd: Path | None = None) -> Ran:
    """Run `leaflets` in this process."""
    out, err = io.StringIO(), io.StringIO()
    with contextlib.chdir(cwd or Path.cwd()), contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        status = cli.run([str(arg) for arg in args])
    return Ran(status, out.getvalue(), err.getvalue())


def units(root: Path) -> tuple[Workspace, dict[tuple[str, str], Unit]]:
    """Return a workspace and everything in it that there is to translate."""
    workspace = parse.parse(disk.read(root)).value
    return workspace, prepare.Preparer(workspace, prepare.tools(()), AS_OF).units()


def speak(language: str, script: str = "Latn", state: State = "machine", tongue: str = "promises: []\ndenials: []\n") -> Change:
    """Write a whole catalog of text that means nothing, and the file of the language."""

    def change(root: Path) -> None:
        workspace, found = units(root)
        made = pseudo.catalog(found, language, script)
        header = catalog.header(language, made.forms, made.rule, state, workspace.id, "2026-11-23")
        put(f"content/translations/{language}.po", catalog.write(found.values(), made.entries, header, made.forms))(root)
        put(f"content/translations/{language}.yaml", f"language: {language}\n{tongue}")(root)

    return change


def say(language: str, text: str, said: str) -> Change:
    """Give the first unit of a text another translation."""

    def change(root: Path) -> None:
        path = root / f"content/translations/{language}.po"
        before = path.read_text()
        quoted = text.replace('"', '\\"')
        after, count = re.subn(rf'(msgid "{re.escape(quoted)}"\nmsgstr )".*"', lambda match: f'{match[1]}"{said}"', before, count=1)
        assert count, text
        path.write_text(after)

    return change
