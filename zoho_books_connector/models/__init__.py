"""The shapes of inputs and outputs: one module per resource, and the parts that resources share."""
