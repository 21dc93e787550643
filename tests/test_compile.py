"""The renderer compiled (`make fast`): really compiled, if only a module of it, and no byte of a leaflet differs."""

import importlib.util
import subprocess
import sys
import sysconfig
from pathlib import Path
from shutil import which

import pytest
from leaflets.cli import doctor_

from conftest import ROOT

COMPILER = ROOT / ".tools" / "fast" / "bin" / "python"
MODULE = "weasyprint/layout/percent.py"
HEADERS = Path(sysconfig.get_paths()["include"], "Python.h")
RENDER = """
import sys
from datetime import date
from functools import partial
from pathlib import Path
from leaflets import disk, fonts, parse, prepare, render
from leaflets.model import Request
from weasyprint.layout import percent
preparer = prepare.Preparer(parse.parse(disk.read(Path(sys.argv[1]))).value, prepare.tools(("en",)), date(2026, 3, 1))
edition = preparer.prepare(Request("overview", "newly-curious", "en", "one-page")).edition
renderer = render.Renderer(partial(fonts.font_bytes, read=preparer.tools.read), fonts.font_css, fonts.allowed)
Path(sys.argv[2]).write_bytes(renderer.render(edition).content)
print(percent.__file__)
"""


def compile_script() -> object:
    spec = importlib.util.spec_from_file_location("compile_script", ROOT / "scripts" / "compile.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_every_module_to_compile_is_there() -> None:
    for package, modules in compile_script().HOT.items():
        spec = importlib.util.find_spec(package)
        assert spec is not None
        for module in modules:
            assert Path(spec.submodule_search_locations[0], module).is_file(), module


@pytest.mark.skipif(not (which("cc") and HEADERS.is_file()), reason="no C compiler, or no headers of Python")
def test_compiled_it_makes_the_same_bytes(tmp_path: Path) -> None:
    made = []
    for kind in ("compiled", "python"):
        into = tmp_path / kind
        if kind == "compiled":
            script = [str(COMPILER), ROOT / "scripts" / "compile.py", tmp_path / "wheels", "--only", MODULE]
            subprocess.run(script, cwd=ROOT, check=True, capture_output=True)
            (wheel,) = (tmp_path / "wheels").glob("weasyprint-*.whl")
            assert sysconfig.get_platform().replace("-", "_") in wheel.name
            install = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--target", into, wheel]
            subprocess.run(install, check=True, capture_output=True)
        into.mkdir(exist_ok=True)
        given = [sys.executable, "-c", RENDER, str(ROOT), str(tmp_path / f"{kind}.pdf")]
        said = subprocess.run(given, env={"PYTHONPATH": str(into), "PATH": ""}, check=True, capture_output=True, text=True).stdout
        if kind == "compiled":
            assert said.strip().endswith(sysconfig.get_config_var("EXT_SUFFIX"))
            assert said.startswith(str(into))
        made.append((tmp_path / f"{kind}.pdf").read_bytes())
    assert made[0] == made[1]
    assert made[0].startswith(b"%PDF")


def test_a_module_that_cannot_be_compiled_is_told(tmp_path: Path) -> None:
    broken = tmp_path / "broken.py"
    broken.write_text("def broken(:\n")
    script = compile_script()
    with pytest.raises(SystemExit, match="failed"):
        script.run(sys.executable, broken)


def test_the_doctor_tells_which_renderer_there_is() -> None:
    (found,) = [finding for finding in doctor_.machine() if finding.what == "renderer"]
    compiled = bool(list(Path(importlib.util.find_spec("weasyprint").submodule_search_locations[0]).glob("layout/block.*.*")))
    assert found.ok
    assert found.found.startswith("compiled" if compiled else "as Python")
