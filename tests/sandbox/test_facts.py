"""The facts file and the switches agree, and the sandbox stays independent of what it is meant to test."""

from __future__ import annotations

import ast
import re
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

import zoho_books_connector.sandbox as package
from zoho_books_connector.sandbox import Switches
from zoho_books_connector.sandbox.switches import POSITIONS

FOLDER = Path(package.__file__).parent
FACTS: list[dict[str, Any]] = yaml.safe_load((FOLDER / "facts.yaml").read_text("utf-8"))["facts"]
GRADES = {"documented", "seen", "unverified", "own-choice"}
OUTSIDE = {"yaml", "pytest"}


@pytest.mark.parametrize("fact", FACTS, ids=lambda fact: fact["id"])
def test_a_row_has_its_cells(fact: dict[str, Any]) -> None:
    assert (
        {"id", "what", "grade", "source", "breaks_if_false"}
        <= fact.keys()
        <= {"id", "what", "grade", "source", "breaks_if_false", "switch"}
    )
    assert fact["grade"] in GRADES
    assert re.fullmatch(r"-|[A-Z][A-Z0-9]*(-[A-Z0-9]+)?", fact["source"])
    assert fact["source"] != "-" or fact["grade"] in ("own-choice", "unverified")


def test_ids_are_unique() -> None:
    ids = [fact["id"] for fact in FACTS]
    assert len(ids) == len(set(ids))


def test_every_switch_is_a_fact_and_every_switch_of_a_fact_exists() -> None:
    assert {fact["switch"] for fact in FACTS if "switch" in fact} == set(POSITIONS)


def test_every_switch_has_two_positions_and_both_are_tested() -> None:
    tests = "".join(path.read_text("utf-8") for path in Path(__file__).parent.glob("test_*.py"))
    for name, positions in POSITIONS.items():
        assert len(positions) == 2
        assert re.search(rf"\b{name}\b", tests), f"no test turns the switch {name}"


def test_a_switch_refuses_a_position_that_does_not_exist() -> None:
    with pytest.raises(ValueError):
        Switches(blanks="sometimes")  # type: ignore[arg-type]


def test_switches_are_read_from_text() -> None:
    assert Switches.parse(["code_seconds=60", "blanks=typed"]) == Switches(code_seconds=60, blanks="typed")
    for wrong in ("nothing=1", "blanks=sometimes", "blanks"):
        with pytest.raises(ValueError):
            Switches.parse([wrong])


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.py")), ids=lambda path: path.name)
def test_nothing_is_imported_from_the_connector(path: Path) -> None:
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert node.level <= 1, f"{path.name} reaches out of the sandbox"
            names = [node.module or ""] if node.level == 0 else []
        else:
            continue
        for name in names:
            assert name.split(".")[0] in sys.stdlib_module_names | OUTSIDE
