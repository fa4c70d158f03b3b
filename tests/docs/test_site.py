"""What the docs' configuration does to the reference: plain signatures, and docstrings of values."""

# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false

from __future__ import annotations

import sys
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

import parentchild
from parentchild.hunting import RowSource

DOCS = Path(__file__).parents[2] / "docs"


@pytest.fixture(scope="module")
def inventories() -> Any:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "path", [str(DOCS), *sys.path])
        return import_module("inventories")


@pytest.fixture(scope="module")
def conf() -> Any:
    pytest.importorskip("sphinx")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "path", [str(DOCS), *sys.path])
        return import_module("conf")


def test_the_inventories_are_what_the_script_writes(inventories: Any) -> None:
    kept = {path.stem: path.read_bytes() for path in inventories.FOLDER.glob("*.inv")}
    written = {name: inventories.inventory(each) for name, each in inventories.PROJECTS.items()}
    assert kept == written, "run python docs/inventories.py"


def test_each_name_of_an_inventory_exists(inventories: Any) -> None:
    for project in inventories.PROJECTS.values():
        for roles in project.names.values():
            for name in (each for names in roles.values() for each in names):
                module, _, last = name.rpartition(".")
                if find_spec(module.partition(".")[0]):
                    assert hasattr(import_module(module), last), name


def test_a_signature_shows_types_and_defaults_of_the_fields(conf: Any) -> None:
    shown, _ = conf.signature_of(
        parentchild.CrashHandler, "(*, within: object = attr_dict['within'].default)"
    )
    assert shown == "(*, within: ~datetime.timedelta = timedelta(seconds=30), copies: int = 4)"
    shown, _ = conf.signature_of(parentchild.ExpectedLaunch, "(image: str, ...)")
    assert shown.startswith("(image: str, *, directories: ~collections.abc.Iterable[str] = (), ")


def test_what_nobody_calls_has_no_signature(conf: Any) -> None:
    assert conf.signature_of(RowSource, "(*args, **kwargs)") == ("", None)
    assert conf.signature_of(parentchild.Verdict, "(value)") == ("", None)


def test_a_value_has_the_docstring_of_the_module_that_defines_it(conf: Any) -> None:
    told = conf.own_docstring("parentchild.DEFAULT_RELATIONS", parentchild.DEFAULT_RELATIONS)
    assert "Windows 10, 11" in told[0]
    assert conf.is_of_its_class("a text", (str.__doc__ or "").splitlines())
    assert not conf.is_of_its_class("a text", ["The columns of what a stream gives."])
