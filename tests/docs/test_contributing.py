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


def followed(root: Path, *, without: int | None = None) -> Path:
    """Copy the project and follow the page in the copy, leaving a step out."""
    shutil.copytree(ROOT, root, ignore=shutil.ignore_patterns(*LEFT_OUT))
    for edit in edits():
        if edit.step != without:
            edit.apply(root)
    return root


def python(root: Path, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, *words], cwd=root, capture_output=True, text=True, check=False)


def run_tests(root: Path, *words: str) -> subprocess.CompletedProcess[str]:
    return python(root, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:xdist", *words)


def test_the_page_has_its_steps() -> None:
    assert sorted({edit.step for edit in edits()}) == list(STEPS)
    named = {block for block in blocks(PAGE) if block.language != "sh"}
    assert len(named) == len(edits()), "a block of code does not say where it goes"


def test_who_follows_the_page_has_a_working_action(tmp_path: Path) -> None:
    root = followed(tmp_path / "project")
    for module in ("zoho_books_connector.authoring", "tests.cassettes.record"):
        done = python(root, "-m", module)
        assert done.returncode == 0, done.stderr
    done = run_tests(
        root,
        "tests/end_to_end/test_item_status.py",
        "tests/project/test_conventions.py",
        "tests/project/test_generated_files.py",
        "tests/cassettes/test_coverage.py",
        "tests/cassettes/test_sandbox.py",
        "tests/manifest",
        "tests/models/test_inputs.py",
    )
    assert done.returncode == 0, done.stdout[-3000:]


@pytest.mark.parametrize("step", STEPS)
def test_a_step_that_is_left_out_is_named(step: int, tmp_path: Path) -> None:
    root = followed(tmp_path / "project", without=step)
    if step != 4:
        python(root, "-m", "zoho_books_connector.authoring")
    done = run_tests(root, "tests/project/test_conventions.py", "-k", "test_step_")
    assert re.search(rf"^(FAILED|ERROR) .*::test_step_{step}_", done.stdout, re.MULTILINE), done.stdout[-3000:]
