"""The Books API: calls, answers, and what every code and module means."""
