"""Relations of the catalog as Markdown."""

from __future__ import annotations

from parentchild import catalog
from parentchild.catalog.directories import SETUP
from parentchild.catalog.vendors import VENDOR_RELATIONS
from parentchild.relations.compiled import Alternatives, compiled
from parentchild.relations.explanation import conditions
from parentchild.relations.relation import (
    ExpectedChildren,
    ExpectedImage,
    ExpectedLaunch,
    ExpectedParents,
    Relation,
)


def escaped(text: str) -> str:
    return text.replace("|", "\\|").replace("*", "\\*").replace("<", "&lt;")


def table(heads: list[str], rows: list[list[str]]) -> str:
    lines = [heads, ["---"] * len(heads), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines) + "\n"


def code(text: str) -> str:
    return f"`{text}`"


class Sources:
    """The sources of one page in the order in which they are first cited, each with its number."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}

    def cite(self, sources: tuple[str, ...]) -> str:
        numbers = [self._numbers.setdefault(source, len(self._numbers) + 1) for source in sources]
        return " ".join(f"[{number}](#sources)" for number in numbers)

    def section(self) -> str:
        listed = "".join(f"{number}. {escaped(source)}\n" for source, number in self._numbers.items())
        return f"## Sources\n\n{listed}" if listed else ""


def rows_of(relation: Relation) -> tuple[ExpectedImage, ...]:
    if isinstance(relation, ExpectedParents):
        return relation.parents
    return relation.children if isinstance(relation, ExpectedChildren) else ()


def subject_of(relation: Relation) -> str:
    if isinstance(relation, ExpectedParents):
        return relation.child
    return relation.parent if isinstance(relation, ExpectedChildren) else relation.image


def only(relation: Relation, image: ExpectedImage) -> str:
    """Return the conditions of a row, in words."""
    table = compiled([relation])
    found: Alternatives = {}
    if isinstance(relation, ExpectedParents):
        found = table.children[relation.child].by_parent
    elif isinstance(relation, ExpectedChildren):
        (watched,) = next(iter(table.parents.values()))
        found = watched.by_child
    words = next(conditions(each) for all_ in found.values() for each in all_ if each.image == image)
    excused = ("needs none of the arguments",) if image.excuses_arguments else ()
    return "; ".join(escaped(each) for each in (*words, *excused))


def image_rows(relation: Relation, sources: Sources) -> list[list[str]]:
    return [
        [
            code(catalog.spelled(image.name)),
            image.tier.value,
            image.confidence.value,
            only(relation, image),
            escaped(image.why),
            sources.cite(image.sources),
        ]
        for image in rows_of(relation)
    ]


def codes(texts: tuple[str, ...]) -> str:
    return ", ".join(map(code, texts))


def facts_of(relation: Relation) -> list[str]:
    facts = [f"severity {relation.severity.label}", relation.confidence.value]
    if relation.windows != "all":
        facts.append(f"Windows {relation.windows}")
    if isinstance(relation, ExpectedChildren):
        return facts + facts_of_parent(relation)
    if relation.directories:
        facts.append(f"in {codes(relation.directories)}")
    if relation.arguments:
        facts.append(f"arguments {' or '.join(map(code, relation.arguments))}")
    return facts + facts_of_child(relation) if isinstance(relation, ExpectedParents) else facts


def facts_of_parent(relation: ExpectedChildren) -> list[str]:
    kinds = codes(tuple(kind.value for kind in relation.refused_kinds))
    facts = [f"hosts of the services {codes(relation.services)}"] if relation.services else []
    facts += [f"anything but kinds {kinds}"] if relation.is_open else []
    return facts + (
        [f"nothing from {codes(relation.refused_directories)}"] if relation.refused_directories else []
    )


def facts_of_child(relation: ExpectedParents) -> list[str]:
    told = (
        (bool(relation.session), f"session {relation.session}"),
        (relation.is_minimal, "no image file"),
        (relation.parent_exits, "its parent exits soon after"),
        (relation.protects_name, "protected name"),
    )
    callers = [
        f"`{catalog.spelled(image.name)}` may make the call for the parent ({image.why})"
        for image in relation.creators
    ]
    return [fact for holds, fact in told if holds] + callers


def relation_part(label: str, relation: Relation, sources: Sources) -> str:
    """Return one relation of an image: why, its facts, and its rows."""
    heads = ["Child" if isinstance(relation, ExpectedChildren) else "Parent"]
    heads += ["Tier", "Confidence", "Only", "Why", "Sources"]
    rows = table(heads, image_rows(relation, sources)) if rows_of(relation) else "No child at all.\n"
    why = f"{escaped(relation.why)} {sources.cite(relation.sources)}"
    return f"**{label}.** {why}\n\n*{'; '.join(facts_of(relation))}*\n\n{rows}\n"


def launch_table(launches: list[ExpectedLaunch], sources: Sources) -> str:
    """Return the images that are watched by their place and arguments alone."""
    rows = [
        [
            code(catalog.spelled(relation.image)),
            codes(tuple(each for each in relation.directories if each not in SETUP)),
            codes(relation.arguments),
            relation.severity.label,
            relation.confidence.value,
            "yes" if relation.bears_own_name else "",
            sources.cite(relation.sources),
        ]
        for relation in launches
    ]
    return table(["Image", "In", "Arguments", "Severity", "Confidence", "Own name", "Sources"], rows)


def vendor_table(sources: Sources) -> str:
    rows: list[list[str]] = []
    for relation in VENDOR_RELATIONS:
        for image in rows_of(relation):
            subject = subject_of(relation)
            pair = (image.name, subject) if isinstance(relation, ExpectedParents) else (subject, image.name)
            rows.append(
                [
                    code(image.pack),
                    " starts ".join(code(catalog.spelled(name)) for name in pair),
                    image.confidence.value,
                    only(relation, image),
                    escaped(image.why),
                    sources.cite(image.sources),
                ]
            )
    return table(["Pack", "Pair", "Confidence", "Only", "Why", "Sources"], sorted(rows))


def exclusion_table() -> str:
    rows = [
        [
            code(product),
            "; ".join(
                f"{field} {code(str(value))}"
                for field in ("child", "parent", "child_path", "parent_path", "signer")
                if (value := getattr(exclusion, field)) is not None
            ),
            escaped(exclusion.reason),
        ]
        for product, exclusions in catalog.VENDOR_EXCLUSIONS.items()
        for exclusion in exclusions
    ]
    return table(["Product", "Excludes", "Reason"], rows)
