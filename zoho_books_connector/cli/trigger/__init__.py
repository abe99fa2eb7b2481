"""``zoho-books trigger``: subscribe to events, show them as they arrive, hand them out again, catch up."""
