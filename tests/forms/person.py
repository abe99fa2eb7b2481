"""A person at a form that plain react-jsonschema-form draws: sees, types, chooses, adds lines, submits."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Final

from playwright.sync_api import ConsoleMessage, Locator, Page

from zoho_books_connector.boundary import Form

BUNDLE: Final = Path(__file__).parent / "rjsf" / "bundle.js"
ALL_FIELDS: Final = "Show all fields"
USUAL_FIELDS: Final = "Show the usual fields"
#: Kind of a custom field's value → what the form calls it.
_VALUES: Final = {str: "Text", int: "Number", float: "Number", bool: "Yes or no", list: "Several texts"}
#: Without the class that hides, which every theme has, hidden fields would be on the page.
_PAGE: Final = "<!doctype html><style>.hidden { display: none }</style><div id='form'></div>"


class Person:
    """Someone at one page of a browser. Fields are named by their path: ``line_items.0.rate``, ``""`` the form."""

    def __init__(self, page: Page) -> None:
        self._page = page
        self.complaints: list[str] = []
        page.on("console", self._note)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.set_default_timeout(3000)
        page.set_content(_PAGE)
        page.add_script_tag(path=BUNDLE)

    def open(self, form: Form, data: dict[str, Any] | None = None) -> None:
        """See a form, with its own initial values or with a stored document."""
        self.complaints.clear()
        shown = {"schema": form.schema, "uiSchema": form.ui_schema, "formData": form.data if data is None else data}
        self._page.evaluate("form => showForm(form)", shown)
        self._page.wait_for_selector("form")

    def submit(self) -> dict[str, Any] | None:
        """Submit, and return the document as a host would send it on; ``None`` when the form is held back."""
        self._page.evaluate("window.submitted = null")
        self._page.click("button[type=submit]")
        given: dict[str, Any] | None = json.loads(self._page.evaluate("JSON.stringify(window.submitted)"))
        return given

    # --- what is seen ----------------------------------------------------------------------------------------------

    def sees(self, field: str) -> bool:
        return any(each.is_visible() for each in self._page.locator(f"#{_id(field)}").all())

    def text(self) -> str:
        return self._page.inner_text("body")

    def told(self, field: str) -> str:
        """What stands beside a field: the form's own words, or else the browser's."""
        beside = self._page.locator(f"#{_id(field)}__error")
        if beside.count():
            return beside.inner_text()
        message: str = self._field(field).evaluate("field => field.validationMessage")
        return message

    def value(self, field: str) -> str:
        return self._field(field).input_value()

    def property(self, field: str, name: str) -> Any:
        return self._field(field).evaluate(f"field => field.{name}")

    def chosen(self, field: str) -> str:
        label: str = self._field(field).evaluate("field => field.selectedOptions[0]?.text ?? ''")
        return label

    def labels(self, field: str) -> list[str]:
        return self._field(field).locator("option").all_inner_texts()

    def dropdowns(self) -> list[list[str]]:
        """The labels of every dropdown on the page."""
        return [each.locator("option").all_inner_texts() for each in self._page.locator("form select").all()]

    # --- what is done ----------------------------------------------------------------------------------------------

    def type(self, field: str, text: str) -> None:
        self._field(field).fill(text)

    def choose(self, field: str, label: str) -> None:
        self._field(field).select_option(label=label)

    def show(self, label: str, where: str = "") -> None:
        """Choose between the usual fields and all fields of the form, an address, a line."""
        self._page.select_option(f"#{_id(where)}__anyof_select", label=label)

    def add(self, field: str) -> None:
        """Press the button that adds an entry, or the object itself."""
        self._page.click(f"#{_id(field)}__add, #{_id(field)}__optionalAdd")

    def remove(self, field: str) -> None:
        """Press the button that takes an object away."""
        self._page.click(f"#{_id(field)}__optionalRemove")

    def fill(self, document: dict[str, Any], schema: dict[str, Any], where: str = "") -> None:
        """Fill a whole document by hand. ``schema`` is that of the inputs: it says how choices are called."""
        for name, value in document.items():
            field = f"{where}.{name}" if where else name
            if not self._offers(field):
                self.show(ALL_FIELDS, where)
            self._fill(field, value, schema["properties"][name])

    def _fill(self, field: str, value: Any, schema: dict[str, Any]) -> None:
        if isinstance(value, dict):
            if self._page.locator(f"#{_id(field)}__optionalAdd").count():
                self.add(field)
            self.fill(value, schema, field)
        elif "array" in schema["type"] and "string" in schema["type"]:
            self._fill_custom_value(field, value)
        elif isinstance(value, list):
            for at, entry in enumerate(value):
                if not self._offers(f"{field}.{at}"):
                    self.add(field)
                if isinstance(entry, dict):
                    self.fill(entry, schema["items"], f"{field}.{at}")
                else:
                    self.type(f"{field}.{at}", str(entry))
        elif "oneOf" in schema:
            self.choose(field, next(each["title"] for each in schema["oneOf"] if each["const"] == value))
        elif isinstance(value, bool):
            self.choose(field, "Yes" if value else "No")
        else:
            self.type(field, str(value))

    def _fill_custom_value(self, field: str, value: Any) -> None:
        self.show(_VALUES[type(value)], field)
        if isinstance(value, list):
            self._fill(field, value, {"type": "array", "items": {"type": "string"}})
        else:
            self._fill(field, value, {"type": "string"})

    def _offers(self, field: str) -> bool:
        """Whether a field is there, if only as a button that adds it."""
        found = self._page.locator(", ".join(f"#{_id(field)}{end}" for end in ("", "__add", "__optionalAdd")))
        return found.count() > 0

    def _field(self, field: str) -> Locator:
        return self._page.locator(f"#{_id(field)}")

    def _note(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            self.complaints.append(message.text)


def _id(field: str) -> str:
    return "_".join(["root", *field.split(".")]) if field else "root"
