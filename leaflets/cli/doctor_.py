"""`leaflets doctor`."""

import ctypes.util
import platform
import shutil
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path

import click

from leaflets import disk, fonts, prepare
from leaflets.cli import common
from leaflets.model import Workspace

NEEDED = (
    "weasyprint",
    "pydyf",
    "jinja2",
    "click",
    "rich",
    "pydantic",
    "pyyaml",
    "markdown-it-py",
    "babel",
    "segno",
    "fonttools",
    "pikepdf",
    "watchfiles",
)
LIBRARIES = (
    ("pango-1.0", "libpango-1.0-0", "pango"),
    ("pangoft2-1.0", "libpangoft2-1.0-0", "pango"),
    ("harfbuzz-subset", "libharfbuzz-subset0", "harfbuzz"),
)


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at."""

    what: str
    ok: bool
    found: str
    remedy: str = ""


@click.command("doctor", epilog="\b\nExample:\n  leaflets doctor\n")
@common.format_option("text", "json")
@common.workspace_option
def command(output: str, workspace: Path) -> int:
    """Look whether this machine can print leaflets: Python, libraries, fonts, the workspace; and say what to install."""
    findings = [*machine(), *libraries(), *letters(workspace), *the_workspace(workspace)]
    if output == "json":
        common.print_json([asdict(finding) for finding in findings])
    else:
        for finding in findings:
            sign = click.style("ok ", fg="green") if finding.ok else click.style("NO ", fg="red", bold=True)
            click.echo(f"{sign} {finding.what}: {finding.found}")
            if finding.remedy and not finding.ok:
                click.echo(f"     {finding.remedy}")
    return int(not all(finding.ok for finding in findings))


def machine() -> Iterator[Finding]:
    """Look at Python, its packages and the temporary folder."""
    yield Finding("Python", sys.version_info >= (3, 11), platform.python_version(), "install Python 3.11 or newer")
    missing, found = [], []
    for name in NEEDED:
        try:
            found.append(f"{name} {version(name)}")
        except PackageNotFoundError:
            missing.append(name)
    told = f"without {', '.join(missing)}" if missing else ", ".join(found)
    yield Finding("packages", not missing, told, "install leaflets again: pip install leaflets")
    free = shutil.disk_usage(tempfile.gettempdir()).free
    yield Finding("room for temporary files", free > 200e6, f"{free / 1e9:.1f} GB", "free some room, or set TMPDIR")
    yield Finding("cores", True, str(common.cores()))
    if renderer := find_spec("weasyprint"):
        compiled = any(any(Path(folder).glob("layout/block.*.*")) for folder in renderer.submodule_search_locations or ())
        yield Finding("renderer", True, "compiled" if compiled else "as Python; `make fast` compiles it, for those who make thousands")


def libraries() -> Iterator[Finding]:
    """Look for the C libraries that rendering needs. Without harfbuzz-subset fonts are cut sixteen times slower."""
    for name, debian, brew in LIBRARIES:
        path = ctypes.util.find_library(name)
        yield Finding(
            f"library {name}",
            path is not None,
            path or "not found",
            f"Debian: apt-get install {debian}; macOS: brew install {brew}",
        )


def letters(root: Path) -> Iterator[Finding]:
    """Look for the fonts of each language of the workspace, its own ones too, and say which other scripts could not be printed."""
    workspace = common.open_workspace(root).workspace if root.is_dir() else None
    own = prepare.own_fonts(workspace).value if workspace else fonts.NO_OWN
    yield from own_letters(workspace) if workspace else ()
    known = [language for language in (workspace.languages if workspace else ("en",)) if language in fonts.LANGUAGES]
    every = {face.file: face for name in fonts.LANGUAGES for face in fonts.faces(name, own)}
    wanted = {file: face for file, face in every.items() if file not in own.files}
    found = disk.find_fonts(tuple(wanted))
    for file, face in wanted.items():
        using = [language for language in known if face in fonts.faces(language, own)]
        if using:
            remedy = f"Debian: apt-get install {face.package}; else put {file} into ~/.local/share/fonts"
            yield Finding(f"font {file} ({' '.join(using)})", file in found, str(found.get(file, "not found")), remedy)
    there = {*found, *own.files}
    lacking = sorted({fonts.script(name).id for name in fonts.LANGUAGES if any(one.file not in there for one in fonts.faces(name, own))})
    packages = sorted({face.package for file, face in wanted.items() if file not in found})
    told = f"no fonts for {', '.join(lacking)}: apt-get install {' '.join(packages)}" if lacking else "fonts for every known script"
    yield Finding("other scripts", True, told)


def own_letters(workspace: Workspace) -> Iterator[Finding]:
    """Look at the fonts that the workspace brings for a script."""
    faults = {problem.span.path.rpartition("/")[2]: problem.message for problem in prepare.own_fonts(workspace).problems}
    for script, family in workspace.theme.fonts.items():
        for file in (family.regular, family.bold):
            missing = "" if file in workspace.fonts else "not in content/assets/"
            told = missing or faults.get(file, "")
            remedy = "see `fonts` in styles/theme.yaml; `leaflets check` tells more"
            yield Finding(f"font {file} of this workspace ({script})", not told, told or family.name, remedy)


def the_workspace(root: Path) -> Iterator[Finding]:
    """Look whether the workspace can be read."""
    opened = common.open_workspace(root)
    errors = sum(problem.severity == "error" for problem in opened.problems)
    told = f"{common.count(len(opened.workspace.leaflets), 'leaflet')}, {common.count(errors, 'error')}"
    yield Finding(f"workspace {root.resolve()}", not common.worst(opened.problems), told, "run `leaflets check`")
