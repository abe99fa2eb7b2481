"""The benchmarks run, count what they say they count, and give no verdict on a machine that is not quiet."""

from __future__ import annotations

import json
import ssl
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

if sys.platform == "win32":
    pytest.skip("the benchmarks need Linux or macOS", allow_module_level=True)

from benchmarks import __main__ as command
from benchmarks import report
from benchmarks.bench import Bench, set_up
from benchmarks.calls import built_by, counts, memory
from benchmarks.host import READ_PATH
from benchmarks.measure import Call, Comparison, Effort, compare
from benchmarks.report import Row, table

QUICK = Effort(rounds=2, calls=2, starts=2, reads=100, attempts=1)


@pytest.fixture(scope="module")
def bench() -> Iterator[Bench]:
    with set_up(QUICK) as stage:
        yield stage


def test_our_call_and_the_bare_one_bring_the_same_record(bench: Bench) -> None:
    bare = json.loads(json.dumps(bench.bare.read()()))
    assert len(bench.answers[2]) > 3000
    assert bare["invoice"]["line_items"][0]["name"] == "Bolt"
    result = bench.host.read()()
    assert vars(result)["data"]["record"] == bare["invoice"]


def test_warm_calls_build_nothing(bench: Bench) -> None:
    found = list(counts(bench))
    assert [(row.figure, row.limit) for row in found] == [(0, 0)] * 4


def test_what_is_built_would_be_counted(bench: Bench) -> None:
    def careless() -> None:
        ssl.create_default_context()
        httpx.get(bench.server.url + READ_PATH, trust_env=False)

    opened = bench.server.opened()
    assert built_by(careless, 2)["ssl.__new__"] >= 2
    assert bench.server.opened() == opened + 2


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="only Linux tells a process its memory")
def test_memory_that_is_kept_would_be_seen(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    kept: list[bytes] = []
    monkeypatch.setattr(bench.host, "read", lambda: lambda: kept.append(b"x" * 300_000))
    [row] = memory(bench)
    assert row.figure > 500


def named(name: str) -> Call:
    return lambda: name


def test_a_subject_is_compared_with_the_base_in_the_middle() -> None:
    costs = {"base": iter([9.0, 9, 1, 1, 4, 4, 2, 2]), "twice": iter([9.0, 2, 8, 4])}
    effort = Effort(rounds=3, calls=1, attempts=1)
    found = compare(named("base"), {"twice": named("twice")}, effort, lambda call, _: next(costs[str(call())]))
    assert (found.ratios["twice"], found.same) == (2.0, 1.0)


def test_a_machine_that_is_not_quiet_gets_another_chance() -> None:
    # Warming up, then one round of base, subject and base, or backwards.
    noisy, quiet = [1.0, 1, 1, 5, 3, 4], [1.0, 1, 1, 4, 2, 4]
    costs = iter([*noisy, *quiet])
    found = compare(named("base"), {"half": named("half")}, Effort(rounds=1, calls=1), lambda _, __: next(costs))
    assert (found.ratios["half"], found.same, next(costs, None)) == (0.5, 1.0, None)


@pytest.mark.parametrize(
    ("figure", "same", "verdict", "failed"),
    [
        (1.20, 1.0, "holds", False),
        (1.21, 1.0, "**exceeded**", True),
        (1.21, 1.03, "no verdict: machine not quiet", False),
        (1.10, 0.97, "no verdict: machine not quiet", False),
    ],
)
def test_a_verdict_needs_a_quiet_machine(figure: float, same: float, verdict: str, failed: bool) -> None:
    row = Row.of("a read", "a bare read", Comparison({"a read": figure}, same), 1.2)
    assert (row.verdict, row.failed) == (verdict, failed)


def test_the_table_stands_in_the_page_between_its_marks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    page = tmp_path / "performance.md"
    page.write_text(report.PAGE.read_text("utf-8"), "utf-8")
    monkeypatch.setattr(report, "PAGE", page)
    row = Row("a count", "", 3, 0)
    report.write_page([row])
    report.write_page([row])
    assert page.read_text("utf-8").count(table([row])) == 1
    assert "| a count |  | 3 | 0 |  | **exceeded** |" in page.read_text("utf-8")
    assert page.read_text("utf-8").endswith(report.PAGE.read_text("utf-8").partition("<!-- end of measured -->")[2])


def test_every_section_runs(capsys: pytest.CaptureFixture[str]) -> None:
    assert command.main(["--quick"]) == 0
    printed = capsys.readouterr().out
    assert all(f"\n{section}\n| what" in printed for section in command.SECTIONS)


@pytest.mark.parametrize("arguments", [["nothing"], ["--write", "--quick"], ["--write", "calls"]])
def test_a_wrong_command_is_refused(arguments: list[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        command.main(arguments)
    assert ended.value.code == 2
