"""The part of the trigger that reads what changed."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from typing import Any

from zoho_books_connector.boundary import CaughtUp, PollingPlan, RunContext, TokenStore


class CatchingUpTrigger:
    """Adds catching up to a trigger. What it needs is imported when it is used: receiving needs none of it."""

    def catch_up(
        self,
        modules: Sequence[str],
        *,
        credential: Mapping[str, Any],
        tokens: TokenStore,
        run: RunContext,
        since: float | None = None,
        cursor: Mapping[str, Any] | None = None,
        most_calls: int,
        whole_records: bool = False,
        is_known: Callable[[Sequence[str]], Set[str]] | None = None,
    ) -> Iterator[CaughtUp]:
        """Read what changed, page by page, each when it is asked for; see ``Trigger.catch_up``."""
        from zoho_books_connector.trigger.catching_up.catching import catch_up

        return catch_up(
            modules,
            credential=credential,
            tokens=tokens,
            run=run,
            since=since,
            cursor=cursor,
            most_calls=most_calls,
            whole_records=whole_records,
            is_known=is_known,
        )

    def plan_polling(
        self, modules: Sequence[str], *, interval: float, calls_per_day: int, share: float = 0.5
    ) -> PollingPlan:
        """Compute what asking every ``interval`` seconds costs; see ``Trigger.plan_polling``."""
        from zoho_books_connector.trigger.catching_up.planning import plan_polling

        return plan_polling(modules, interval=interval, calls_per_day=calls_per_day, share=share)
