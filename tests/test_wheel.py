"""The wheel brings everything along: in an empty folder `leaflets build` makes the built-in leaflets."""

import os
import subprocess
import sys
import zipfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def test_wheel_in_an_empty_folder(tmp_path: Path) -> None:
    """Build the wheel, unpack it where no checkout is near, build a leaflet and a page in an empty folder."""
    pip = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--wheel-dir", str(tmp_path), str(ROOT)]
    subprocess.run(pip, check=True, capture_output=True)
    (wheel,) = tmp_path.glob("leaflets-*.whl")
    with zipfile.ZipFile(wheel) as packed:
        names = packed.namelist()
        packed.extractall(tmp_path / "site")
    assert {name.split("/")[2] for name in names if name.startswith("leaflets/builtin/")} >= {"content", "templates", "styles"}
    assert not [name for name in names if name.endswith((".pyc", ".part")) or "tests" in name]
    empty = tmp_path / "empty"
    empty.mkdir()
    environment = os.environ | {"PYTHONPATH": str(tmp_path / "site"), "PYTHONSAFEPATH": "1"}
    command = [sys.executable, "-c", "import leaflets, sys; print(leaflets.__file__); from leaflets.cli import main; main(sys.argv[1:])"]
    done = subprocess.run([*command, "build", "msc", "-e", "page"], cwd=empty, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith(str(tmp_path / "site"))
    (page,) = empty.glob("dist/en/*.html")
    assert "Mesenchymal" in page.read_text()
    assert [path.name for path in empty.iterdir()] == ["dist"]
