"""The parts of the trial of deliveries."""
