"""CONTRIBUTING is followed: its five steps make a working action, and a step that is left out is named."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.docs.reading import ROOT, Block, blocks

PAGE = ROOT / "CONTRIBUTING.md"
STEPS = (1, 2, 3, 4, 5)
#: What a copy does without.
LEFT_OUT = (".git", ".venv", "build", "dist", "node_modules", "benchmarks", ".*_cache", ".hypothesis", "__pycache__")
_NEW = re.compile(r"new file `([^`]+)`:\Z", re.IGNORECASE)
_INTO = re.compile(r"In `([^`]+)`, (after|before) `([^`]+)`:\Z")
_HEADING = re.compile(r"^### (\d)\. ", re.MULTILINE)


@dataclass(frozen=True)
class Edit:
    """What a block of code does to a file: makes it, or goes in beside the line that holds the anchor."""

    step: int
    file: str
    text: str
    where: str = ""
    anchor: str = ""

    def apply(self, root: Path) -> None:
        path = root / self.file
        if not self.where:
            assert not path.exists(), f"{self.file} is not new"
            path.write_text(self.text, "utf-8")
            return
        lines = path.read_text("utf-8").splitlines(keepends=True)
        [at] = [number for number, line in enumerate(lines) if self.anchor in line]
        lines.insert(at + (self.where == "after"), self.text)
        path.write_text("".join(lines), "utf-8")

    def revert(self, root: Path) -> None:
        path = root / self.file
        if self.where:
            path.write_text(path.read_text("utf-8").replace(self.text, "", 1), "utf-8")
        else:
            path.unlink()


def edits() -> list[Edit]:
    """Every block that names a file, in the order of the page."""
    text = PAGE.read_text("utf-8").splitlines()
    found = []
    for block in blocks(PAGE):
        step = _HEADING.findall("\n".join(text[: block.line]))
        found += [edit for edit in [_edit(block, int(step[-1]) if step else 0)] if edit]
    return found


def _edit(block: Block, step: int) -> Edit | None:
    if new := _NEW.search(block.said):
        return Edit(step, new[1], block.text)
    if into := _INTO.search(block.said):
        return Edit(step, into[1], block.text, into[2], into[3])
    return None


def copied(source: Path, target: Path) -> Path:
    shutil.copytree(source, target, ignore=shutil.ignore_patterns(*LEFT_OUT))
    return target


def python(root: Path, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, *words], cwd=root, capture_output=True, text=True, check=False)


def run_tests(root: Path, *words: str) -> str:
    """Return what pytest says in a copy."""
    return python(root, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:xdist", *words).stdout


@pytest.fixture(scope="module")
def followed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the project in which somebody followed the page from the first step to the last."""
    root = copied(ROOT, tmp_path_factory.mktemp("followed") / "project")
    for edit in edits():
        edit.apply(root)
    for module in ("zoho_books_connector.authoring", "tests.cassettes.record"):
        done = python(root, "-m", module)
        assert done.returncode == 0, done.stderr
    return root


def test_every_block_of_the_steps_says_where_it_goes() -> None:
    assert sorted({edit.step for edit in edits()}) == list(STEPS)
    assert len(edits()) == len([block for block in blocks(PAGE) if block.language != "sh"])


def test_who_follows_the_page_has_a_working_action(followed: Path) -> None:
    its_own = "mark_item_inactive or item_status or test_step_ or up_to_date or titles or coverage or default"
    folders = ("end_to_end", "project", "cassettes", "manifest", "models")
    said = run_tests(
        followed, *(f"tests/{folder}" for folder in folders), "--ignore=tests/project/test_wheel.py", "-k", its_own
    )
    assert re.search(r"\d+ passed", said), said
    assert "failed" not in said, said[-3000:]
    assert "error" not in said, said[-3000:]


@pytest.mark.parametrize("step", STEPS)
def test_a_step_that_is_left_out_is_named(step: int, followed: Path, tmp_path: Path) -> None:
    root = copied(followed, tmp_path / "project")
    for edit in edits():
        if edit.step == step:
            edit.revert(root)
    if step == 4:  # without its command, nothing is generated
        for folder in ("inputs", "outputs"):
            (root / "schemas" / folder / "mark_item_inactive.json").unlink()
    said = run_tests(root, "tests/project/test_conventions.py", "-k", "test_step_")
    named = re.findall(r"^FAILED .*::test_step_(\d)_", said, re.MULTILINE)
    assert str(step) in named, said[-3000:]
    assert min(named) == str(step), "an earlier step is named, which was not forgotten"
