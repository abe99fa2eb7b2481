"""The workbench: the connector's forms in a browser, on a small durable host that uses nothing but the hooks."""
