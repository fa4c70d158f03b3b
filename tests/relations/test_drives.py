"""Drives: from which drive Windows runs on a device."""

from __future__ import annotations

import pytest

from parentchild.relations.drives import Drives

VOLUME = r"\device\harddiskvolume3"
NO_VOLUME = "\\"


@pytest.mark.parametrize(
    ("usual", "others", "certain"),
    [
        ("c:", {}, ["c:"]),
        ("d:", {}, ["d:"]),
        (VOLUME, {}, [VOLUME]),
        ("c:", {"a": "c:"}, []),
        ("c:", {"a": "d:"}, []),
        ("c:", {"a": "d:", "b": VOLUME}, [NO_VOLUME]),
        ("c:", {"a": VOLUME}, [NO_VOLUME]),
    ],
)
def test_a_drive_is_certain_where_no_device_is_said_to_differ(
    usual: str, others: dict[str, str], certain: list[str]
) -> None:
    assert sorted(Drives(usual, others).certain) == certain


@pytest.mark.parametrize(
    ("usual", "others", "device", "told", "drives"),
    [
        ("c:", {}, "a", None, {"c:"}),
        ("c:", {}, "a", "c:", {"c:"}),
        ("c:", {}, "a", "d:", {"d:"}),
        ("c:", {"a": "d:"}, "a", None, {"d:"}),
        ("c:", {"a": "d:"}, "b", None, {"c:"}),
        ("c:", {"a": "d:"}, "a", "e:", {"e:"}),
        ("c:", {"a": VOLUME}, "a", None, {VOLUME}),
        ("c:", {"a": VOLUME}, "a", "d:", {VOLUME, "d:"}),
        (VOLUME, {}, "a", "c:", {VOLUME, "c:"}),
        (VOLUME, {}, "a", VOLUME, {VOLUME}),
    ],
)
def test_what_a_device_tells_goes_before_what_is_said_but_a_volume_stays(
    usual: str, others: dict[str, str], device: str, told: str | None, drives: set[str]
) -> None:
    assert Drives(usual, others).of(device, told) == drives
