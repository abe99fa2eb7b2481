"""All eleven actions against a real account, opt-in; the same round trip runs against the sandbox in every test run."""
