"""The workbench's side of the trigger: subscriptions, deliveries, their worker, and catching up."""
