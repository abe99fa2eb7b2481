"""Makes the forms that a host draws: a JSON Schema in draft-07, a UI schema for react-jsonschema-form, initial values.

Nothing here asks anybody: a form is the manifest and an input schema, turned into what form tools draw. The document
that a form gives back is what ``connector_authorization`` and the action handlers take.
"""
