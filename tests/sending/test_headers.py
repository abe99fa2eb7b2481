"""What the headers of an answer say about limits, and that nonsense says nothing."""

from __future__ import annotations

import pytest

from tests.doubles import NOW
from zoho_books_connector.boundary import Quota
from zoho_books_connector.sending.headers import quota_of, retry_after


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("7", 7.0),
        ("0.5", 0.5),
        ("Mon, 21 Sep 2026 14:13:30 GMT", 10.0),
        ("Mon, 21 Sep 2026 14:00:00 GMT", 0.0),
        ("", None),
        ("-3", None),
        ("soon", None),
        ("inf", None),
        ("nan", None),
    ],
)
def test_retry_after_is_read_in_each_of_its_forms(header: str, seconds: float | None) -> None:
    assert NOW == 1_790_000_000.0  # Mon, 21 Sep 2026 14:13:20 GMT
    assert retry_after({"retry-after": header}, NOW) == seconds


@pytest.mark.parametrize(
    ("limit", "remaining", "reset", "quota"),
    [
        ("1000", "7", "3600", Quota(1000, 7, 3600)),
        ("1000", None, None, Quota(1000, None, None)),
        (None, None, "3600", Quota(None, None, 3600)),
        ("1000", "-1", "soon", Quota(1000, None, None)),
        (None, None, None, None),
        ("many", "", "1e3", None),
    ],
)
def test_the_day_is_read_as_far_as_it_is_told(
    limit: str | None, remaining: str | None, reset: str | None, quota: Quota | None
) -> None:
    said = {"limit": limit, "remaining": remaining, "reset": reset}
    headers = {f"x-rate-limit-{name}": text for name, text in said.items() if text is not None}
    assert quota_of(headers) == quota
