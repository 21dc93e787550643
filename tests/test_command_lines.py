"""The command line: what is wrong in it is told in a line and ends with 2; what is right does what the interface promises."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import click
import jsonschema
import pytest
from leaflets import __version__, build, cli, disk, figures, prepare
from leaflets.parse.shapes import SHAPES, json_schema
from leaflets.parse.yaml import load

from knee import KNEE, Change, Ran, copy, drop, edit, put, run

PAGE = ("build", "knee-rest", "-e", "page", "--as-of", "2026-11-23")
ONE = "en/knee-rest--walker--page.html"


def commands(group: click.Group, names: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command is not None
        yield (*names, name), command
        if isinstance(command, click.Group):
            yield from commands(command, (*names, name))


EVERY = dict(commands(cli.cli))  # type: ignore[arg-type]

# ---------------------------------------------------------------- wrong

WRONG = {
    "command": (["bild"], "no command is called `bild`; did you mean `build`?"),
    "command-far": (["xyzzy"], "no command is called `xyzzy`; known: "),
    "option": (["build", "--edtion", "a4"], "--edition"),
    "leaflet": (["build", "knee-rst"], "no leaflet is called `knee-rst`; did you mean `knee-rest`?"),
    "profile": (["build", "-p", "walkr"], "no profile is called `walkr`; did you mean `walker`?"),
    "edition": (["build", "-e", "large"], "no edition is called `large`; did you mean `large-print`?"),
    "language": (["build", "--lang", "xx"], "no language is called `xx`; known: `en`"),
    "trait": (["build", "--trait", "raeder=carer"], "no trait is called `raeder`; did you mean `reader`?"),
    "value": (["build", "--trait", "reader=carr"], "no value `carr`; did you mean `carer`?"),
    "trait-form": (["build", "--trait", "reader"], "`reader` is not NAME=VALUE"),
    "date": (["build", "--as-of", "23.11.2026"], "`23.11.2026` is no date; write it as 2026-11-23"),
    "date-not-there": (["check", "--as-of", "2026-02-30"], "`2026-02-30` is no date"),
    "jobs": (["build", "--jobs", "0"], "0 is not in the range"),
    "jobs-word": (["build", "--jobs", "many"], "'many' is not a valid int"),
    "format": (["check", "--format", "xml"], "'xml' is not one of"),
    "workspace": (["build", "--workspace", "nowhere"], "there is no folder `nowhere`"),
    "explain-none": (["explain"], "Missing argument"),
    "explain-leaflet": (["explain", "knee"], "no leaflet is called `knee`"),
    "explain-profile": (["explain", "knee-rest", "-p", "me"], "no profile is called `me`"),
    "list": (["list", "leaflet"], "'leaflet' is not one of"),
    "fact": (["facts", "where", "bruse"], "no fact is called `bruse`; did you mean `bruise`?"),
    "schema": (["schema", "fact"], "'fact' is not one of"),
    "shell": (["completion", "tcsh"], "'tcsh' is not one of"),
    "check-language": (["check", "--lang", "xx"], "no language is called `xx`"),
    "new-kind": (["new", "section", "a", "--kind", "harm"], "no kind of section is called `harm`; did you mean `harms`?"),
    "new-name": (["new", "section", "My Section"], "`My Section` cannot be a name"),
    "new-taken": (["new", "leaflet", "knee-rest"], "`knee-rest` exists already"),
    "new-trait": (["new", "profile", "a", "--trait", "reader=x"], "the trait `reader` has no value `x`"),
    "new-not-empty": (["new", "workspace", "content"], "is not empty"),
    "out-is-a-file": (["build", "--out", "content/facts.yaml"], "is a file"),
}


@pytest.mark.parametrize(("args", "told"), WRONG.values(), ids=WRONG.keys())
def test_wrong_command_lines(args: list[str], told: str) -> None:
    ran = run(*args, cwd=KNEE)
    assert ran.status == 2
    assert told in ran.err
    assert ran.out == ""
    assert "Traceback" not in ran.err
    assert len([line for line in ran.err.splitlines() if line.startswith("Error: ")]) == 1


def test_a_port_in_use() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        ran = run("watch", "--port", str(taken.getsockname()[1]), cwd=KNEE)
    assert ran.status == 2
    assert "cannot be used" in ran.err


# ---------------------------------------------------------------- help


@pytest.mark.parametrize("names", EVERY, ids=" ".join)
def test_help(names: tuple[str, ...]) -> None:
    ran = run(*names, "--help")
    assert ran.status == 0
    assert "Usage: leaflets " + " ".join(names) in ran.out
    if not isinstance(EVERY[names], click.Group):
        assert f"leaflets {' '.join(names)}" in ran.out.split("Options:")[1], "an example is missing"


def test_help_and_version_of_the_whole() -> None:
    assert all(f"  {name} " in run("--help").out for name in cli.COMMANDS)
    assert run("--version").out == f"leaflets {__version__}\n"
    module = subprocess.run([sys.executable, "-m", "leaflets", "--version"], capture_output=True, text=True, check=True)
    assert module.stdout == f"leaflets {__version__}\n"


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion(shell: str) -> None:
    ran = run("completion", shell)
    assert ran.status == 0
    assert "_LEAFLETS_COMPLETE" in ran.out


# ---------------------------------------------------------------- results for programs


def test_json_of_build_and_check(tmp_path: Path) -> None:
    made = json.loads(run(*PAGE, "--format", "json", "--out", tmp_path, cwd=KNEE).out)
    assert (made["asked"], made["rendered"], made["failed"]) == (1, 1, 0)
    assert made["leaflets"][0]["path"] == ONE
    told = json.loads(run("check", "--format", "json", cwd=KNEE).out)
    assert told
    assert all({"code", "severity", "message", "path", "line", "column", "hint"} <= row.keys() for row in told)


def test_sarif() -> None:
    sarif = json.loads(run("check", "--format", "sarif", cwd=KNEE).out)
    assert sarif["version"] == "2.1.0"
    ids = {rule["id"] for rule in sarif["runs"][0]["tool"]["driver"]["rules"]}
    for result in sarif["runs"][0]["results"]:
        assert result["ruleId"] in ids
        assert result["level"] in ("error", "warning", "note")
        assert result["locations"][0]["physicalLocation"]["region"]["startLine"] >= 1


@pytest.mark.parametrize("what", ["leaflets", "profiles", "languages", "editions", "facts", "sources", "sections"])
def test_list(what: str) -> None:
    rows = json.loads(run("list", what, "--json", cwd=KNEE).out)
    assert rows
    assert all(row["id"] for row in rows)
    assert all(row["id"] in run("list", what, cwd=KNEE).out for row in rows)


def test_explain_tells_in_and_out() -> None:
    ran = json.loads(run("explain", "knee-injection", "-p", "player-helper", "--format", "json", cwd=KNEE).out)
    shown = {(part["reason"], part["shown"]) for part in ran["parts"]}
    assert ("activity=sports", True) in shown
    assert ("activity=walks; but activity is sports", False) in shown
    assert "- when" in run("explain", "knee-injection", "-p", "player-helper", "--out-only", cwd=KNEE).out


def test_facts_where() -> None:
    found = json.loads(run("facts", "where", "less-pain-salt", "--format", "json", cwd=KNEE).out)
    assert [place["section"] for place in found["sections"]] == ["knee-benefits"]
    assert found["leaflets"] == [{"leaflet": "knee-injection", "language": "en", "profiles": ["walker", "player-helper"]}]


def test_facts_where_in_a_circle_of_includes(tmp_path: Path) -> None:
    root = copy(tmp_path)
    edit("content/sections/knee-shared.md", "See", "::: include knee-shared :::\n\nSee")(root)
    assert run("facts", "where", "bruise", cwd=root).status in (0, 1)


def test_a_plan_draws_no_qr_code_and_a_leaflet_has_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    drawn: list[str] = []
    monkeypatch.setattr(figures, "qr_code", lambda address, _: drawn.append(address) or "<svg class='drawn'/>")
    assert run(*PAGE, "--dry-run", "--out", tmp_path, cwd=KNEE).status == 0
    assert drawn == []
    assert run(*PAGE, "--out", tmp_path, "--jobs", "1", cwd=KNEE).status == 0
    row = json.loads((tmp_path / "manifest.json").read_text())["leaflets"][0]
    assert [address.rsplit("/", 1)[1] for address in drawn] == [row["fingerprint"]]
    assert (tmp_path / ONE).read_text().count("class='drawn'") == 1


def test_dry_run_writes_nothing(tmp_path: Path) -> None:
    ran = run(*PAGE, "--dry-run", "--out", tmp_path / "dist", cwd=KNEE)
    assert ran.status == 0
    assert ran.out == f"{tmp_path / 'dist' / ONE}\n"
    assert not (tmp_path / "dist").exists()


@pytest.mark.parametrize("kind", SHAPES)
def test_schemas_hold_the_files(kind: str) -> None:
    schema = json.loads(run("schema", kind).out)
    assert schema == json_schema(kind)
    jsonschema.Draft202012Validator.check_schema(schema)
    files = disk.read(disk.builtin_root()).contents | disk.read(KNEE).contents
    where = {"leaflet": "content/leaflets/", "section": "content/sections/", "editions": "styles/editions"}.get(kind, f"content/{kind}")
    for path, content in files.items():
        if path.startswith(where) and path.endswith((".yaml", ".md")):
            text = content.decode().split("---\n")[1] if kind == "section" else content.decode()
            document = load(text, path).value
            assert document is not None
            jsonschema.validate(document.data, schema)


# ---------------------------------------------------------------- drafts and what is final

SIGNED: tuple[Change, ...] = (
    edit("content/clinic.yaml", "example: true\n", ""),
    edit("content/leaflets/knee-rest.yaml", "published:\nevidence_searched:\n", "published: 2026-02-01\nevidence_searched: 2026-01-01\n"),
    edit("content/leaflets/knee-rest.yaml", "reviewers: []", "reviewers: [{name: Invented Reviewer, role: reviewer}]"),
)


def signed(tmp_path: Path) -> Path:
    root = copy(tmp_path)
    for change in SIGNED:
        change(root)
    text = next(row["text"] for row in json.loads(run("list", "leaflets", "--json", cwd=root).out) if row["id"] == "knee-rest")
    row = f'{{leaflet: knee-rest, name: Invented Reviewer, role: clinical reviewer, date: 2026-02-01, text: "{text}"}}'
    put("content/signoffs.yaml", f"signoffs:\n  - {row}\n")(root)
    return root


def test_final_refuses_drafts(tmp_path: Path) -> None:
    ran = run(*PAGE, "--final", "--out", tmp_path, cwd=KNEE)
    assert ran.status == 1
    assert {told.code for told in ran.problems} == {"B02"}
    assert not (tmp_path / ONE).exists()


def test_a_signed_leaflet_is_final_until_a_word_changes_or_its_time_is_over(tmp_path: Path) -> None:
    root = signed(tmp_path)
    ran = run(*PAGE, "--final", "--out", "dist", cwd=root)
    assert ran.status == 0, ran.err
    assert "DRAFT" not in (root / "dist" / ONE).read_text()
    late = run("build", "knee-rest", "-e", "page", "--as-of", "2027-01-11", "--final", "--out", "late", cwd=root)
    assert late.status == 1
    assert "G1a" in late.err
    edit("content/sections/rest-harms.md", "weak", "weaker")(root)
    changed = run(*PAGE, "--final", "--out", "dist", cwd=root)
    assert changed.status == 1
    assert any(told.code == "B02" and "G5" in told.message for told in changed.problems)


# ---------------------------------------------------------------- the output folder


def test_prune_removes_only_what_was_built(tmp_path: Path) -> None:
    run("build", "knee-rest", "-p", "walker", "-p", "player-helper", "-e", "page", "--out", tmp_path, cwd=KNEE)
    (tmp_path / "en" / "mine.txt").write_text("mine")
    ran = run(*PAGE, "--prune", "--out", tmp_path, cwd=KNEE)
    assert ran.status == 0
    assert sorted(path.name for path in (tmp_path / "en").iterdir()) == ["knee-rest--walker--page.html", "mine.txt"]
    assert "removed en/knee-rest--player-helper--page.html" in ran.err


def test_prune_follows_no_path_out_of_the_folder(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine")
    rows = [{"path": path} for path in ("../mine.txt", str(tmp_path / "mine.txt"))]
    put("dist/manifest.json", json.dumps({"leaflets": rows}))(tmp_path)
    assert run(*PAGE, "--prune", "--out", tmp_path / "dist", cwd=KNEE).status == 0
    assert (tmp_path / "mine.txt").exists()


@pytest.mark.parametrize(
    "content", ["", "{", "[]", "null", '{"leaflets": 5}', '{"leaflets": [5]}', '{"leaflets": [{"path": 5}]}', "\udcff"]
)
def test_a_corrupt_manifest_is_made_anew(tmp_path: Path, content: str) -> None:
    put("manifest.json", content.encode("utf-8", "surrogateescape"))(tmp_path)
    assert run(*PAGE, "--out", tmp_path, cwd=KNEE).status == 0
    assert json.loads((tmp_path / "manifest.json").read_text())["leaflets"][0]["path"] == ONE


def test_an_output_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "en").write_text("a file where a folder should be")
    ran = run(*PAGE, "--out", tmp_path, cwd=KNEE)
    assert ran.status == 1
    assert {told.code for told in ran.problems} == {"B01"}
    (tmp_path / "file").write_text("")
    assert run(*PAGE, "--out", tmp_path / "file" / "dist", cwd=KNEE).status == 1


def test_two_outputs_of_one_name(tmp_path: Path) -> None:
    workspace = cli_workspace()
    preparer = prepare.Preparer(workspace, prepare.tools(), build.date(2026, 11, 23))
    one = build.known_of(preparer.prepare(build.Request("knee-rest", "walker", "en", "page")))
    other = build.replace(one, request=build.Request("knee-rest", "player-helper", "en", "page"))
    plan = build.Plan(tmp_path)
    assert [plan.sort(each)[0] for each in (one, other)] == ["render", "failed"]
    assert [problem.code for failed in plan.failed for problem in failed.problems][-1] == "B03"
    assert len(plan.render) == 1


def cli_workspace() -> build.Workspace:
    from leaflets import parse

    return parse.parse(disk.read(KNEE)).value


def test_a_renderer_that_fails(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = build.render_edition

    def fail(edition: build.Edition) -> build.Result:
        if edition.request.profile == "walker":
            raise MemoryError("no room")
        return whole(edition)

    monkeypatch.setattr(build, "render_edition", fail)
    ran = run("build", "knee-rest", "-p", "walker", "-p", "player-helper", "-e", "page", "-j", "1", "--out", tmp_path, cwd=KNEE)
    assert ran.status == 1
    assert [told.code for told in ran.problems] == ["P07"]
    assert [path.name for path in (tmp_path / "en").iterdir()] == ["knee-rest--player-helper--page.html"]


def test_fonts_that_are_not_installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(disk, "FONT_FOLDERS", (str(tmp_path),))
    ran = run(*PAGE, "--out", tmp_path / "dist", cwd=KNEE)
    assert ran.status == 1
    assert "P09" in {told.code for told in ran.problems}
    assert "fonts-noto-core" in ran.err


# ---------------------------------------------------------------- new


@pytest.mark.parametrize("more", [(), ("--empty",)], ids=["clinic", "empty"])
def test_a_new_workspace_builds(tmp_path: Path, more: tuple[str, ...]) -> None:
    assert run("new", "workspace", "mine", *more, cwd=tmp_path).status == 0
    leaflet = () if more else ("hsct",)
    assert ok(run("build", *leaflet, "-e", "page", cwd=tmp_path / "mine"))


def ok(ran: Ran) -> bool:
    assert ran.status == 0, ran.err
    return True


def test_new_section_leaflet_and_profile(tmp_path: Path) -> None:
    root = copy(tmp_path)
    ok(run("new", "section", "knee-abroad", "--kind", "abroad", "--title", 'A "title"', cwd=root))
    ok(run("new", "leaflet", "knee-brace", cwd=root))
    drop("content/profiles.yaml")(root)
    put("content/profiles/all.yaml", (KNEE / "content/profiles.yaml").read_text())(root)
    ok(run("new", "profile", "helper", "--trait", "reader=carer", cwd=root))
    told = [problem for problem in run("check", cwd=root).problems if problem.severity == "error" and "knee-brace" not in problem.message]
    assert told == []
    assert {"knee-brace"} < {row["id"] for row in json.loads(run("list", "leaflets", "--json", cwd=root).out)}
    assert {"helper"} < {row["id"] for row in json.loads(run("list", "profiles", "--json", cwd=root).out)}


# ---------------------------------------------------------------- interrupted, watching


def started(*args: str, cwd: Path) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "leaflets", *args]
    return subprocess.Popen(command, cwd=cwd, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True)


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_interrupted_build_leaves_nothing_half_written(tmp_path: Path, jobs: str) -> None:
    process = started("build", "--all", "--jobs", jobs, "--out", str(tmp_path), cwd=KNEE)
    assert process.stderr is not None
    first = process.stderr.readline()
    os.killpg(process.pid, signal.SIGINT)  # as Ctrl-C does: to every process of the group
    _, err = process.communicate(timeout=60)
    assert first.startswith("made ")
    assert process.returncode == 130, err
    assert "Traceback" not in err
    assert "Interrupted" in err
    left = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert (tmp_path / first.split()[1]) in left
    for path in left:
        assert path.suffix in (".pdf", ".html", ".json", ".png")
        assert path.suffix != ".png" or path.read_bytes().endswith(b"IEND\xaeB`\x82")
        assert path.suffix != ".pdf" or path.read_bytes().rstrip().endswith(b"%%EOF")


def test_watch_builds_anew_and_ends_with_an_interrupt(tmp_path: Path) -> None:
    root = copy(tmp_path)
    process = started("watch", "knee-rest", "--port", "0", "--out", "dist", cwd=root)
    assert process.stderr is not None
    address = next(word for line in iter(process.stderr.readline, "") if "http://" in line for word in line.split() if "http://" in word)
    try:
        assert get(address + ".changed") == "1"
        assert "location.reload" in get(address + ONE)
        edit("content/sections/rest-harms.md", "weak", "tired")(root)
        deadline = time.monotonic() + 30
        while get(address + ".changed") == "1" and time.monotonic() < deadline:
            edit("content/sections/rest-harms.md", "Your legs", "Your legs")(root)
            time.sleep(0.3)
        assert int(get(address + ".changed")) >= 2
        assert "may get tired" in (root / "dist" / ONE).read_text()
        assert "location.reload" not in (root / "dist" / ONE).read_text()
    finally:
        os.killpg(process.pid, signal.SIGINT)
        _, err = process.communicate(timeout=30)
    assert process.returncode == 130, err
    assert "Traceback" not in err


def get(address: str) -> str:
    with urllib.request.urlopen(address, timeout=10) as answer:
        return answer.read().decode()


def test_a_system_that_does_not_say_how_many_cores(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """macOS has no sched_getaffinity: building and the doctor count cores without it."""
    monkeypatch.delattr("os.sched_getaffinity")
    assert run("build", "-e", "page", "--out", tmp_path, cwd=KNEE).status == 0
    assert "cores: " in run("doctor", cwd=KNEE).out


def test_a_section_of_a_built_in_name_in_another_place(tmp_path: Path) -> None:
    """The problem stands at the user's own file, and says where it has to stand to replace the built-in one."""
    own = tmp_path / "content/sections/hsct-harms.md"
    own.parent.mkdir(parents=True)
    own.write_text("---\nkind: harms\ntitle: Mine\n---\n\nText.\n")
    told = [one for one in run("check", cwd=tmp_path).problems if one.code == "F11"]
    assert [(one.place, one.hint) for one in told] == [
        ("content/sections/hsct-harms.md", "to replace the built-in one, put yours at content/sections/hsct/hsct-harms.md")
    ]
