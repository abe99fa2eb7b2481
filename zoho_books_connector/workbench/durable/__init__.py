"""The durable runtime: DBOS Transact inside this process, and its files."""
