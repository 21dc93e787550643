"""Catalogs: PO files of GNU gettext, read and written. The only room for polib.

A file is written as `msgcat --no-wrap` writes it: one line a text, so that a changed sentence is a changed line.
"""

import gettext
import re
import textwrap
from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from types import MappingProxyType
from typing import get_args

import polib

from leaflets.model import Catalog, Entry, State, Unit
from leaflets.problems import Checked, Ledger, Span

STATES: tuple[State, ...] = get_args(State)
_STATE = re.compile(r"^state: (\S+)$", re.MULTILINE)
_STATE_HEADER = "X-Translation-State"
_LINE = re.compile(r"\(line (\d+)\)")


def read(text: str, path: str, language: str) -> Checked[Catalog | None]:
    """Read a PO file. What keeps it from being read is a problem with its line, and the language is not built."""
    ledger = Ledger()
    file = _parsed(text, path, language, ledger)
    if file is None:
        return Checked(None, tuple(ledger))
    header = {str(key): str(value) for key, value in file.metadata.items()}
    forms, rule = _plural(header, path, language, ledger)
    state = header.get(_STATE_HEADER, "machine")
    if state not in STATES:
        ledger.add("T13", f"`{_STATE_HEADER}` is `{state}`", Span(path, 1, 1), f"write one of {', '.join(STATES)}", language=language)
    if header.get("Language", language).replace("_", "-") != language:
        hint = f"write `Language: {language}` in its header, or give the file the other name"
        ledger.add("T13", f"the file says it is in `{header['Language']}`", Span(path, 1, 1), hint, language=language)
    entries: dict[tuple[str, str], Entry] = {}
    for row in file:
        if row.obsolete:
            continue
        entry = _entry(row, path, forms, ledger, language)
        if entry.key in entries:
            told = f"this text stands twice, first in line {entries[entry.key].span.line}"
            ledger.add("T13", told, entry.span, "keep one of the two, as `msguniq` does", language=language)
            continue
        entries[entry.key] = entry
    shown = state if state in STATES else "machine"
    catalog = Catalog(language, MappingProxyType(entries), forms, rule, shown, MappingProxyType(header), Span(path, 1, 1))
    return Checked(None if any(problem.code == "T13" for problem in ledger) else catalog, tuple(ledger))


def _parsed(text: str, path: str, language: str, ledger: Ledger) -> polib.POFile | None:
    try:
        return polib.pofile(text + "\n", check_for_duplicates=False)
    except (OSError, ValueError, UnicodeError, IndexError) as error:
        line = _LINE.search(str(error))
        told = "this is no PO file that gettext could read"
        place = Span(path, int(line[1]) if line else 1, 1)
        ledger.add("T13", told, place, f"`msgfmt --check {path}` tells more", language=language)
        return None


def _plural(header: Mapping[str, str], path: str, language: str, ledger: Ledger) -> tuple[int, str]:
    found = re.fullmatch(r"nplurals=(\d); plural=(.+?);?", header.get("Plural-Forms", "").strip())
    if found:
        try:
            form(found[2])(1)
        except ValueError:
            found = None
    if not found:
        told = "the header does not give the plural forms"
        hint = "write `Plural-Forms: nplurals=…; plural=…;` as `msginit` does for the language"
        ledger.add("T13", told, Span(path, 1, 1), hint, language=language)
        return 1, "0"
    return int(found[1]), found[2]


@lru_cache(maxsize=64)
def form(rule: str) -> Callable[[int], int]:
    """Return the function that gives the plural form of a whole number. Raises ValueError for a rule gettext would not take."""
    chosen: Callable[[int], int] = gettext.c2py(rule)
    return chosen


def _entry(row: polib.POEntry, path: str, forms: int, ledger: Ledger, language: str) -> Entry:
    span = Span(path, row.linenum or 1, 1)
    many = tuple(str(row.msgstr_plural.get(index, "")) for index in range(forms))
    said = many if row.msgid_plural else (str(row.msgstr),)
    marked = _STATE.search(row.tcomment or "")
    if marked and marked[1] not in STATES:
        ledger.add("T13", f"`{marked[1]}` is no state", span, f"write one of {', '.join(STATES)}", language=language)
    return Entry(
        context=row.msgctxt or "",
        text=row.msgid,
        plural=row.msgid_plural or "",
        said=said if all(said) else (),
        stale="fuzzy" in row.flags,
        state=marked[1] if marked and marked[1] in STATES else None,
        span=span,
        comment=_STATE.sub("", row.tcomment or "").strip("\n"),
        previous=(row.previous_msgctxt or "", row.previous_msgid or ""),
    )


# ---------------------------------------------------------------- writing


def write(units: Iterable[Unit], entries: Mapping[tuple[str, str], Entry], header: Mapping[str, str], forms: int) -> str:
    """Return a PO file: every unit, with its entry where there is one. The same input gives the same bytes."""
    file = polib.POFile(wrapwidth=-1)
    file.metadata = dict(header)
    for unit in units:
        file.append(_row(unit, entries.get(unit.key), forms))
    return "\n".join(line for row in str(file).split("\n") for line in _places(row))


def _places(line: str) -> list[str]:
    """Return a line of places broken as gettext breaks it, at 79 letters; any other line as it is."""
    if not line.startswith("#: "):
        return [line]
    return textwrap.wrap(line, 79, subsequent_indent="#: ", break_long_words=False, break_on_hyphens=False)


def _row(unit: Unit, entry: Entry | None, forms: int) -> polib.POEntry:
    said = entry.said if entry else ()
    flags = (["fuzzy"] if entry and entry.stale and said else []) + (["python-brace-format"] if _counts(unit) else [])
    row = polib.POEntry(
        msgctxt=unit.context,
        msgid=unit.text,
        comment="\n".join(unit.notes),
        tcomment=_comment(entry),
        occurrences=[(place, "") for place in unit.places],
        flags=flags,
    )
    if unit.plural:
        row.msgid_plural = unit.plural
        row.msgstr_plural = {index: said[index] if index < len(said) else "" for index in range(forms)}
    else:
        row.msgstr = said[0] if said else ""
    if entry and entry.stale and entry.previous[1]:
        row.previous_msgctxt, row.previous_msgid = entry.previous
    return row


def _comment(entry: Entry | None) -> str:
    if entry is None:
        return ""
    return "\n".join(filter(None, (entry.comment, f"state: {entry.state}" if entry.state else "")))


def _counts(unit: Unit) -> bool:
    """Whether every brace of a unit is a name alone, `{number}`: gettext then holds translations to the same names."""
    inside = re.findall(r"\{([^{}]*)\}", unit.text)
    return bool(inside) and all(name.isidentifier() for name in inside) and "\\" not in unit.text


def header(language: str, forms: int, rule: str, state: State, project: str, day: str) -> dict[str, str]:
    """Return the header of a new catalog. `day` is a date as 2026-11-23."""
    return {
        "Project-Id-Version": project,
        "Report-Msgid-Bugs-To": "",
        "POT-Creation-Date": f"{day} 00:00+0000",
        "PO-Revision-Date": f"{day} 00:00+0000",
        "Last-Translator": "nobody <nobody@example.org>",
        "Language-Team": language,
        "Language": language.replace("-", "_"),
        "MIME-Version": "1.0",
        "Content-Type": "text/plain; charset=UTF-8",
        "Content-Transfer-Encoding": "8bit",
        "Plural-Forms": f"nplurals={forms}; plural={rule};",
        _STATE_HEADER: state,
    }
