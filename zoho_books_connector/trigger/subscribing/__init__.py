"""Sets the webhooks and workflow rules of a subscription up at Zoho, checks them, mends them and takes them away."""
