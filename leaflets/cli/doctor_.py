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

from leaflets import disk, fonts
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
    """Look for the fonts of each language of the workspace, and say which other scripts could not be printed."""
    languages = common.open_workspace(root).workspace.languages if root.is_dir() else ("en",)
    known = [language for language in languages if language in fonts.LANGUAGES]
    wanted = {face.file: face for name in fonts.LANGUAGES for face in fonts.faces(name)}
    found = disk.find_fonts(tuple(wanted))
    for file, face in wanted.items():
        using = [language for language in known if face in fonts.faces(language)]
        if using:
            remedy = f"Debian: apt-get install {face.package}; else put {file} into ~/.local/share/fonts"
            yield Finding(f"font {file} ({' '.join(using)})", file in found, str(found.get(file, "not found")), remedy)
    lacking = sorted({fonts.script(name).id for name in fonts.LANGUAGES if any(face.file not in found for face in fonts.faces(name))})
    packages = sorted({face.package for file, face in wanted.items() if file not in found})
    told = f"no fonts for {', '.join(lacking)}: apt-get install {' '.join(packages)}" if lacking else "fonts for every known script"
    yield Finding("other scripts", True, told)


def the_workspace(root: Path) -> Iterator[Finding]:
    """Look whether the workspace can be read."""
    opened = common.open_workspace(root)
    errors = sum(problem.severity == "error" for problem in opened.problems)
    told = f"{common.count(len(opened.workspace.leaflets), 'leaflet')}, {common.count(errors, 'error')}"
    yield Finding(f"workspace {root.resolve()}", not common.worst(opened.problems), told, "run `leaflets check`")
