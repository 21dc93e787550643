"""Compiles the renderer, for those who make thousands: `make fast`.

WeasyPrint is written in Python, and most of the time of a leaflet goes there. Cython translates its modules, as they are, to C; compiled,
they do the same, and a leaflet takes a quarter to a third less time (docs/batch.md). What is compiled is put into wheels of the same
versions, and pip installs them: a newer version replaces all of it, and `pip install --force-reinstall` brings back what was there.

    python scripts/compile.py FOLDER           wheels with compiled modules, for this Python and machine, written to FOLDER
        --only weasyprint/layout/percent.py    only these modules; repeatable
        --constraints FILE                     versions; constraints.txt if not said

Runs where Cython and wheel are (scripts/compile.txt), with a C compiler and the headers of Python.
"""

import argparse
import os
import subprocess
import sys
import sysconfig
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

HOT: dict[str, tuple[str, ...]] = {
    "weasyprint": (
        *("anchors.py", "document.py", "matrix.py", "stacking.py"),
        *("css/__init__.py", "css/computed_values.py", "css/functions.py", "css/targets.py"),
        *("draw/__init__.py", "draw/border.py", "draw/color.py", "draw/text.py"),
        *("formatting_structure/boxes.py", "formatting_structure/build.py"),
        *("layout/__init__.py", "layout/absolute.py", "layout/background.py", "layout/block.py", "layout/flex.py", "layout/float.py"),
        *("layout/inline.py", "layout/min_max.py", "layout/page.py", "layout/percent.py", "layout/replaced.py", "layout/table.py"),
        *("pdf/__init__.py", "pdf/fonts.py", "pdf/stream.py", "pdf/tags.py"),
        *("svg/__init__.py", "svg/utils.py", "text/fonts.py", "text/line_break.py"),
    ),
    "pydyf": ("__init__.py",),
    "cssselect2": ("__init__.py", "tree.py"),
    "tinyhtml5": ("inputstream.py", "parser.py", "tokenizer.py"),
}
"""Modules in which leaflets spend their time, by package. `layout/preferred.py` would be one: Cython does not take its `max([*…])`."""
FLAGS = ("-O1", "-g0", "-fPIC", "-fwrapv", "-w", "-shared")
"""For the C compiler. -O2 takes twice as long and gains nothing that can be measured."""


def main(words: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("folder", type=Path, help="where the wheels are written")
    parser.add_argument("--only", action="append", metavar="PACKAGE/MODULE.py", help="only this module; repeatable")
    parser.add_argument("--constraints", default="constraints.txt", help="versions (%(default)s)")
    given = parser.parse_args(words)
    given.folder.mkdir(parents=True, exist_ok=True)
    wanted = given.only or [f"{package}/{module}" for package, modules in HOT.items() for module in modules]
    with tempfile.TemporaryDirectory() as name:
        place = Path(name)
        for package in dict.fromkeys(module.partition("/")[0] for module in wanted):
            unpacked = fetched(package, given.constraints, place)
            compiled([unpacked / module for module in wanted if module.startswith(f"{package}/")], unpacked)
            packed(unpacked, given.folder)
    return 0


def fetched(package: str, constraints: str, place: Path) -> Path:
    """Return the folder with the wheel of a package, taken apart."""
    run(sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "-c", constraints, "--only-binary=:all:", "-d", place, package)
    (wheel,) = place.glob(f"{package}-*.whl")
    run(sys.executable, "-m", "wheel", "unpack", "--dest", place, wheel)
    return next(one for one in place.glob(f"{package}-*") if one.is_dir())


def compiled(modules: list[Path], root: Path) -> None:
    """Put beside each module what it is compiled to. Raises SystemExit where one cannot be."""
    with ThreadPoolExecutor(os.cpu_count() or 1) as pool:
        for module, size in pool.map(lambda module: compile_one(module, root), sorted(modules, key=lambda one: -one.stat().st_size)):
            print(f"compiled {module.relative_to(root)}: {size // 1024} kB", flush=True)


def compile_one(module: Path, root: Path) -> tuple[Path, int]:
    """Compile a module; return it and how large that is, in bytes."""
    code = module.with_suffix(".c")
    # Types of arguments that are only told are not to be checked: the module is to do what it did.
    run(sys.executable, "-m", "cython", "-3", "--directive", "annotation_typing=False", "-o", code, module.relative_to(root), at=root)
    target = module.with_suffix(sysconfig.get_config_var("EXT_SUFFIX"))
    run(os.environ.get("CC", "cc"), *FLAGS, f"-I{sysconfig.get_paths()['include']}", code, "-o", target)
    code.unlink()
    return module, target.stat().st_size


def packed(unpacked: Path, folder: Path) -> None:
    """Pack a wheel again: for this Python and this kind of machine alone."""
    (about,) = unpacked.glob("*.dist-info/WHEEL")
    tag = f"cp{sys.version_info.major}{sys.version_info.minor}"
    platform = sysconfig.get_platform().replace("-", "_").replace(".", "_")
    lines = [line for line in about.read_text().splitlines() if line and not line.startswith(("Tag:", "Root-Is-Purelib:"))]
    about.write_text("\n".join([*lines, "Root-Is-Purelib: false", f"Tag: {tag}-{tag}-{platform}", ""]))
    run(sys.executable, "-m", "wheel", "pack", "--dest-dir", folder, unpacked)


def run(*words: object, at: Path | None = None) -> None:
    """Run a command; what it says is told only where it fails."""
    done = subprocess.run([str(word) for word in words], cwd=at, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(f"compile: {' '.join(str(word) for word in words)} failed:\n{done.stdout[-2000:]}{done.stderr[-4000:]}")


if __name__ == "__main__":
    sys.exit(main())
