"""What holds for every test."""

from __future__ import annotations

import os

from hypothesis import HealthCheck, settings

# Machines are shared and noisy, so no example is timed. A submission must not fail by the luck of the draw: there the
# same examples run each time, while whoever develops explores new ones.
UNHURRIED = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("explore", UNHURRIED)
settings.register_profile("repeat", UNHURRIED, derandomize=True)
settings.load_profile("repeat" if os.environ.get("CI") else "explore")
