"""What tests share: the first pack, read once; the pack built once for all tests that look at PDFs."""

import datetime
import fcntl
import json
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from leaflets import cli, disk, parse, prepare, starters
from leaflets.model import Files, Workspace
from leaflets.problems import Checked

ROOT = Path(__file__).resolve().parent.parent
AS_OF = datetime.date(2026, 11, 23)

settings.register_profile("leaflets", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("leaflets")


def read(texts: dict[str, str | bytes]) -> Checked[Workspace]:
    """A workspace from texts by path, over the built-in templates and styles."""
    shipped = {path: content for path, content in disk.read(ROOT).contents.items() if not path.startswith("content/")}
    own = {path: text if isinstance(text, bytes) else text.encode() for path, text in texts.items()}
    return parse.parse(Files(shipped | own))


def small(**changes: str) -> dict[str, str]:
    """The small starter workspace; a keyword `harms="text"` replaces the text of that section below its header."""
    files = starters.small_workspace()
    for name, text in changes.items():
        path = f"content/sections/{name.replace('_', '-')}.md"
        header = files[path].split("---")[1]
        files[path] = f"---{header}---\n\n{text}\n"
    return files


def problems_of(files: dict[str, str | bytes], profile: str = "patient", as_of: datetime.date = AS_OF) -> list:
    """Every problem of the small workspace's leaflet for one profile."""
    checked = read(files)
    workspace = checked.value
    assert not [p for p in checked.problems if p.severity == "error"], checked.problems
    preparer = prepare.Preparer(workspace, prepare.tools(), as_of)
    from leaflets import checks
    from leaflets.model import Request

    found = [*checked.problems, *checks.check_workspace(workspace), *preparer.recipe_problems("my-leaflet")]
    return [*found, *preparer.printed(Request("my-leaflet", profile, "en", "a4")).problems]


@pytest.fixture(scope="session", autouse=True)
def no_store() -> Iterator[None]:
    """No store for what a module's or the session's fixtures build: they are set up before any test's own store."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LEAFLETS_STORE", "none")
        yield


@pytest.fixture(autouse=True)
def own_store(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A store for each test: none finds done what another did."""
    folder = tmp_path_factory.mktemp("store")
    monkeypatch.setenv("LEAFLETS_STORE", str(folder))
    return folder


@pytest.fixture(scope="session")
def pack() -> Workspace:
    """The first content pack, which has no error."""
    checked = parse.parse(disk.read(ROOT))
    assert not [problem for problem in checked.problems if problem.severity == "error"]
    return checked.value


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The pack's deliverables, built by the real command, with what it printed as JSON beside them; once for all processes of pytest.

    LEAFLETS_BUILT names a folder built before, while writing tests.
    """
    if ready := os.environ.get("LEAFLETS_BUILT"):
        return Path(ready)
    base = tmp_path_factory.getbasetemp()
    shared = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    out = shared / "pack" / "dist"
    with (shared / "pack.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (out / "said.json").exists():
            here = Path(ROOT, ".venv/bin/leaflets")
            command = [str(here) if here.exists() else "leaflets", "build", "--workspace", str(ROOT), "--out", str(out)]
            command += ["--as-of", str(AS_OF), "--format", "json", "--store", "none"]
            done = subprocess.run(command, capture_output=True, text=True, check=False)
            assert done.returncode == 0, done.stderr + done.stdout[-3000:]
            (out / "said.json").write_text(done.stdout)
    return out


@pytest.fixture(scope="session")
def manifest(built: Path) -> dict:
    """The manifest of the built pack."""
    return json.loads((built / "manifest.json").read_text())


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]):
    """Run a command in this process: (exit status, standard output, standard error)."""

    def go(*words: str | Path) -> tuple[int, str, str]:
        capsys.readouterr()
        status = cli.run([str(word) for word in words])
        said = capsys.readouterr()
        return status, said.out, said.err

    return go
