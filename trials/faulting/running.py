"""Plays many cases in several processes, which changes nothing in how any of them ends."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import partial, reduce
from multiprocessing import get_context
from operator import add
from pathlib import Path

from trials.faulting.cases import Case
from trials.faulting.playing import outcomes
from trials.faulting.tally import Tally


def tally_of(cases: Sequence[Case], seed: int, processes: int | None = None) -> Tally:
    """Play every case and count; each has a seed of its own, made of ``seed`` and its place."""
    count = processes or os.cpu_count() or 1
    shares = [dict(list(enumerate(cases))[start::count]) for start in range(count)]
    if count == 1:
        return _tally(shares[0], seed)
    with ProcessPoolExecutor(count, mp_context=get_context("spawn")) as pool:
        return reduce(add, pool.map(partial(_tally, seed=seed), shares))


def _tally(cases: Mapping[int, Case], seed: int) -> Tally:
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        return Tally.of(outcomes(cases, Path(folder), seed))
