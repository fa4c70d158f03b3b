"""Each recipe of docs/how-to/recipes.md runs, with stand-ins where it would use a network or a product."""

# Stand-ins for the modules of other tools are lambdas: they say no types, and need none.
# pyright: reportUnknownLambdaType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false
# pyright: reportUnknownMemberType=false

from __future__ import annotations

import json
import re
import sys
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from types import GenericAlias, ModuleType, SimpleNamespace
from typing import Any

import pytest

from parentchild.testing import Host, rows

PAGE = Path(__file__).parents[2] / "docs" / "how-to" / "recipes.md"
SECTIONS = dict(
    re.findall(
        r"^## (.+?)\n.*?^```python notest\n(.*?)^```$", PAGE.read_text("utf-8"), re.MULTILINE | re.DOTALL
    )
)
BROKEN = {"ActionType": "ProcessCreated", "Timestamp": "yesterday", "FileName": "svchost.exe"}


def attacked(device: str = "ws-01") -> Host:
    """Return a host on which Word starts a service host."""
    host = Host(device)
    host.boot()
    host.masquerade("svchost.exe", parent="winword.exe")
    return host


def run(name: str, **given: object) -> dict[str, Any]:
    """Run the code of a section as a module of its own; return what it defined."""
    space: dict[str, Any] = {"__name__": "recipe", **given}
    exec(compile(SECTIONS[name], str(PAGE), "exec"), space)  # noqa: S102 - that is the test
    return space


def giving(value: Any) -> Callable[..., Any]:
    """Return a function that gives a value, whatever it is called with."""

    def give(*_: object, **__: object) -> Any:
        return value

    return give


def same(value: Any) -> Any:
    """Return what is given: a decorator that does nothing."""
    return value


def stand_in(patch: pytest.MonkeyPatch, name: str, **members: Any) -> ModuleType:
    """Put a module into the place of one that needs a network; packages above it come with it."""
    module = ModuleType(name)
    vars(module).update(members)
    parts = name.split(".")
    for length in range(1, len(parts)):
        above = ".".join(parts[:length])
        if above not in sys.modules:
            patch.setitem(sys.modules, above, ModuleType(above))
    patch.setitem(sys.modules, name, module)
    if len(parts) > 1:
        patch.setattr(sys.modules[".".join(parts[:-1])], parts[-1], module, raising=False)
    return module


def test_every_recipe_has_a_test() -> None:
    tested = set(re.findall(r'run\("(.+?)"', Path(__file__).read_text("utf-8")))
    assert set(SECTIONS) <= tested


def test_a_kafka_consumer_passes_findings_on_and_goes_on_from_its_state(  # noqa: C901 - two stand-ins
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    class Message:
        def __init__(self, value: bytes, error: str | None = None) -> None:
            self.value, self.error = giving(value), giving(error)

    class Consumer:
        queue: list[Message | None]
        committed = closed = 0
        has_new_offset = False

        def __init__(self, settings: dict[str, object]) -> None:
            assert settings["enable.auto.commit"] is False

        def subscribe(self, topics: list[str]) -> None:
            assert topics == ["process-events"]

        def poll(self, timeout: float) -> Message | None:
            assert timeout > 0
            if not Consumer.queue:
                raise KeyboardInterrupt
            message = Consumer.queue.pop(0)
            self.has_new_offset |= message is not None
            return message

        def commit(self, *, asynchronous: bool) -> None:
            assert not asynchronous
            if not self.has_new_offset:
                raise RuntimeError("Commit failed: Local: No offset stored")  # as the library does
            self.has_new_offset = False
            Consumer.committed += 1

        def close(self) -> None:
            Consumer.closed += 1

    sent: list[tuple[str, Any]] = []

    class Producer:
        def __init__(self, settings: dict[str, object]) -> None:
            assert settings

        def produce(self, topic: str, *, value: str, key: str | None = None) -> None:
            assert (key is not None) is (topic == "findings")
            sent.append((topic, value))

        def flush(self) -> None:
            pass

    stand_in(monkeypatch, "confluent_kafka", Consumer=Consumer, Producer=Producer)
    monkeypatch.chdir(tmp_path)
    told = [Message(json.dumps(row).encode()) for row in [*attacked().rows(rows.ecs), BROKEN]]
    Consumer.queue = [None, Message(b"", "unknown topic"), *told]
    run("Kafka consumer")["main"]()
    Consumer.queue = list(told)
    run("Kafka consumer")["main"]()
    Consumer.queue = []  # stopped before anything came
    run("Kafka consumer")["main"]()
    found = [json.loads(value) for topic, value in sent if topic == "findings"]
    assert [(each["child"], each["parent"]) for each in found] == [("svchost.exe", "winword.exe")]
    assert [topic for topic, _ in sent].count("unreadable") == 2
    assert (Consumer.committed, Consumer.closed) == (2, 3)
    assert capsys.readouterr().err == "kafka: unknown topic\n"


def test_an_azure_function_reads_the_records_of_an_event_hub(monkeypatch: pytest.MonkeyPatch) -> None:
    def triggered(function: Any) -> Any:
        # The worker refuses list[EventHubEvent]: azure.functions.meta.is_iterable_type_annotation.
        assert not isinstance(function.__annotations__["events"], GenericAlias)
        return function

    class FunctionApp:
        def event_hub_message_trigger(self, **options: object) -> Any:
            assert options["arg_name"] == "events"
            assert options["cardinality"] == "many"
            return triggered

        def event_hub_output(self, **options: object) -> Any:
            assert options["arg_name"] == "findings"
            return same

    stand_in(monkeypatch, "azure.functions", FunctionApp=FunctionApp, EventHubEvent=Any, Out=dict)
    records = [
        {"time": row["Timestamp"], "category": "AdvancedHunting-DeviceProcessEvents", "properties": row}
        for row in attacked().rows(rows.defender)
    ]
    body = json.dumps({"records": records}).encode()
    told: list[str] = []
    function = run("Azure Function on Event Hub")["detect"]
    function([SimpleNamespace(get_body=giving(body))], SimpleNamespace(set=told.append))
    function(
        [SimpleNamespace(get_body=giving(body))], SimpleNamespace(set=told.append)
    )  # repeats say nothing
    [text] = told
    assert [each["parent"] for each in json.loads(text)] == ["winword.exe"]


def test_an_airflow_task_tells_what_is_new(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    stand_in(
        monkeypatch,
        "airflow.sdk",
        task=same,
        dag=giving(giving(giving(None))),
    )
    space = run("Airflow task")
    space["FOLDER"] = tmp_path
    host = attacked()
    first = "\n".join(json.dumps(row) for row in host.rows(rows.defender))
    (tmp_path / "2026-03-02.jsonl").write_text(first, "utf-8")
    assert [each["parent"] for each in space["look"]("2026-03-02")] == ["winword.exe"]
    host.wait(timedelta(hours=1))
    host.masquerade("lsass.exe", parent="cmd.exe")
    second = "\n".join(json.dumps(row) for row in host.rows(rows.defender))
    (tmp_path / "2026-03-03.jsonl").write_text(second, "utf-8")
    new = space["look"]("2026-03-03")
    assert [each["parent"] for each in new] == ["cmd.exe"]
    space["tell"](new)
    (tmp_path / "2026-03-04.jsonl").write_text('{"colour": "red"}\n', "utf-8")
    with pytest.raises(ValueError, match="no process start"):
        space["look"]("2026-03-04")


def test_a_velociraptor_notebook_reads_the_rows_of_a_hunt(monkeypatch: pytest.MonkeyPatch) -> None:
    table: Any = attacked().rows(rows.sysmon)
    parts: list[dict[str, Any]] = [
        {**row["Event"], "ClientId": "C.1", "Fqdn": "ws-01.corp.example"} for row in table if "Event" in row
    ]
    assert parts
    config = dict.fromkeys(
        ("ca_certificate", "client_private_key", "client_cert", "api_connection_string"), "..."
    )

    class Channel:
        def __enter__(self) -> None:
            pass

        def __exit__(self, *_: object) -> None:
            pass

    class Stub:
        def __init__(self, channel: None) -> None:
            assert channel is None

        def Query(self, request: SimpleNamespace) -> Iterator[SimpleNamespace]:  # noqa: N802 - as gRPC has it
            assert "hunt_results" in request.Query[0].VQL
            yield SimpleNamespace(Response="")
            yield SimpleNamespace(Response=json.dumps(parts))

    stand_in(
        monkeypatch,
        "grpc",
        ssl_channel_credentials=giving(None),
        secure_channel=giving(Channel()),
    )
    pyvelociraptor = stand_in(monkeypatch, "pyvelociraptor", LoadConfigFile=giving(config))
    pyvelociraptor.api_pb2 = SimpleNamespace(VQLCollectorArgs=SimpleNamespace, VQLRequest=SimpleNamespace)  # type: ignore[attr-defined]
    pyvelociraptor.api_pb2_grpc = SimpleNamespace(APIStub=Stub)  # type: ignore[attr-defined]
    report = run("Velociraptor notebook")["report"]
    assert [finding.parent for finding in report] == ["winword.exe"]


def test_msticpy_gets_a_frame_with_the_columns_that_it_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    pandas: Any = pytest.importorskip("pandas")
    drawn: list[str] = []

    class Plots:
        def __init__(self, frame: Any) -> None:
            self.frame = frame

        def timeline(self, *, time_column: str, group_by: str, source_columns: list[str]) -> None:
            assert {time_column, group_by, *source_columns} <= set(self.frame.columns)
            assert str(self.frame[time_column].dtype) == "datetime64[us, UTC]"
            drawn.append("timeline")

        def process_tree(self, *, schema: ProcSchema, legend_col: str) -> None:
            assert {legend_col, *filter(None, schema.columns)} <= set(self.frame.columns)
            assert len(self.frame.drop_duplicates()) == 1  # as the library does first
            drawn.append("tree")

    class ProcSchema:
        mandatory = ("process_name", "process_id", "parent_id", "time_stamp")
        optional = ("cmd_line", "user_name", "logon_id", "host_name_column", "parent_name", "target_logon_id",
                    "user_id", "event_id_column")  # fmt: skip

        def __init__(self, **names: str) -> None:
            assert set(self.mandatory) <= set(names) <= {*self.mandatory, *self.optional}
            self.columns = [names.get(each) for each in (*self.mandatory, *self.optional)]

    stand_in(monkeypatch, "msticpy.transform.proc_tree_schema", ProcSchema=ProcSchema)
    monkeypatch.setattr(sys.modules["msticpy"], "init_notebook", giving(None), raising=False)
    monkeypatch.setattr(pandas.DataFrame, "mp_plot", property(Plots), raising=False)
    run("Jupyter with msticpy", events=attacked().rows(rows.defender))
    assert drawn == ["timeline", "tree"]


def test_a_splunk_command_gives_findings_for_events(monkeypatch: pytest.MonkeyPatch) -> None:
    warned: list[str] = []

    class EventingCommand:
        write_warning = staticmethod(warned.append)

    stand_in(
        monkeypatch,
        "splunklib.searchcommands",
        Configuration=giving(same),
        EventingCommand=EventingCommand,
        dispatch=giving(None),
    )
    command = run("Splunk custom command")["ParentChildCommand"]()
    [row] = command.transform(iter([*attacked().rows(rows.splunk_cim), {"colour": "red"}]))
    assert (row["child"], row["parent"]) == ("svchost.exe", "winword.exe")
    assert json.loads(row["reasons"]) == ["unexpected-parent"]
    assert "1 unreadable" in warned[0]


def test_the_tests_of_a_detection_repository_pass() -> None:
    space = run("pytest in a detection-as-code repository")
    for name, test in space.items():
        if name.startswith("test_"):
            [mark] = getattr(test, "pytestmark", [None])
            for value in mark.args[1] if mark else ():
                test(value)
            if not mark:
                test()
