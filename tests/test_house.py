"""The house: which room may import which, which package lives where, and who may touch the world outside.

`docs/developers.md` tells the same story in words. Each of these tests was broken once by hand to see it fail.
"""

import ast
import graphlib
import statistics
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "leaflets"

MAY_IMPORT = {
    "leaflets": "",  # the package itself: its version
    "codes": "",
    "problems": "codes",
    "model": "problems",
    "theme": "model problems",
    "markup": "model problems",
    "catalog": "model problems",
    "parse": "catalog markup model problems",
    "select": "markup model problems",
    "facts": "model problems",
    "wording": "facts model problems",
    "signing": "markup model",
    "starters": "",
    "checks": "markup model problems select signing starters theme",
    "units": "facts markup model problems",
    "translate": "catalog markup model problems units",
    "bidi": "",
    "figures": "model",
    "fonts": "",
    "shaping": "bidi fonts",
    "specimen": "markup model",
    "compose": "bidi facts figures markup model problems specimen theme",
    "inks": "",
    "lines": "",
    "tokens": "",
    "cascade": "",
    "render": "cascade figures inks lines model problems tokens",
    "panel": "fonts model shaping",
    "printrun": "",
    "imposition": "",
    "pictures": "",
    "disk": "model problems",
    "store": "disk",
    "asked": "disk store",
    "manifest": "disk",
    "roll": "disk",
    "workers": "",
    "memory": "asked model problems signing store",
    "prepare": "leaflets bidi checks codes compose disk facts fonts model problems select translate units wording",
    "build": "checks codes disk facts figures fonts imposition manifest memory model pictures prepare problems render signing store "
    "workers",
    "cluster": "build disk fonts prepare",
    "tables": "problems",
    "recipients": "facts model problems tables",
    "letters": "bidi build checks codes disk facts fonts model panel prepare printrun problems recipients store workers",
    "survey": "checks codes model prepare problems",
    "pseudo": "facts model",
    "exchange": "leaflets catalog checks facts model parse problems translate",
    "cli": "leaflets asked build catalog checks codes cluster disk exchange facts fonts letters manifest markup memory model parse prepare "
    "problems pseudo recipients roll select signing starters store survey tables translate wording",
    "__main__": "cli",
}
"""Each room and the rooms it may import, from the ground up. A room is a module, or a folder of modules."""

HOME = {
    "markdown_it": "markup",
    "pydantic": "parse",
    "pydantic_core": "parse",
    "yaml": "parse.yaml",
    "babel": "facts",
    "polib": "catalog",
    "segno": "figures",
    "fontTools": "fonts",
    "jinja2": "compose",
    "markupsafe": "compose",
    "tinycss2": "tokens",
    "weasyprint": "render",
    "pydyf": "render",
    "uharfbuzz": "shaping",
    "pikepdf": "panel printrun imposition",
    "openpyxl": "tables",
    "pypdfium2": "pictures",
    "PIL": "pictures inks",
    "translate": "exchange.xliff",
    "lxml": "exchange.xliff",
    "click": "cli",
    "rich": "cli",
    "watchfiles": "cli.watch_",
    "distributed": "cluster",
}
"""Each package from outside and its one home: a room or a module. Copies of a PDF, many of them in one and its pages on sheets are three
rooms of one package; pictures of pages, and pictures on pages in the inks of a press, are two."""

FACES = ("cli", "__main__")
OPENS = frozenset({"open", "fdopen", "read_text", "read_bytes", "write_text", "write_bytes", "mkstemp", "NamedTemporaryFile"})
"""Names of calls that open a file, on whatever they are called."""
MAY_OPEN = {
    ("cli.watch_", "read_bytes"): "the preview adds its script to the page it shows",
    ("cli", "open"): "os.open of /dev/null",
    ("panel", "open"): "pikepdf.open of a PDF in memory",
    ("printrun", "open"): "pikepdf.open of a PDF in memory",
    ("imposition", "open"): "pikepdf.open of a PDF in memory",
    ("inks", "open"): "a picture in memory",
    ("printrun", "read_bytes"): "the content of a page in memory",
}
WORLD = frozenset(
    {
        *("date.today", "datetime.now", "datetime.utcnow", "datetime.today", "time.time", "time.time_ns", "time.monotonic"),
        *("os.environ", "os.getenv", "os.getcwd", "Path.cwd", "Path.home", "random.random", "uuid.uuid4"),
    }
)
MAY_ASK = {
    ("render", "os.environ"): "sets SOURCE_DATE_EPOCH where nobody did: the same bytes on any day",
    ("workers", "time.monotonic"): "ends a worker that takes too long; no page depends on it",
}
NETWORK = frozenset(["socket", "ssl", "http", "urllib", "ftplib", "smtplib", "requests", "httpx"])


def name_of(path: Path) -> str:
    """`leaflets/parse/yaml.py` -> `parse.yaml`; the package itself is `leaflets`."""
    parts = path.relative_to(PACKAGE).with_suffix("").parts
    parts = parts[:-1] if parts[-1] == "__init__" else parts
    return ".".join(parts) or "leaflets"


@cache
def modules() -> dict[str, ast.Module]:
    """Every module of the package, as its syntax tree."""
    paths = [path for path in PACKAGE.rglob("*.py") if "builtin" not in path.relative_to(PACKAGE).parts]
    return {name_of(path): ast.parse(path.read_text(encoding="utf-8"), str(path)) for path in sorted(paths)}


def imported(tree: ast.Module) -> Iterator[str]:
    """Every name imported anywhere in a module, in functions too, as `package.module.name`."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, "imports are written out in full"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)
        elif isinstance(node, ast.Call) and dotted(node.func).rsplit(".", 1)[-1] in ("import_module", "__import__"):
            yield from (str(given.value) for given in node.args[:1] if isinstance(given, ast.Constant))


def inner(tree: ast.Module) -> set[str]:
    """The modules of the package that a module imports."""
    found = set()
    for name in imported(tree):
        package, _, rest = name.partition(".")
        if package == "leaflets":
            while rest and rest not in modules():
                rest = rest.rpartition(".")[0]
            found.add(rest or "leaflets")
    return found


def outer(tree: ast.Module) -> set[str]:
    """The packages from outside that a module imports, Python's own left out."""
    return {name.split(".")[0] for name in imported(tree)} - set(sys.stdlib_module_names) - {"leaflets"}


def dotted(node: ast.AST) -> str:
    """`os.environ` for the expression `os.environ`, the last name alone where what stands before it is no name."""
    if isinstance(node, ast.Attribute):
        return f"{dotted(node.value)}.{node.attr}".lstrip(".")
    return node.id if isinstance(node, ast.Name) else ""


def room(module: str) -> str:
    return module.split(".")[0]


def below_the_faces() -> dict[str, ast.Module]:
    return {name: tree for name, tree in modules().items() if room(name) not in FACES}


# ---------------------------------------------------------------- imports


def test_every_room_is_in_the_table() -> None:
    assert {room(name) for name in modules()} == set(MAY_IMPORT)


def test_no_room_imports_what_the_table_does_not_allow() -> None:
    wrong = [
        f"{module} imports {other}"
        for module, tree in modules().items()
        for other in sorted(inner(tree))
        if room(other) != room(module) and room(other) not in MAY_IMPORT[room(module)].split()
    ]
    assert wrong == []


def test_the_table_only_falls() -> None:
    order = list(MAY_IMPORT)
    rising = [f"{name} -> {other}" for name, may in MAY_IMPORT.items() for other in may.split() if order.index(other) > order.index(name)]
    assert rising == []


def test_no_circle_of_modules() -> None:
    arrows = {module: inner(tree) - {module} for module, tree in modules().items()}
    list(graphlib.TopologicalSorter(arrows).static_order())  # raises CycleError


def test_each_package_has_one_home() -> None:
    wrong = [
        f"{module} imports {package}"
        for module, tree in modules().items()
        for package in sorted(outer(tree))
        if package not in HOME or not f"{module}.".startswith(tuple(f"{home}." for home in HOME[package].split()))
    ]
    assert wrong == []
    assert set(HOME) == set().union(*map(outer, modules().values())), "a package of the table that nobody imports"


# ---------------------------------------------------------------- the world outside


def test_only_disk_opens_files() -> None:
    wrong = []
    for module, tree in modules().items():
        for node in ast.walk(tree):
            if not isinstance(node, ast.Call):
                continue
            name = node.func.attr if isinstance(node.func, ast.Attribute) else dotted(node.func)
            through_disk = dotted(node.func).startswith("disk.")
            if module != "disk" and name in OPENS and not through_disk and (module, name) not in MAY_OPEN:
                wrong.append(f"{module}, line {node.lineno}: {name}()")
    assert wrong == []


def test_no_clock_and_no_environment_below_the_faces() -> None:
    wrong = []
    for module, tree in below_the_faces().items():
        for node in ast.walk(tree):
            name = ".".join(dotted(node).split(".")[-2:]) if isinstance(node, ast.Attribute) else ""
            if name in WORLD and (module, name) not in MAY_ASK:
                wrong.append(f"{module}, line {node.lineno}: {name}")
        wrong += [f"{module} imports {name}" for name in imported(tree) if name in WORLD or name.split(".")[0] == "random"]
    assert wrong == []


def test_the_clock_is_read_for_a_date_in_one_place() -> None:
    readers = [
        module
        for module, tree in modules().items()
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and dotted(node) in ("date.today", "datetime.now", "datetime.today")
    ]
    assert readers == ["cli.common"]


def test_no_network_below_the_faces() -> None:
    wrong = [
        f"{module} imports {name}" for module, tree in below_the_faces().items() for name in imported(tree) if name.split(".")[0] in NETWORK
    ]
    assert wrong == []


@pytest.mark.parametrize(
    "arguments",
    [None, ["--help"], ["list", "leaflets"], ["explain", "hsct"], ["schema", "facts"], ["build", "hsct", "--dry-run"]],
    ids=lambda given: " ".join(given) if given else "import",
)
def test_what_renders_nothing_does_not_load_the_renderer(arguments: list[str] | None, tmp_path: Path) -> None:
    """Loading WeasyPrint takes about a second: a command that makes no page does not pay for it."""
    run = f"leaflets.cli.run({arguments!r})" if arguments else "0"
    code = f"import sys, leaflets.cli; status = {run}; sys.exit(3 if 'weasyprint' in sys.modules else status)"
    done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


# ---------------------------------------------------------------- size and words


def test_functions_are_short() -> None:
    lengths = [
        (node.end_lineno or 0) - node.lineno + 1
        for tree in modules().values()
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    ]
    assert statistics.median(lengths) <= 15
    assert max(lengths) <= 45


def public(nodes: list[ast.stmt], prefix: str = "") -> Iterator[tuple[str, ast.AST]]:
    """Every class and function of a body that others may use, with the methods of such classes."""
    for node in nodes:
        if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef) and not node.name.startswith("_"):
            yield f"{prefix}{node.name}", node
            if isinstance(node, ast.ClassDef):
                yield from public(node.body, f"{prefix}{node.name}.")


def test_everything_public_says_what_it_is() -> None:
    silent = [module for module, tree in modules().items() if not ast.get_docstring(tree)]
    silent += [
        f"{module}.{name}"
        for module, tree in modules().items()
        for name, node in public(tree.body)
        if not ast.get_docstring(node)  # type: ignore[arg-type]
    ]
    assert silent == []
