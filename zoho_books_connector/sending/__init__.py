"""The wire: pooled connections, the rate budget, and what may be sent again."""
