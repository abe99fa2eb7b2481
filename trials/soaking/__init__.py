"""The parts of the soak trial: servers that count, a simulated clock, real processes, and the report."""
