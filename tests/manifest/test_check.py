"""The manifest's schema is proven by examples: valid files pass, each invalid one fails where and as it says."""

from __future__ import annotations

import re
from difflib import SequenceMatcher
from pathlib import Path

import pytest

from zoho_books_connector.manifest import check_manifest, find_data, main, read_yaml
from zoho_books_connector.manifest_source import ManifestError

EXAMPLES = Path(__file__).parent / "examples"
VALID = sorted((EXAMPLES / "valid").glob("*.yaml"))
INVALID = sorted((EXAMPLES / "invalid").glob("*.yaml"))
EXPECTATION = re.compile(r"^# expect (\d+:\d+) (.+)$", re.MULTILINE)


def content(path: Path) -> list[str]:
    return [line for line in path.read_text(encoding="utf-8").splitlines() if not line.startswith("#")]


def test_there_are_examples() -> None:
    assert VALID
    assert len(INVALID) > 20


@pytest.mark.parametrize("path", VALID, ids=lambda path: path.stem)
def test_valid_example_has_no_fault(path: Path) -> None:
    assert check_manifest(path) == []


@pytest.mark.parametrize("path", INVALID, ids=lambda path: path.stem)
def test_invalid_example_fails_as_it_says(path: Path) -> None:
    expected = EXPECTATION.findall(path.read_text(encoding="utf-8"))
    found = [(f"{fault.line}:{fault.column}", fault.message) for fault in check_manifest(path)]
    assert expected, "The example says nothing of its fault: add a line '# expect LINE:COLUMN MESSAGE'."
    assert [place for place, _ in found] == [place for place, _ in expected]
    # YAML's own words differ between its two parsers, so an expectation may stop early.
    assert all(said.startswith(wanted) for (_, said), (_, wanted) in zip(found, expected, strict=True)), found


@pytest.mark.parametrize("path", INVALID, ids=lambda path: path.stem)
def test_invalid_example_differs_by_one_thing(path: Path) -> None:
    changes = SequenceMatcher(None, content(EXAMPLES / "valid" / "minimal.yaml"), content(path), autojunk=False)
    assert len([change for change in changes.get_opcodes() if change[0] != "equal"]) == 1


def test_own_manifest_has_no_fault() -> None:
    assert check_manifest() == []


@pytest.mark.parametrize("name", ["date", "key_twice", "key_not_text", "yes_for_true", "broken_yaml", "no_value"])
def test_reading_refuses_what_yaml_would_change(name: str) -> None:
    with pytest.raises(ManifestError) as caught:
        read_yaml(EXAMPLES / "invalid" / f"{name}.yaml")
    assert re.search(rf"{name}\.yaml:\d+:\d+: ", str(caught.value))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("- 1\n", "The file must hold a mapping."),
        ("", "The file must hold a mapping."),
        ("a: .inf\n", "YAML reads .inf as float"),
        ("a: 1_000\n", "YAML reads 1_000 as int"),
        ("a: 1:30\n", "YAML reads 1:30 as int"),
        ("a: ~\n", "YAML reads ~ as null"),
        ("a: !!binary aGk=\n", "YAML reads aGk= as binary"),
        ("<<: {a: 1}\n", "A key must be text"),
        ("a: \x07\n", "This is not YAML"),
    ],
)
def test_reading_names_the_fault(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "some.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ManifestError) as caught:
        read_yaml(path)
    assert caught.value.faults[0].message.startswith(message)


def test_reading_keeps_plain_values_and_their_order(tmp_path: Path) -> None:
    path = tmp_path / "some.yaml"
    path.write_text('b: 1.5\na: [true, null, -7, "1.10", text]\n', encoding="utf-8")
    data = read_yaml(path)
    assert list(data.items()) == [("b", 1.5), ("a", [True, None, -7, "1.10", "text"])]


def test_command_prints_places_and_fails(capsys: pytest.CaptureFixture[str]) -> None:
    path = EXAMPLES / "invalid" / "misspelt_key.yaml"
    assert main(["check", str(path)]) == 1
    out = capsys.readouterr().out
    assert f"{path}:8:3: The key 'categroy' is unknown. Did you mean 'category'?\n" in out


def test_command_is_silent_when_all_is_well(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", str(find_data("connector.yaml"))]) == 0
    assert capsys.readouterr().out == ""
