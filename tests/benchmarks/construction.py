"""Construction: what a frozen event costs beside a plain one."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from datetime import datetime, timezone
from functools import partial
from typing import Any

import attrs

from parentchild import Process
from parentchild.events import checked_process
from tests.benchmarks.measuring import interleaved, median_ms, print_table, ratio

_FIELDS = [field.name for field in attrs.fields(Process)]


def _plain() -> type:
    return attrs.make_class("Plain", _FIELDS, slots=True, eq=False, kw_only=True)


def _frozen() -> type:
    return attrs.make_class("Frozen", _FIELDS, slots=True, frozen=True, kw_only=True)


def _validated() -> type:
    validators: Any = attrs.validators
    kinds: dict[str, type] = {"pid": int, "session": int, "started_at": datetime}
    fields: dict[str, Any] = {
        name: attrs.field(validator=validators.optional(validators.instance_of(kinds.get(name, str))))
        for name in _FIELDS
    }
    return attrs.make_class("Validated", fields, slots=True, frozen=True, kw_only=True)


def _given(cls: Callable[..., Any]) -> Callable[..., Any]:
    return cls


def run(options: argparse.Namespace) -> None:
    values: dict[str, Any] = dict.fromkeys(_FIELDS)
    values |= {"name": "svchost.exe", "pid": 4242, "path": r"C:\Windows\System32\svchost.exe",
               "command_line": "svchost.exe -k netsvcs", "user": "SYSTEM",
               "started_at": datetime(2026, 3, 1, tzinfo=timezone.utc)}  # fmt: skip
    number = int(options.events) // 4
    classes: dict[str, Callable[..., Any]] = {
        "plain": _plain(),
        "frozen": _frozen(),
        "frozen, validator a field": _validated(),
    }
    classes["Process (frozen, one check)"] = Process
    classes["Process of checked values"] = checked_process

    def made(cls: Any) -> int:
        for _ in range(number):
            cls(**values)
        return number

    times = interleaved(
        {name: (partial(_given, cls), made) for name, cls in classes.items()}, options.repeats
    )
    rows = [
        (name, f"{median_ms(times, name) / number * 1e6:.0f}", f"{ratio(times, name, 'plain'):.2f}")
        for name in times
    ]
    print_table(f"Building an event model of {len(_FIELDS)} fields", ("", "ns", "x plain"), rows)
