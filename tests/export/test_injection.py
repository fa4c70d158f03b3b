"""Whatever a relation, a directory, a reason or an exclusion is called: the rendered text still parses.

Every value in it is exactly the one that was given, and it matches that one only.
"""

from __future__ import annotations

import ast
from datetime import timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from parentchild import (
    Exclusion,
    ExpectedChildren,
    ExpectedImage,
    ExpectedParents,
    InvalidArgument,
    Process,
    RelationRegistry,
)
from parentchild.export import eql, esql, kql, pyspark, sigma, spl
from parentchild.export.kql import KqlForm
from parentchild.export.kql_text import literal
from parentchild.relations.conditions import Fact, SignedBy
from parentchild.windows.arguments import compiled
from tests.export import eql_engine, pipe_engine, sigma_engine
from tests.export.defender_tables import NOW
from tests.export.kusto import Kusto
from tests.export.plain_events import Creation
from tests.export.validators import analyse

WICKED = (
    'a"b\\',
    "*",
    "?",
    "a*b?.exe",
    "a\nb.exe",
    "a'b.exe",
    '"""',
    "//",
    "/*",
    "%_.exe",
    "{0}.exe",
    "a]);b",
    "\\",
    "$x",
    "é.exe",
)
few = settings(max_examples=5, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])

_signs = st.sampled_from(
    "\"'\\*?%_[](){}|;,.$^+-~#@&<>=/ \t\r\n\x00\x1f\x7f\u2028\u202eaAbB0é\u212a\U000e0001\U0001f600"
)
_any = st.text(_signs | st.characters(codec="utf-8"), min_size=1, max_size=8).filter(
    lambda text: text.strip() != ""
)
_wild = st.text(_signs, min_size=1, max_size=6).filter(lambda text: text.strip() != "")
_texts = st.lists(st.sampled_from(WICKED) | _any | _wild, min_size=12, max_size=20)


def named(text: str) -> str | None:
    """The name under which a relation is kept, None where it may not be one."""
    try:
        return ExpectedParents(text, ()).child
    except InvalidArgument:
        return None


def names_in(texts: list[str]) -> list[str]:
    """The distinct names among texts."""
    return list(dict.fromkeys(name for text in texts if (name := named(text)) is not None))


def wicked_registry(texts: list[str]) -> RelationRegistry:
    """A registry with each text in each place that takes one."""
    names = names_in(texts)
    return RelationRegistry(
        [
            *(
                ExpectedParents(
                    name,
                    [
                        ExpectedImage("parent.exe", directories=(f"C:\\{text}\\x",), why=text),
                        ExpectedImage(
                            "other.exe",
                            arguments=arguments(text),
                            parent_arguments=arguments(text),
                            service_groups=(text, f"{text}:{text}"),
                            signer=text,
                            integrity=text,
                            conditions=(SignedBy(Fact.CHILD_USER, text),),
                            why=text,
                        ),
                    ],
                    directories=(f"C:\\{text}",),
                    arguments=arguments(text),
                )
                for name, text in zip(names, texts, strict=False)
            ),
            *(ExpectedChildren(name, [name], why=name) for name in names),
            *(
                ExpectedChildren(name, [], services=(text,), why=name)
                for name, text in zip(names, texts, strict=False)
            ),
        ]
    )


def arguments(text: str) -> tuple[str, ...]:
    """The text as a pattern of arguments, none where it may not be one."""
    try:
        compiled(text)
    except InvalidArgument:
        return ()
    return (text,)


def exclusions(texts: list[str]) -> list[Exclusion]:
    """Exclusions with each text in each place that takes one."""
    return [
        Exclusion(
            device=f"d{text}",
            user=text,
            signer=text,
            command_line=text,
            child_path=f"C:\\{text}",
            reason=text,
            expires_at=NOW + timedelta(days=1),
        )
        for text in texts
    ]


@settings(few, max_examples=3)
@given(_texts.map(lambda texts: texts[:6]))
def test_microsofts_parser_reads_from_both_kusto_forms_just_the_names_that_were_put_in(
    texts: list[str],
) -> None:
    registry, excluded = wicked_registry(texts), exclusions(texts)
    forms = [kql.render(registry, form=form, exclusions=excluded) for form in KqlForm]
    for analysis in analyse(forms):
        assert analysis.diagnostics == []
        assert set(registry) <= set(analysis.literals)


@settings(max_examples=3, deadline=None, derandomize=True)
@given(st.lists(st.text(st.characters(), max_size=12), min_size=10, max_size=30))
def test_microsofts_parser_reads_from_a_literal_the_text_that_was_put_in(texts: list[str]) -> None:
    [analysis] = analyse(["print " + ", ".join(map(literal, texts))]) if texts else []
    assert analysis.diagnostics == []
    assert analysis.literals == [
        text.encode("utf-16", "surrogatepass").decode("utf-16", "surrogatepass") for text in texts
    ]


@few
@given(_texts)
def test_the_published_form_matches_a_name_and_nothing_that_it_could_stand_for(texts: list[str]) -> None:
    names = [name for name in names_in(texts) if "\\u" not in literal(name)]  # this engine reads no \u
    registry = RelationRegistry(ExpectedParents(name, ["parent.exe"]) for name in names)
    candidates = [*names, *(decoy for name in names for decoy in decoys(name))]
    rows = [
        {
            "Timestamp": NOW,
            "IngestionTime": NOW,
            "ActionType": "ProcessCreated",
            "FileName": candidate,
            "InitiatingProcessFileName": "cmd.exe",
        }
        for candidate in candidates
    ]
    found = Kusto(kql.render(registry), now=NOW).run(rows) if names else []
    assert {row["ImageFile"] for row in found} == {name for name in names if name.lower() == name}


@few
@given(_texts)
def test_sigma_rules_match_a_name_and_nothing_that_it_could_stand_for(texts: list[str]) -> None:
    names = [name for name in names_in(texts) if "\0" not in name]  # SQLite ends a text there
    registry = RelationRegistry(ExpectedParents(name, ["parent.exe"]) for name in names)
    everything = [*names, *(decoy for name in names for decoy in decoys(name))]
    events = [Creation(Process(name), Process("cmd.exe")) for name in everything]
    for name, rows in zip(names, sigma_engine.matches(sigma.rules(registry), events), strict=True):
        assert {everything[row] for row in rows} == {each for each in everything if is_image(each, name)}


@few
@given(_texts)
def test_eql_queries_match_a_name_and_nothing_that_it_could_stand_for(texts: list[str]) -> None:
    names = [name for name in names_in(texts) if can_be_read(name)]
    registry = RelationRegistry(ExpectedParents(name, ["parent.exe"]) for name in names)
    everything = [*names, *(decoy for name in names for decoy in decoys(name))]
    events = [Creation(Process(name), Process("cmd.exe")) for name in everything]
    for name, rows in zip(names, eql_engine.matches(eql.render(registry), events), strict=True):
        assert {everything[row] for row in rows} == {
            each for each in everything if each.lower() == name.lower()
        }


@few
@given(_texts)
def test_pipes_match_a_name_and_nothing_that_it_could_stand_for(texts: list[str]) -> None:
    names = [name for name in names_in(texts) if not set(name) & set("\\/")]
    registry = RelationRegistry(ExpectedParents(name, ["parent.exe"]) for name in names)
    everything = [*names, *(decoy for name in names for decoy in decoys(name) if not set(decoy) & set("\\/"))]
    events = [Creation(Process(name), Process("cmd.exe")) for name in everything]
    for query, rows, is_esql in (
        (spl.render(registry), [event.as_sysmon() for event in events], False),
        (esql.render(registry), [event.as_flat_ecs() for event in events], True),
    ):
        found = pipe_engine.run(query, rows, is_esql=is_esql) if names else []
        assert {row["child"] for row in found} == {
            each.lower() for each in everything if each.lower() in names
        }


@few
@given(_texts)
def test_wicked_texts_break_out_of_no_pipe(texts: list[str]) -> None:
    registry, excluded = wicked_registry(texts[:6]), exclusions(texts[:6])
    plain = RelationRegistry([ExpectedParents("agent.exe", ["host.exe"])])
    for render, is_esql in ((spl.render, False), (esql.render, True)):
        query = render(registry, exclusions=excluded)
        assert pipe_engine.run(query, [], is_esql=is_esql) == []
        verbs = [line.split(" ")[1] for line in query.split("\n") if line.startswith("| ")]
        assert {each.lower() for each in verbs} <= {"eval", "where", "stats"}
        others = [line for line in query.split("\n") if not line.startswith(("| ", "//", "```"))]
        assert others == [render(plain).split("\n")[0]]


@few
@given(_texts)
def test_wicked_texts_break_out_of_no_sigma_rule_and_no_eql_query(texts: list[str]) -> None:
    sigma_engine.parsed(sigma.rules(wicked_registry(texts)))
    for query in eql.render(wicked_registry([text for text in texts if "\\u{" not in eql.literal(text)])):
        eql_engine.parsed(query)
        assert query.splitlines()[2].startswith('process where event.type == "start"')


@settings(max_examples=60, deadline=None)
@given(st.lists(st.text(st.characters(), min_size=1, max_size=8) | _wild, max_size=8))
def test_the_pyspark_snippet_holds_just_the_values_that_were_put_in(texts: list[str]) -> None:
    texts = [text for text in texts if text.strip()]
    registry, excluded = wicked_registry(texts), exclusions(texts)
    tree = ast.parse(pyspark.render(registry, exclusions=excluded))
    plain = ast.parse(pyspark.render(RelationRegistry()))
    assert [ast.dump(node) for node in tree.body if not is_table(node)] == [
        ast.dump(node) for node in plain.body if not is_table(node)
    ]
    tables = {
        node.targets[0].id: ast.literal_eval(node.value)
        for node in tree.body
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name) and is_table(node)
    }
    assert sorted(tables["WATCHED"]) == sorted(registry)
    assert [row["reason"] for row in tables["EXCLUSIONS"]] == texts


def can_be_read(text: str) -> bool:
    r"""Tell whether the eql package reads a name: not NUL, and no `}` after the number of a `\\u{...}`."""
    escapes = eql.literal(text).count("\\u{")
    return "\0" not in text and (escapes == 0 or (escapes == 1 and "}" not in text))


def decoys(name: str) -> list[str]:
    """What a name would match as well, were a sign in it a wildcard, an escape or an end."""
    swapped = [name.replace(sign, "zz") for sign in '*?%_\\".' if sign in name]
    return [
        *(each for each in swapped if each),
        f"{name}z",
        f"z{name}",
        name.replace("\\", ""),
        name[:-1] + "z",
    ]


def is_image(logged: str, name: str) -> bool:
    """Tell whether a logged image is one of that name to Sigma: all of it, or the end of a path."""
    upper = {code: code + 32 for code in range(ord("A"), ord("Z") + 1)}
    return logged.translate(upper) == name or logged.translate(upper).endswith(f"\\{name}")


def is_table(node: ast.stmt) -> bool:
    """Tell whether a statement is one of the snippet's tables."""
    names = {
        "WATCHED",
        "WATCHING",
        "STARTED",
        "THERE",
        "ANYWHERE",
        "NEAR",
        "NEAR_OTHER_DRIVE",
        "OWN_OUTSIDE",
        "OWN_OTHER_DRIVE",
        "EXCUSED",
        "CHILD_EXCUSED",
        "PARENT_WEIGHTS",
        "CHILD_WEIGHTS",
        "PLACE_WEIGHTS",
        "CHILD_PLACE_WEIGHTS",
        "ARGUMENT_WEIGHTS",
        "EXCLUSIONS",
    }
    return (
        isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name) and node.targets[0].id in names
    )


def test_the_wicked_names_are_names_indeed() -> None:
    assert {'a"b\\', "*", "?", "a*b?.exe", "a\nb.exe", "//", "%_.exe"} <= set(names_in(list(WICKED)))
