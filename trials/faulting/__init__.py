"""The parts of the fault trial: cases, the host that lives through them, the count of the books, the report."""
