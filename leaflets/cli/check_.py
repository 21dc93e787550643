"""`leaflets check`."""

from collections import Counter
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import click

from leaflets import __version__, build, checks, prepare
from leaflets.cli import common
from leaflets.codes import CODES, Severity
from leaflets.model import Request, Workspace
from leaflets.problems import Problem

EXAMPLES = """\b
Examples:
  leaflets check
  leaflets check --format json | jq '.[] | select(.severity == "error")'
  leaflets check --format sarif > leaflets.sarif
"""


@click.command("check", epilog=EXAMPLES)
@common.format_option("text", "json", "sarif")
@common.lang_option
@common.workspace_option
@common.as_of_option
def command(output: str, languages: tuple[str, ...], workspace: Path, as_of: date | None) -> int:
    """Find what is wrong, in every leaflet and for every profile, without making anything.

    Without --lang, the texts in every leaflet and for every profile, and each text's translations; with it, every leaflet in
    those languages. Each problem is a line `path:line:column: severity CODE message` with what to do on the next. An error makes the
    exit status 1.
    docs/reference.md explains every code.
    """
    opened = common.open_workspace(workspace)
    if strange := build.unknown(opened.workspace, build.Wanted(languages=languages)):
        raise click.UsageError("\n".join(strange))
    problems = opened.told([*opened.problems, *every(opened, common.today(as_of), languages)])
    if output == "json":
        common.print_json([problem.as_dict() for problem in problems])
    elif output == "sarif":
        common.print_json(sarif(problems))
    else:
        common.show_problems(problems, err=False)
        counts = Counter(str(severity) for severity in distinct(problems))
        told = ", ".join(common.count(counts[str(severity)], str(severity)) for severity in Severity)
        click.echo(
            f"{common.count(len(opened.workspace.leaflets), 'leaflet')}, {common.count(len(opened.workspace.profiles), 'profile')}: {told}"
        )
    return common.worst(problems)


def distinct(problems: list[Problem]) -> list[Severity]:
    """Return the severity of each problem that is printed: the same one for many readers counts once."""
    return [severity for *_, severity in {(p.code, p.span, p.message, p.severity): 0 for p in problems}]


def every(opened: common.Opened, as_of: date, languages: tuple[str, ...]) -> Iterator[Problem]:
    """Yield the problems of the texts, the leaflets and every leaflet for every profile; of each text's translations, or those of some
    languages leaflet by leaflet.
    """
    workspace = opened.workspace
    tools = prepare.tools(dict.fromkeys((*workspace.languages, *languages)), workspace)
    yield from tools.problems
    yield from checks.check_workspace(workspace)
    preparer = prepare.Preparer(workspace, tools, as_of)
    silent = build.silenced((*opened.problems, *tools.problems))
    stopped = build.blocked(workspace, (*opened.problems, *tools.problems))
    for name in workspace.leaflets:
        for language in languages or (workspace.language,) if name not in stopped else ():
            if language not in silent:
                yield from preparer.recipe_problems(name, language)
                yield from of_readers(workspace, preparer, name, language)
    for language in () if languages else workspace.languages[1:]:
        if language not in silent:
            yield from preparer.language(language).every()


def of_readers(workspace: Workspace, preparer: prepare.Preparer, leaflet: str, language: str) -> Iterator[Problem]:
    """Yield the problems of one leaflet for each profile, told once for all editions that print one text."""
    for profile in workspace.profiles:
        for edition in workspace.editions_of_texts(leaflet):
            yield from preparer.printed(Request(leaflet, profile, language, edition)).problems


def sarif(problems: list[Problem]) -> dict[str, Any]:
    """Return the problems as SARIF 2.1.0 (OASIS), which code hosts and editors show beside the text."""
    used = sorted({problem.code for problem in problems})
    rules = [{"id": code, "shortDescription": {"text": CODES[code].title}} for code in used]
    driver = {"name": "leaflets", "version": __version__, "rules": rules}
    results = [
        {
            "ruleId": problem.code,
            "level": str(problem.severity),
            "message": {"text": f"{problem.message}. {problem.hint}".rstrip(". ") + "."},
            "locations": [
                {
                    "physicalLocation": {
                        "artifactLocation": {"uri": problem.span.path},
                        "region": {"startLine": max(problem.span.line, 1), "startColumn": max(problem.span.column, 1)},
                    }
                }
            ],
        }
        for problem in problems
    ]
    schema = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
    return {"$schema": schema, "version": "2.1.0", "runs": [{"tool": {"driver": driver}, "results": results}]}
