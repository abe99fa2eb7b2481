"""Actions on the rows of a CSV file: read, matched with the action's inputs, run durably, and told line by line."""
