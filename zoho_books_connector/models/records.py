"""Reading one record of any module by its id."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Final, Literal

from pydantic import ConfigDict, WithJsonSchema

from zoho_books_connector.api.modules import MODULES, Module
from zoho_books_connector.models.base import Broken, Input, Output, Rule
from zoho_books_connector.models.fields import ApiName, ConnectorOnly, Id, Path, Query, about
from zoho_books_connector.models.outputs import OutObject, OutText

if TYPE_CHECKING:
    ModuleKey = str
else:
    # The choices come from the table, which a type checker cannot read.
    ModuleKey = Literal[tuple(MODULES)]


def _path_is_complete(inputs: Any) -> Iterator[Broken]:
    module = MODULES[inputs.module]
    for name in module.needs:
        if getattr(inputs, name) is None:
            yield (name,), f"is required to read a record of {module.key}"


def _conditions(schema: dict[str, Any]) -> None:
    """Say in the schema, in words of draft-07, which parts of the path a module needs."""
    schema["allOf"] = [
        {
            "if": {"properties": {"module": {"enum": modules}}, "required": ["module"]},
            "then": {"required": list(needs)},
        }
        for needs, modules in _modules_by_need().items()
    ]


def _modules_by_need() -> dict[tuple[str, ...], list[str]]:
    groups: dict[tuple[str, ...], list[str]] = {}
    for module in MODULES.values():
        groups.setdefault(module.needs, []).append(module.key)
    return groups


_CHOICES: Final = [{"const": module.key, "title": module.title} for module in MODULES.values()]


class GetRecord(Input):
    """Inputs of Get Records by Id.

    Which parents are needed depends on the module; those that it does not need are left unused, as are query
    parameters that it does not know. What makes Zoho answer with a file (``print``, ``accept``) is not offered.
    """

    model_config = ConfigDict(json_schema_extra=_conditions)
    rules: ClassVar[tuple[Rule, ...]] = (_path_is_complete,)

    module: Annotated[
        ModuleKey,
        WithJsonSchema({"type": "string", "oneOf": _CHOICES}),
        ConnectorOnly(),
        about("The kind of record."),
    ]
    record_id: Annotated[Id | None, Path(), about("Id of the record; a custom module has none but its name.")] = None
    contact_id: Annotated[Id | None, Path(), about("The contact of a contact person.", options="contact")] = None
    project_id: Annotated[
        Id | None, Path(), about("The project of a project user or project task.", options="project")
    ] = None
    credit_note_id: Annotated[Id | None, Path(), about("The credit note of a refund.")] = None
    customer_payment_id: Annotated[Id | None, Path(), about("The customer payment of a refund.")] = None
    vendor_credit_id: Annotated[Id | None, Path(), about("The vendor credit of a refund.")] = None
    vendor_payment_id: Annotated[Id | None, Path(), about("The vendor payment of a refund.")] = None
    currency_id: Annotated[Id | None, Path(), about("The currency of an exchange rate.", options="currency")] = None
    bank_account_id: Annotated[Id | None, Path(), about("The bank account of a reconciliation.")] = None
    module_api_name: Annotated[ApiName | None, Path(), about('API name of a custom module, such as "cm_vehicles".')] = (
        None
    )
    fetch_tax_info: Annotated[
        bool | None, Query("fetchTaxInfo"), about("Vendor payments: with the tax.", advanced=True)
    ] = None
    fetch_statement_line_info: Annotated[
        bool | None, Query("fetchstatementlineinfo"), about("Vendor payments: with the bank line.", advanced=True)
    ] = None
    is_bill_payment_id: Annotated[
        bool | None, Query(), about("Vendor payments: the id is that of a bill's payment.", advanced=True)
    ] = None

    @property
    def row(self) -> Module:
        """The module's row in the table."""
        return MODULES[self.module]

    def path(self) -> str:
        """Return the path of the record, without a query."""
        return self.row.path_for(self.path_values())

    def query(self) -> dict[str, str]:
        """Return the query parameters that are given and that the module knows."""
        return {name: value for name, value in super().query().items() if name in self.row.query}


class Record(Output):
    """A record of any module as Zoho answers it."""

    module: Annotated[OutText, about("The kind of record that was read.")] = None
    id: Annotated[OutText, about("Id of the record; null for the definition of a custom module, which has none.")] = (
        None
    )
    record: Annotated[
        OutObject, about("As Zoho sends it, blank fields as empty text; its fields depend on the module.")
    ] = None
