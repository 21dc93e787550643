"""`leaflets new`: the beginning of a workspace, section, leaflet, profile or language."""

import re
from datetime import date
from pathlib import Path

import click

from leaflets import catalog, disk, fonts, prepare, starters
from leaflets.cli import common
from leaflets.facts import Voice, plural_rule
from leaflets.model import KINDS
from leaflets.problems import nearest


@click.group("new")
def command() -> None:
    """Begin a workspace, section, leaflet, profile or language, or take over a built-in file. Nothing that exists is overwritten."""


@command.command("workspace", epilog="\b\nExample:\n  leaflets new workspace my-clinic && cd my-clinic && leaflets build\n")
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--empty", is_flag=True, help="A small example of its own, instead of the built-in leaflets with your clinic's details.")
def workspace(folder: Path, empty: bool) -> int:
    """Make FOLDER a workspace: your clinic's details over the built-in leaflets, to change file by file."""
    if folder.exists() and any(folder.iterdir()):
        raise click.UsageError(f"the folder `{folder}` is not empty")
    return write(folder, starters.small_workspace() if empty else starters.clinic_workspace())


@command.command("copy", epilog="\b\nExample:\n  leaflets new copy content/sections/hsct/hsct-harms.md\n")
@click.argument("path")
@common.workspace_option
def copy(path: str, workspace: Path) -> int:
    """Copy a built-in file into the workspace, to change it there: a section, a style sheet, a template.

    PATH is the file's path within a workspace, or its name where only one file has it: `hsct-harms`.
    """
    shipped = disk.shipped()
    named = [full for full in shipped if Path(full).stem == path]
    path = named[0] if len(named) == 1 else path
    if path not in shipped:
        raise click.UsageError(f"no built-in file is called `{path}`; {nearest(path, shipped)}")
    return write(workspace, {path: shipped[path].decode()})


@command.command("section", epilog="\b\nExample:\n  leaflets new section hsct-travel --kind abroad --title 'Going abroad'\n")
@click.argument("name")
@click.option("--kind", default="background", show_default=True, help="What the section is for: see docs/authors.md.")
@click.option("--title", default=None, help="Its heading.")
@common.workspace_option
def section(name: str, kind: str, title: str | None, workspace: Path) -> int:
    """Begin a section called NAME."""
    if kind not in KINDS:
        raise click.UsageError(f"no kind of section is called `{kind}`; {nearest(kind, KINDS)}")
    fresh(name, "sections", workspace)
    status = write(workspace, {f"content/sections/{name}.md": starters.section(kind, title or spoken(name))})
    common.say(f"Add `- {name}` to the `sections:` of a leaflet to print it.")
    return status


@command.command("leaflet", epilog="\b\nExample:\n  leaflets new leaflet knee-injection\n")
@click.argument("name")
@common.workspace_option
def leaflet(name: str, workspace: Path) -> int:
    """Begin a leaflet called NAME, with the sections that are there."""
    opened = fresh(name, "leaflets", workspace)
    profile = next(iter(opened.workspace.profiles), "my-reader")
    shared = [one.id for one in opened.workspace.sections.values() if one.span.path.startswith("content/sections/shared/")]
    text = starters.leaflet(spoken(name), profile, shared or list(opened.workspace.sections)[:1], common.today(None))
    return write(workspace, {f"content/leaflets/{name}.yaml": text})


@command.command("profile", epilog="\b\nExample:\n  leaflets new profile ppms-carer --trait ms_type=ppms --trait reader=carer\n")
@click.argument("name")
@click.option("--title", default=None, help="Who it is, for staff.")
@click.option("--trait", "traits", multiple=True, type=common.TraitValue(), help="A trait's value. Repeatable.")
@common.workspace_option
def profile(name: str, title: str | None, traits: tuple[tuple[str, str], ...], workspace: Path) -> int:
    """Begin a profile called NAME, in a file of its own."""
    opened = fresh(name, "profiles", workspace)
    for trait, value in traits:
        known = opened.workspace.vocabulary.get(trait)
        if known is None:
            raise click.UsageError(f"no trait is called `{trait}`; {nearest(trait, opened.workspace.vocabulary)}")
        if value not in known.values:
            raise click.UsageError(f"the trait `{trait}` has no value `{value}`; {nearest(value, known.values)}")
    return write(workspace, {f"content/profiles/{name}.yaml": starters.profile(name, title or spoken(name), dict(traits))})


@command.command("language", epilog="\b\nExample:\n  leaflets new language ko\n")
@click.argument("code")
@common.workspace_option
@common.as_of_option
def language(code: str, workspace: Path, as_of: date | None) -> int:
    """Begin a language: an empty catalog, and a file for agreed terms and the words that checks look for.

    CODE is the language's code (BCP 47), as `ko`, `ur` or `zh-Hant`. Says how the script is printed and which fonts it needs.
    """
    opened = common.open_workspace(workspace)
    if code not in fonts.LANGUAGES:
        raise click.UsageError(f"nothing is known of the script of `{code}`; {nearest(code, fonts.LANGUAGES)}")
    if code in opened.workspace.languages:
        raise click.UsageError(f"`{code}` exists already")
    preparer = prepare.Preparer(opened.workspace, prepare.tools(()), common.today(as_of))
    forms, rule = plural_rule(code)
    header = catalog.header(code, forms, rule, "machine", f"leaflets {opened.workspace.id}", common.today(as_of).isoformat())
    text = catalog.write(preparer.units().values(), {}, header, forms)
    status = write(workspace, {f"{prepare.FOLDER}{code}.po": text, f"{prepare.FOLDER}{code}.yaml": starters.tongue(code)})
    tell_script(code)
    return status


def tell_script(code: str) -> None:
    """Say how a language is printed, and what to do next."""
    script, names = fonts.script(code), Voice(code).names
    way = "from right to left" if script.direction == "rtl" else "from left to right"
    common.say(f"{names[0]} ({names[1]}) is printed {way}, at {script.size:g} pt or more, lines {script.line_height:g} times that.")
    for problem in prepare.tools((code,)).problems:
        common.say(f"{problem.message}. {problem.hint}", fg="yellow")
    common.say(f"Next: `leaflets translate pseudo --lang {code}` shows whether the layout holds; then translate {prepare.FOLDER}{code}.po,")
    common.say("in an editor for PO files, or through `leaflets translate export` and `import`. docs/translators.md shows the way.")


def fresh(name: str, kind: str, root: Path) -> common.Opened:
    """Open the workspace; end the command where the name cannot be used or is taken."""
    if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", name):
        raise click.UsageError(f"`{name}` cannot be a name; use small letters, digits and hyphens, as `hsct-harms`")
    opened = common.open_workspace(root)
    if name in getattr(opened.workspace, kind):
        raise click.UsageError(f"`{name}` exists already, in {opened.path(getattr(opened.workspace, kind)[name].span.path)}")
    return opened


def spoken(name: str) -> str:
    """Return a name as a title."""
    return name.replace("-", " ").capitalize()


def write(root: Path, files: dict[str, str]) -> int:
    """Write new files; never over one that exists."""
    for path, text in files.items():
        target = root / path
        if target.exists():
            raise click.UsageError(f"{target} exists already")
        try:
            disk.write(target, text.encode())
        except OSError as error:
            raise click.ClickException(f"{target} cannot be written: {error.strerror}") from error
        click.echo(target)
    return 0
