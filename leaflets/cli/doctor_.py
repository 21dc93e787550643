"""`leaflets doctor`."""

import ctypes.util
import platform
import shutil
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import click

from leaflets import build, disk, fonts
from leaflets.cli import common

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
    findings = [*machine(), *libraries(), *letters(), *the_workspace(workspace)]
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


def letters() -> Iterator[Finding]:
    """Look for the fonts of each language."""
    for language in fonts.LANGUAGES:
        faces = fonts.faces(language)
        found = disk.find_fonts(tuple(face.file for face in faces))
        for face in faces:
            remedy = f"Debian: apt-get install {face.package}; else put {face.file} into ~/.local/share/fonts"
            yield Finding(f"font {face.file} ({language})", face.file in found, str(found.get(face.file, "not found")), remedy)


def the_workspace(root: Path) -> Iterator[Finding]:
    """Look whether the workspace can be read."""
    opened = common.open_workspace(root)
    errors = sum(problem.severity == "error" for problem in opened.problems)
    told = f"{common.count(len(opened.workspace.leaflets), 'leaflet')}, {common.count(errors, 'error')}"
    yield Finding(f"workspace {root.resolve()}", not build.worst(opened.problems), told, "run `leaflets check`")
