"""Write docs/reference/messages.md: every sentence that a user can meet. `python docs/messages.py`.

The library itself makes explanations, remedies and next steps from one event a reason. Errors are raised by the
calls in `CALLS`; what a literal in the source can say and no call provokes is listed below them, so that no
message is left out. A test compares the page with what this script writes.
"""
# ruff: noqa: E501 - a call is one line

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "src"))

import parentchild  # noqa: E402 - the checkout's own
from parentchild import (  # noqa: E402
    DEFAULT_RELATIONS,
    Detector,
    Finding,
    ParentChildError,
    Process,
    ProcessCreated,
    Reason,
)
from parentchild.hunting import hunt  # noqa: E402
from parentchild.relations.evaluation import MissingParent  # noqa: E402

PAGE = ROOT / "docs" / "reference" / "messages.md"
NOON = datetime(2026, 3, 2, 12, tzinfo=timezone.utc)
SYSTEM32 = r"C:\Windows\System32"


def process(name: str | None, pid: int, directory: str = SYSTEM32, **more: str) -> Process:
    """Return a process whose file lies in a directory."""
    path = rf"{directory}\{name}" if name and directory else None
    return Process(name, pid=pid, path=path, **more)


def created(
    child: Process, parent: Process | None, creator: Process | None = None, *, minutes: int = 0
) -> ProcessCreated:
    """Return an event of one device."""
    return ProcessCreated(
        timestamp=NOON + timedelta(minutes=minutes),
        device="ws-42",
        process=child,
        parent=parent,
        creator=creator,
    )


SVCHOST = r"C:\Windows\System32\svchost.exe -k netsvcs"
EVENTS: dict[str, tuple[ProcessCreated, ...]] = {
    "an unexpected parent": (
        created(
            process("svchost.exe", 6100, command_line=SVCHOST), process("explorer.exe", 2140, r"C:\Windows")
        ),
    ),
    "the same, whose parent was looked up by its pid": (
        created(process("explorer.exe", 2140, r"C:\Windows"), process("userinit.exe", 2100), minutes=-125),
        created(process("svchost.exe", 6100, command_line=SVCHOST), Process(None, pid=2140)),
    ),
    "a copy of lsass.exe": (created(process("lsass.exe", 7400), process("lsass.exe", 612)),),
    "a copy of another image that never starts itself": (
        created(process("csrss.exe", 7400), process("csrss.exe", 612)),
    ),
    "a copy with nothing else against it": (
        created(process("taskhostw.exe", 5000), process("taskhostw.exe", 2200)),
    ),
    "an unexpected child": (created(process("cmd.exe", 5000), process("lsass.exe", 612)),),
    "a misplaced image": (
        created(
            process("svchost.exe", 6100, r"C:\ProgramData", command_line=SVCHOST),
            process("services.exe", 540),
        ),
    ),
    "a misplaced parent": (
        created(process("svchost.exe", 6100, command_line=SVCHOST), process("services.exe", 540, r"C:\Temp")),
    ),
    "unexpected arguments": (
        created(process("svchost.exe", 6100, command_line="svchost.exe"), process("services.exe", 540)),
    ),
    "a spoofed parent": (
        created(
            process("svchost.exe", 6100, command_line=SVCHOST),
            process("services.exe", 540),
            process("powershell.exe", 8004, rf"{SYSTEM32}\WindowsPowerShell\v1.0"),
        ),
    ),
    "a look-alike": (created(process("scvhost.exe", 6100), process("explorer.exe", 2140, r"C:\Windows")),),
    "a renamed image": (
        created(
            process("svchost.exe", 6100, command_line=SVCHOST, original_name="Cmd.Exe"),
            process("services.exe", 540),
        ),
    ),
    "an unknown parent": (created(process("svchost.exe", 6100, command_line=SVCHOST), None),),
}
"""One event a reason, and what comes before it."""

QUESTIONS: tuple[tuple[str, str | None], ...] = (
    ("svchost.exe", "services.exe"),
    ("svchost.exe", "-"),
    ("notepad.exe", "explorer.exe"),
)
"""Pairs that are no mismatch: expected, unknown, unwatched."""

NEEDED = "from datetime import datetime, timedelta, timezone\nfrom parentchild import *\n"
NEEDED += "from parentchild import export, frames, testing\nfrom parentchild.export import ocsf\n"
NEEDED += "from parentchild.hunting.comparing import difference\nnoon = datetime(2026, 3, 2, 12, tzinfo=timezone.utc)\n"
NEEDED += 'ACME = Process("acme.exe", pid=7)\n'
CALLS = r"""
Process(5)
Process("svchost.exe", pid=-1)
Process("svchost.exe", pid="6100")
Process("svchost.exe", started_at=datetime(2026, 3, 2))
ProcessCreated(timestamp="noon", device="ws-42", process=ACME)
ProcessCreated(timestamp=noon, device=None, process=ACME)
ProcessCreated(timestamp=noon, device="ws-42", process="acme.exe")
ProcessCreated(timestamp=noon, device="ws-42", process=ACME, record_id=2.5)
ProcessCreated(timestamp=noon, device="ws-42", process=ACME, from_snapshot=1)
DEFAULT_RELATIONS.verdict(5, "services.exe")
DEFAULT_RELATIONS.verdict("svchost.exe", 5)
DEFAULT_RELATIONS.verdict("svchost.exe", "services.exe", child_path=5)
DEFAULT_RELATIONS.verdict(ACME, "services.exe", child_path="C:\\acme.exe")
DEFAULT_RELATIONS.verdict("svchost.exe", "services.exe", windows="95")
DEFAULT_RELATIONS.without("acme.exe")
DEFAULT_RELATIONS.allow("svchost.exe", "acme.exe", why="")
DEFAULT_RELATIONS.allow("svchost.exe", "acme-*.exe", why="ACME's agent")
DEFAULT_RELATIONS.without_pack("acme")
DEFAULT_RELATIONS.for_windows("95")
catalog.vendor("acme")
RelationRegistry([5])
ExpectedParents("", ["services.exe"])
ExpectedParents(5, ["services.exe"])
ExpectedParents("C:\\ACME\\agent.exe", ["services.exe"])
ExpectedParents("agent.exe", "services.exe")
ExpectedParents("agent.exe", [5])
ExpectedParents("agent.exe", ["services.exe"], tier="core")
ExpectedParents("agent.exe", ["services.exe"], why=5)
ExpectedParents("agent.exe", ["services.exe"], windows="95")
ExpectedParents("agent.exe", ["services.exe"], windows=11)
ExpectedParents("agent.exe", ["services.exe"], directories="C:\\ACME")
ExpectedParents("agent.exe", ["services.exe"], directories=["ACME"])
ExpectedParents("agent.exe", ["services.exe"], severity=5)
ExpectedParents("agent.exe", ["services.exe"], arguments=[""])
ExpectedChildren("agent.exe", (), is_open=True)
ExpectedLaunch("agent.exe")
Exclusion(reason="")
Exclusion(reason="ACME's agent")
Exclusion(child="*", reason="too noisy")
Exclusion(child="C:\\ACME\\agent.exe", reason="ACME's agent")
Exclusion(child=5, reason="ACME's agent")
Exclusion(child_path="agent.exe", reason="ACME's agent")
Exclusion(device="", reason="a laboratory")
Exclusion(device="ws-42", reason="a laboratory", expires_at=datetime(2027, 1, 1))
Detector("the default")
Detector(exclusions=5)
Detector(exclusions=["svchost.exe"])
Detector(window=timedelta(0))
Detector(capacity=0)
Detector(suppression="none")
Detector(report_unknown="yes")
CrashHandler(within=timedelta(seconds=-1))
CrashHandler(copies=0)
Detector().observe({"FileName": "svchost.exe"})
Detector().expire(datetime(2026, 3, 2))
Detector.from_state(5, registry=DEFAULT_RELATIONS)
Detector.from_state({"format": "another"}, registry=DEFAULT_RELATIONS)
Detector.from_state(Detector().state() | {"version": 99}, registry=DEFAULT_RELATIONS)
Detector.from_state({"format": "parentchild.detector"}, registry=DEFAULT_RELATIONS)
(lambda one: (one.observe(ProcessCreated(timestamp=noon, device="ws-42", process=Process("svchost.exe"), parent=ACME)), one.merge(one)))(Detector())
hunt(5)
hunt("events.csv")
hunt("Image,ParentImage\nsvchost.exe,explorer.exe")
hunt([], source="sysmon")
hunt([], device=5)
hunt([{"EventID": 1}], zone="Europe/Berlin")
telemetry.read({"colour": "red"})
telemetry.read("svchost.exe")
telemetry.read(ProcessCreated(timestamp=noon, device="ws-42", process=ACME))
telemetry.read(5)
telemetry.read({"value": [{"EventID": 1}, {"EventID": 5}]})
telemetry.read('{"EventID": 1')
telemetry.read("<Event><System>")
telemetry.read('<!DOCTYPE x [<!ENTITY a "b">]><Event/>')
telemetry.defender.read({"ActionType": "ProcessCreated", "FileName": "svchost.exe"})
telemetry.defender.read({"ActionType": "ProcessCreated", "Timestamp": "yesterday", "FileName": "svchost.exe"})
telemetry.defender.read({"ActionType": "ProcessCreated", "Timestamp": "2026-03-02", "FileName": "svchost.exe"})
telemetry.defender.read({"ActionType": "ProcessCreated", "Timestamp": "2026-03-02T12:00:00Z"})
telemetry.defender.read({"ActionType": "ProcessCreated", "Timestamp": "2026-03-02T12:00:00Z", "FileName": 5})
telemetry.defender.read({"ActionType": "ProcessCreated", "Timestamp": "2026-03-02T12:00:00Z", "FileName": "a.exe", "ProcessId": "six"})
telemetry.defender.read({"ActionType": "ProcessCreated", "Timestamp": "2026-03-02T12:00:00Z", "FileName": "a.exe", "ProcessId": -6})
telemetry.ecs.read({"@timestamp": "2026-03-02T12:00:00Z", "event": {"category": ["process"], "type": ["start"]}, "process": "a.exe"})
telemetry.FieldMap(time="at", device="box", child=5, parent="by")
telemetry.FieldMap(time="at", device="box", child="image")
telemetry.FieldMap(time="at", device="box", child="image", parent="by").read({"at": 0, "image": "a.exe"})
published.run([5], [], now=noon)
published.run([], [], now=datetime(2026, 3, 2))
published.run([{"Timestamp": "yesterday"}], [], now=noon)
published.run([{"Timestamp": noon, "FileName": 5}], [], now=noon)
ocsf.finding(None, version="9")
difference([], [5])
"""
"""One call a line; each raises."""
_LONGEST_CALL = 160


def found(events: tuple[ProcessCreated, ...]) -> Finding:
    """Return the finding that the last of some events makes."""
    detector = Detector(report_unknown=True, resolve_parents=True)
    [*_, finding] = detector.observe_many(events)
    return finding


def raised() -> Iterator[tuple[str, str, str]]:
    """Yield each call of `CALLS` with the kind and the text of its error."""
    names: dict[str, object] = {}
    exec(NEEDED, names)  # noqa: S102 - this script's own text
    for call in CALLS.strip().splitlines():
        try:
            eval(call, names)  # noqa: S307 - this script's own text
        except ParentChildError as error:  # noqa: PERF203 - each of them raises
            yield call, type(error).__name__, str(error)
        else:
            raise AssertionError(f"{call} raises nothing")


def written() -> Iterator[tuple[str, str]]:
    """Yield what each literal in the source can say: the module, and the reason with a dot for each value."""
    for path in sorted((ROOT / "src").rglob("*.py")):
        module = ast.parse(path.read_text("utf-8"))
        takes_reason = {"InvalidEvent", "InvalidArgument", "InvalidState", "require"} | {
            node.name
            for node in ast.walk(module)
            if isinstance(node, ast.FunctionDef) and any(each.arg == "reason" for each in node.args.args)
        }
        for node in ast.walk(module):
            if isinstance(node, ast.Call) and node.args and _name(node.func) in takes_reason:
                reason = node.args[-1]
                where = str(path.relative_to(ROOT / "src" / "parentchild"))
                if isinstance(reason, ast.Constant) and isinstance(reason.value, str):
                    yield where, reason.value
                elif isinstance(reason, ast.JoinedStr):
                    parts = (each.value if isinstance(each, ast.Constant) else "…" for each in reason.values)
                    yield where, "".join(map(str, parts))


def _name(function: ast.expr) -> str:
    if isinstance(function, ast.Attribute):
        return function.attr
    return function.id if isinstance(function, ast.Name) else ""


def table(head: tuple[str, ...], rows: Iterator[tuple[str, ...]]) -> str:
    """Return a table in Markdown."""
    lines = [f"| {' | '.join(head)} |", "|" + "---|" * len(head)]
    lines += [f"| {' | '.join(map(cell, row))} |" for row in rows]
    return "\n".join(lines)


def cell(text: str) -> str:
    """Return a text for a cell: one line, no bar, no markup."""
    if text.startswith("`"):
        return text.replace("|", "\\|")
    plain = re.sub(r"([\\`*_<>\[\]|])", r"\\\1", text)
    return " ".join(plain.split())


def code(text: str) -> str:
    """Return a call as code, shortened where it is long."""
    return f"`{text if len(text) <= _LONGEST_CALL else text[:_LONGEST_CALL] + ' ...'}`"


def remedies_of(finding: Finding) -> tuple[str, ...]:
    """Return what would make a finding's first event benign."""
    event = finding.event
    return DEFAULT_RELATIONS.explain(event.process, event.parent, creator=event.creator).remedies


def page() -> str:
    """Return the page."""
    findings = {what: found(events) for what, events in EVENTS.items()}
    missing = sorted(set(Reason) - {finding.reason for finding in findings.values()}, key=str)
    if missing:
        raise AssertionError(f"no event of {missing}")
    errors = list(raised())
    said = "\n".join(message for _, _, message in errors)
    left = sorted({(where, text) for where, text in written() if not is_said(text, said)})
    return (
        "\n\n".join(
            (
                "# Messages",
                "Every sentence that this library says, to be reviewed at a glance. `docs/messages.py` writes this page.",
                "## Explanations",
                table(
                    ("for", "reasons", "explanation"),
                    (
                        (what, ", ".join(reason.value for reason in finding.reasons), finding.explanation)
                        for what, finding in findings.items()
                    ),
                ),
                "## Verdicts that are no mismatch",
                table(
                    ("child", "parent", "explanation"),
                    (
                        (child, parent or "", DEFAULT_RELATIONS.explain(child, parent).sentence)
                        for child, parent in QUESTIONS
                    ),
                ),
                "## What is missing",
                table(("name", "text"), ((each.name, each.value) for each in MissingParent)),
                "## Remedies",
                "What would make it benign, as `explain` says it.",
                table(
                    ("for", "remedies"),
                    ((what, "; ".join(remedies_of(finding))) for what, finding in findings.items()),
                ),
                "## Next steps",
                table(
                    ("for", "next steps"),
                    ((what, " ".join(finding.next_steps)) for what, finding in findings.items()),
                ),
                "## Report",
                "```text\n" + report() + "\n```",
                "## Errors",
                table(
                    ("call", "error", "message"), ((code(call), kind, text) for call, kind, text in errors)
                ),
                "## Errors that none of these calls raises",
                "`…` stands for a value.",
                table(("module", "reason"), iter(left)),
            )
        )
        + "\n"
    )


def is_said(text: str, said: str) -> bool:
    """Tell whether one of the messages is this text with values in it."""
    pattern = ".*?".join(map(re.escape, text.split("…")))
    return re.search(pattern, said) is not None


def report() -> str:
    """Return a report with each note that it can have."""
    rows: list[object] = [
        {"Timestamp": "2026-03-02T12:00:00Z", "ActionType": "ProcessCreated", "FileName": "svchost.exe",
         "ProcessId": 6100, "InitiatingProcessFileName": "explorer.exe", "InitiatingProcessId": 2140},
        {"Timestamp": "2026-03-02T12:00:01Z", "DeviceName": "ws-42", "ActionType": "ProcessCreated",
         "FileName": "svchost.exe", "ProcessId": 6101, "InitiatingProcessFileName": "",
         "InitiatingProcessId": 0},
        {"Timestamp": "2026-03-02T12:00:02Z", "DeviceName": "ws-42", "ActionType": "ProcessCreated",
         "FileName": "taskhostw.exe", "ProcessId": 5000, "InitiatingProcessFileName": "taskhostw.exe",
         "InitiatingProcessId": 2200},
        {"colour": "red"},
    ]  # fmt: skip
    excluded = parentchild.Exclusion(device="lab-07", reason="a laboratory")
    nothing = hunt(
        [{"Timestamp": "2026-03-02T12:00:00Z", "ActionType": "LogonSuccess", "DeviceName": "ws-42"}]
    )
    return f"{hunt(rows, exclusions=[excluded])}\n\n{nothing}"


if __name__ == "__main__":
    PAGE.write_text(page(), "utf-8")
