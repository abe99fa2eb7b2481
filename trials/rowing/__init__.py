"""The parts of the rows trial: a workbench in a process of its own, its murderer, and the counting afterwards."""
