"""What one reader sees, and why; and the proof that no reader loses what a leaflet must show."""

import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType

from leaflets.markup import children, flat, inlines_of, walk
from leaflets.model import (
    LEAFLET,
    Block,
    Blocks,
    Box,
    Certainty,
    Chosen,
    Condition,
    FactBox,
    FactRef,
    Figure,
    Heading,
    Icons,
    Include,
    Items,
    Leaflet,
    MustShow,
    PriceTag,
    Recipe,
    Request,
    Section,
    Trait,
    When,
    Why,
    Workspace,
)
from leaflets.problems import Checked, Ledger, Problem, Span, nearest, shortened

PROOF_LIMIT = 300_000
"""Readers a single proof may go through. The first pack needs a few hundred."""


def reader_of(workspace: Workspace, request: Request) -> Checked[Mapping[str, str]]:
    """Return a value for every trait: the profile's, over it those given ad hoc, else the default; `leaflet` too."""
    ledger = Ledger()
    span = Span("content/vocabulary.yaml")
    reader = default_reader(workspace, request.leaflet)
    profile = workspace.profiles.get(request.profile)
    if profile is None:
        ledger.add("X05", f"no profile is called `{request.profile}`", span, nearest(request.profile, workspace.profiles))
        return Checked(MappingProxyType(reader), tuple(ledger))
    for trait, value in (*profile.traits.items(), *request.traits):
        if trait not in workspace.vocabulary:
            ledger.add("V02", f"no trait is called `{trait}`", span, nearest(trait, workspace.vocabulary))
        elif value not in workspace.vocabulary[trait].values:
            ledger.add("V03", f"`{trait}` has no value `{value}`", span, nearest(value, workspace.vocabulary[trait].values))
        else:
            reader[trait] = value
    return Checked(MappingProxyType(reader), tuple(ledger))


def default_reader(workspace: Workspace, leaflet: str) -> dict[str, str]:
    """Return the reader of whom nobody said anything. A trait of countries has the clinic's country."""
    reader = {trait.id: _default(workspace, trait) for trait in workspace.vocabulary.values()}
    return reader | {LEAFLET: leaflet}


def _default(workspace: Workspace, trait: Trait) -> str:
    return workspace.clinic.country if trait.countries and workspace.clinic.country in trait.values else trait.default


def country_of(workspace: Workspace, reader: Mapping[str, str]) -> str:
    """Return the country whose details are printed: the value of the trait of countries, else the clinic's."""
    chosen = (reader[trait.id] for trait in workspace.vocabulary.values() if trait.countries)
    return next(chosen, workspace.clinic.country)


def select(workspace: Workspace, request: Request) -> Checked[Leaflet]:
    """Choose the sections and blocks of a leaflet for one reader, with the reason for each.

    The workspace must have been read without a problem that stops a build of this leaflet, and the leaflet must have the text that the
    edition prints (`Workspace.offers`).
    """
    text = workspace.text_of(request.edition)
    recipe = workspace.leaflets[request.leaflet].in_text(text)
    checked = reader_of(workspace, request)
    reader = checked.value
    chosen: list[Chosen] = []
    why: list[Why] = []
    for name in recipe.sections:
        section = workspace.sections[name]
        chooser = _Chooser(workspace, reader, section, why)
        shown, reason = _judge(section.applies, reader)
        why.append(Why(name, "", "section", shown, reason, section.span, 0, section.title))
        blocks = chooser.blocks(section.blocks, 1) if shown else ()
        if any(not isinstance(block, Heading) for block in blocks):
            chosen.append(Chosen(name, section.kind, section.title, blocks, section.span))
    leaflet = Leaflet(recipe, request, reader, country_of(workspace, reader), tuple(chosen), tuple(why), text)
    return Checked(leaflet, tuple(problem.within(**request.where()) for problem in checked.problems))


def _judge(condition: Condition | None, reader: Mapping[str, str]) -> tuple[bool, str]:
    """Return whether a condition holds and why, in words."""
    if condition is None:
        return True, "no condition"
    if condition.holds(reader):
        return True, condition.text
    failing = sorted({test.trait for test in condition.tests if not test.holds(reader)})
    told = ", ".join(f"{trait} is {reader[trait]}" for trait in failing)
    return False, f"{condition.text}; but {told}"


@dataclass(slots=True)
class _Chooser:
    """Goes through the blocks of one section for one reader."""

    workspace: Workspace
    reader: Mapping[str, str]
    section: Section
    why: list[Why]

    def blocks(self, blocks: Sequence[Block], depth: int) -> Blocks:
        kept = [found for block in blocks for found in self.block(block, depth)]
        return _without_lonely_headings(tuple(kept))

    def block(self, block: Block, depth: int) -> Iterator[Block]:
        match block:
            case When():
                shown, reason = _judge(block.condition, self.reader)
                self.note(block, "when", shown, reason, depth)
                if shown:
                    yield from self.blocks(block.blocks, depth + 1)
            case Include():
                target = self.workspace.sections[block.section]
                shown, reason = _judge(target.applies, self.reader)
                self.note(block, "include", shown, f"include {block.section}: {reason}", depth)
                if shown:
                    yield from _Chooser(self.workspace, self.reader, target, self.why).blocks(target.blocks, depth + 1)
            case _:
                self.note(block, _what(block), True, "no condition of its own", depth)
                yield from self.inside(block, depth)

    def inside(self, block: Block, depth: int) -> Iterator[Block]:
        """Yield the block with the blocks in it chosen; a box or list that loses all of them goes with them."""
        match block:
            case Items():
                items = tuple(kept for item in block.items if (kept := self.blocks(item, depth + 1)))
                if items:
                    yield replace(block, items=items)
            case Box():
                if inner := self.blocks(block.blocks, depth + 1):
                    yield replace(block, blocks=inner)
            case Figure():
                if inner := _with_joined_lists(self.blocks(block.blocks, depth + 1)):
                    yield replace(block, blocks=inner)
            case Certainty():
                yield replace(block, blocks=self.blocks(block.blocks, depth + 1))
            case FactBox() | Icons():
                yield replace(block, caption=self.blocks(block.caption, depth + 1))
            case PriceTag():
                yield replace(block, otherwise=self.blocks(block.otherwise, depth + 1))
            case _:
                yield block

    def note(self, block: Block, what: str, shown: bool, reason: str, depth: int) -> None:
        text = _beginning(block)
        self.why.append(Why(self.section.id, block.id, what, shown, reason, block.span, depth, text))


def _what(block: Block) -> str:
    names = {"Items": "list", "FactBox": "fact box", "Icons": "icon array", "PriceTag": "price"}
    name = block.kind if isinstance(block, Figure) else type(block).__name__
    return names.get(name, name.lower())


def _with_joined_lists(blocks: Blocks) -> Blocks:
    """Make one list of neighbouring lists of one kind: they were apart only because some readers see a part of them."""
    joined: list[Block] = []
    for block in blocks:
        last = joined[-1] if joined else None
        if isinstance(block, Items) and isinstance(last, Items) and (block.ordered, block.tick) == (last.ordered, last.tick):
            joined[-1] = replace(last, items=(*last.items, *block.items))
        else:
            joined.append(block)
    return tuple(joined)


def _beginning(block: Block) -> str:
    """Return the first words of a block, as written."""
    for inner in walk((block,)):
        for inlines in inlines_of(inner):
            words = "".join(_source(inline) for inline in inlines).strip()
            if words:
                return shortened(words)
    return " ".join(block.facts) if isinstance(block, FactBox | Icons) else ""


def _source(inline: object) -> str:
    for attribute in ("text", "fact", "term", "key"):
        if value := getattr(inline, attribute, ""):
            return value if attribute == "text" else f"{{{value}}}"
    return "".join(_source(child) for child in getattr(inline, "children", ()))


def _without_lonely_headings(blocks: Blocks) -> Blocks:
    """Drop headings with nothing under them: their text was for other readers."""
    kept: list[Block] = []
    for block in reversed(blocks):
        if isinstance(block, Heading) and (not kept or (isinstance(kept[-1], Heading) and kept[-1].level <= block.level)):
            continue
        kept.append(block)
    return tuple(reversed(kept))


# ---------------------------------------------------------------- the proof


NEVER_LEFT_OUT = ("main-message", "benefits", "harms", "unknowns", "urgent-help", "questions", "support")
"""The kinds of sections that no text of a leaflet may leave out, whatever a workspace says: the standard's C1, C4, C5 and C7."""


def never_left_out(workspace: Workspace, recipe: Recipe, text: str) -> tuple[MustShow, ...]:
    """Return what a text must show to every reader although it is shorter than the leaflet: sections of the kinds above, and each fact
    that the full text must show and states in a section on harms. Its own `must_show` comes first.
    """
    own = recipe.texts[text]
    harms = replace(recipe, sections=tuple(name for name in recipe.sections if _is_on_harms(workspace, name)))
    facts = [thing for thing in recipe.must_show if thing.what == "fact" and _carriers(workspace, harms, thing)]
    rule = (("kind", kind) for kind in NEVER_LEFT_OUT), (("fact", thing.id) for thing in facts)
    named = {(thing.what, thing.id): thing for thing in own.must_show}
    every: dict[tuple[str, str], MustShow] = {key: MustShow(*key, own.span) for key in itertools.chain(*rule)}  # type: ignore[arg-type]
    return tuple((every | named).values())


def _is_on_harms(workspace: Workspace, name: str) -> bool:
    return name in workspace.sections and workspace.sections[name].kind == "harms"


def prove(workspace: Workspace, recipe: Recipe) -> list[Problem]:
    """Return what some reader loses although the leaflet must show it: in its full text, and in each of its others.

    What another text must show is what it says itself and what none may leave out (`never_left_out`).
    """
    found = _proven(workspace, recipe, f"`{recipe.id}`", "")
    for name in recipe.texts:
        short = replace(recipe.in_text(name), must_show=never_left_out(workspace, recipe, name))
        found += _proven(workspace, short, f"the text `{name}` of `{recipe.id}`", workspace.edition_of(name))
    return found


def _proven(workspace: Workspace, recipe: Recipe, called: str, edition: str) -> list[Problem]:
    """Return what some reader loses of one text, with the smallest such reader.

    Exact: for each thing, every combination of values of the traits that any condition on the way to it names is tried; other
    traits cannot matter. Smallest means: fewest traits that differ from the default reader, then the order of the vocabulary.
    """
    ledger = Ledger()
    for thing in recipe.must_show:
        carriers = _carriers(workspace, recipe, thing)
        if not carriers:
            told = f"the leaflet must show {thing.what} `{thing.id}`, and none of its sections holds it"
            hint = "add a section that holds it, or take it out of `must_show`"
            if edition:
                told = f"{called} may not leave out {thing.what} `{thing.id}`, and none of its sections holds it"
                hint = "add a section that holds it; a shorter text leaves out no harm that the full one must show"
            ledger.add("V06", told, thing.span, hint, leaflet=recipe.id)
            continue
        traits = [trait for trait in workspace.vocabulary if any(_names(way, trait) for way in carriers)]
        count = _product(len(workspace.vocabulary[trait].values) for trait in traits)
        if count > PROOF_LIMIT:
            told = f"{count:,} readers would have to be tried to prove that {thing.what} `{thing.id}` is always shown"
            ledger.add("V07", told, thing.span, "name fewer traits in the conditions on it", leaflet=recipe.id)
            continue
        if reader := _loser(workspace, recipe, carriers, traits):
            told, span = _told_loss(workspace, recipe, thing, reader, carriers)
            told = f"{told}, which {called} must show"
            hint = f"see `leaflets explain {recipe.id}{f' --edition {edition}' if edition else ''}{_as_options(reader)}`"
            ledger.add("V05", told, span, hint, leaflet=recipe.id)
    return ledger.problems


Way = tuple[Condition, ...]
"""Conditions that must all hold for one carrier of a thing to be shown."""


def _carriers(workspace: Workspace, recipe: Recipe, thing: MustShow) -> list[Way]:
    """Return, for each place in the leaflet that shows the thing, the conditions on the way to it."""
    ways: list[Way] = []
    for name in recipe.sections:
        section = workspace.sections.get(name)
        if section is None or (thing.what == "section" and name != thing.id) or (thing.what == "kind" and section.kind != thing.id):
            continue
        outer = (section.applies,) if section.applies else ()
        for way, block in _leaves(workspace, section.blocks, outer, frozenset({name})):
            if thing.what != "fact" or thing.id in set(_facts(workspace, block)):
                ways.append(way)
    return list(dict.fromkeys(ways))


def _leaves(workspace: Workspace, blocks: Blocks, outer: Way, seen: frozenset[str]) -> Iterator[tuple[Way, Block]]:
    """Yield each block that prints something of its own, with the conditions on the way to it."""
    for block in blocks:
        match block:
            case When():
                yield from _leaves(workspace, block.blocks, (*outer, block.condition), seen)
            case Include():
                target = workspace.sections.get(block.section)
                if target is not None and target.id not in seen:
                    way = (*outer, target.applies) if target.applies else outer
                    yield from _leaves(workspace, target.blocks, way, seen | {target.id})
            case Heading():
                pass
            case FactBox() | Icons() | PriceTag():
                yield outer, block
            case _:
                groups = children(block)
                for group in groups:
                    yield from _leaves(workspace, group, outer, seen)
                if not groups:
                    yield outer, block


def _facts(workspace: Workspace, block: Block) -> Iterator[str]:
    """Yield the facts that a block itself states: boxes and arrays with comparators, and the forms that give a number."""
    if isinstance(block, FactBox | Icons):
        for name in block.facts:
            yield name
            if isinstance(block, FactBox) and (fact := workspace.facts.get(name)) and fact.comparator in workspace.facts:
                yield fact.comparator
    for inlines in inlines_of(block):
        for inline in flat(inlines):
            if isinstance(inline, FactRef) and inline.form not in ("period", "denominator", "interval"):
                yield inline.fact


def _names(way: Way, trait: str) -> bool:
    return any(test.trait == trait for condition in way for test in condition.tests)


def _product(counts: Iterator[int]) -> int:
    total = 1
    for count in counts:
        total *= count
    return total


def _loser(workspace: Workspace, recipe: Recipe, carriers: list[Way], traits: list[str]) -> dict[str, str] | None:
    """Return the smallest reader whom no carrier reaches: the traits that differ from the default reader. None: there is none."""
    base = default_reader(workspace, recipe.id)
    for size in range(len(traits) + 1):
        for some in itertools.combinations(traits, size):
            others = [[value for value in workspace.vocabulary[trait].values if value != base[trait]] for trait in some]
            for values in itertools.product(*others):
                changed = dict(zip(some, values, strict=True))
                reader = base | changed
                if not any(all(condition.holds(reader) for condition in way) for way in carriers):
                    return changed or {"": ""}
    return None


def _told_loss(workspace: Workspace, recipe: Recipe, thing: MustShow, reader: dict[str, str], carriers: list[Way]) -> tuple[str, Span]:
    """Return the message and the place of the condition that hides the thing, or of `must_show` where several do."""
    who = " and ".join(f"{trait}={value}" for trait, value in reader.items() if trait)
    told = f"a reader with {who} loses" if who else "the default reader loses"
    full = default_reader(workspace, recipe.id) | {trait: value for trait, value in reader.items() if trait}
    hiding = list(dict.fromkeys(condition for way in carriers for condition in way if not condition.holds(full)))
    span = hiding[0].span if len(hiding) == 1 else thing.span
    return f"{told} {thing.what} `{thing.id}`", span


def _as_options(reader: Mapping[str, str]) -> str:
    return "".join(f" --trait {trait}={value}" for trait, value in reader.items() if trait)


def impossible(workspace: Workspace) -> list[Problem]:
    """Return the conditions that no reader can meet: their own tests contradict one another."""
    ledger = Ledger()
    values = {trait.id: frozenset(trait.values) for trait in workspace.vocabulary.values()} | {LEAFLET: frozenset(workspace.leaflets)}
    for section in workspace.sections.values():
        own = [section.applies] if section.applies else []
        for condition in (*own, *(block.condition for block in walk(section.blocks) if isinstance(block, When))):
            for tests in condition.alternatives:
                left: dict[str, frozenset[str]] = {}
                if any(test.values - values.get(test.trait, frozenset()) for test in tests):
                    continue  # a value or trait that is not known is told as V02, V03 or X06
                for test in tests:
                    everything = values[test.trait]
                    allowed = everything - test.values if test.negated else test.values
                    left[test.trait] = left.get(test.trait, everything) & allowed
                if not all(left.values()):
                    ledger.add(
                        "V04",
                        f"no reader can meet `{condition.text}`",
                        condition.span,
                        "a trait has one value at a time; use `|` or `or`",
                    )
    return ledger.problems
