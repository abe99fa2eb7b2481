"""How deliveries travel: all well, or by chance twice, late, out of order, and joined by forged ones."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator
from dataclasses import replace

from .automation import Parcel
from .signing import HEADER
from .webhooks import Delivery

Forge = Callable[[Delivery, random.Random], Delivery]
DIGIT = re.compile(rb"\d(?=\D*\Z)")


class Carrier:
    """Takes parcels, and says after how many seconds which parcels arrive; repeatable for a given seed."""

    def __init__(
        self,
        *,
        duplicates: float = 0,
        late: float = 0,
        disordered: float = 0,
        forged: float = 0,
        late_seconds: float = 3600,
        disorder_seconds: float = 5,
        seed: int = 0,
    ) -> None:
        """Take the chance of each mishap, from 0 to 1, for every parcel.

        A duplicate and a disordered parcel come up to `disorder_seconds` later, so that others overtake them; a
        late one comes `late_seconds` later. With the chance `forged` a forged parcel comes beside the genuine one.
        """
        self._duplicates = duplicates
        self._late = late
        self._disordered = disordered
        self._forged = forged
        self._late_seconds = late_seconds
        self._disorder_seconds = disorder_seconds
        self._random = random.Random(seed)  # noqa: S311 - repeatability is wanted, not secrecy

    def carry(self, parcel: Parcel) -> Iterator[tuple[float, Parcel]]:
        """Seconds of travel and parcel, for everything that arrives when this parcel is sent."""
        yield self._travel(), parcel
        if self._happens(self._duplicates):
            yield self._random.uniform(0, self._disorder_seconds), parcel
        if self._happens(self._forged):
            forge = self._random.choice(FORGERIES)
            yield self._travel(), replace(parcel, delivery=forge(parcel.delivery, self._random), genuine=False)

    def _travel(self) -> float:
        if self._happens(self._late):
            return self._late_seconds
        return self._random.uniform(0, self._disorder_seconds) if self._happens(self._disordered) else 0

    def _happens(self, chance: float) -> bool:
        return chance > 0 and self._random.random() < chance


def _unsigned(delivery: Delivery, _dice: random.Random) -> Delivery:
    return replace(delivery, headers=tuple(pair for pair in delivery.headers if pair[0] != HEADER))


def _signed_by_another(delivery: Delivery, dice: random.Random) -> Delivery:
    forged = "".join(dice.choices("0123456789abcdef", k=64))
    headers = tuple((name, forged if name == HEADER else value) for name, value in delivery.headers)
    return replace(delivery, headers=headers)


def _other_body(delivery: Delivery, _dice: random.Random) -> Delivery:
    """Change the body's last digit; without one, add a byte."""
    changed = DIGIT.sub(lambda found: b"%d" % ((int(found[0]) + 1) % 10), delivery.body)
    return replace(delivery, body=changed if changed != delivery.body else delivery.body + b" ")


def _other_query(delivery: Delivery, _dice: random.Random) -> Delivery:
    return replace(delivery, url=f"{delivery.url}{'&' if '?' in delivery.url else '?'}event=forged")


FORGERIES: tuple[Forge, ...] = (_unsigned, _signed_by_another, _other_body, _other_query)
"""Each leaves the rest of the delivery as it was."""
