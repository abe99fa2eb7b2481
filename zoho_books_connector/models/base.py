"""What every input has: which fields go where, rules across fields, and the request made of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import islice
from typing import Any, ClassVar, Final, Self, TypeVar, get_args
from urllib.parse import quote

from pydantic import BaseModel, ConfigDict, GetCoreSchemaHandler, GetJsonSchemaHandler, model_validator
from pydantic.fields import FieldInfo
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

from zoho_books_connector.models.fields import ConnectorOnly, Path, Query
from zoho_books_connector.models.titles import title

#: A broken rule: where, seen from the model, and what is expected there.
Broken = tuple[tuple[str | int, ...], str]
M = TypeVar("M")
Rule = Callable[[Any], Iterable[Broken]]
#: More broken rules than this are not told.
MAX_BROKEN: Final = 100

_FLAGS: Final = {True: "true", False: "false"}


def _title_of(name: str, _info: object) -> str:
    return title(name)


class Part(BaseModel):
    """A part of an input: an address, a line, a tag."""

    model_config = ConfigDict(
        extra="forbid",
        # Strict by configuration, not by argument: an argument would overrule the types that read decimal text.
        strict=True,
        hide_input_in_errors=True,
        field_title_generator=_title_of,
    )


class Ruled(Part):
    """A part with rules across its fields. All rules are tried, so that every fault is told at once."""

    rules: ClassVar[tuple[Rule, ...]] = ()

    @model_validator(mode="after")
    def _keep_the_rules(self) -> Self:
        broken = list(islice((fault for rule in self.rules for fault in rule(self)), MAX_BROKEN))
        if broken:
            raise PydanticCustomError("rules", "breaks a rule across fields", {"broken": broken})
        return self


class Input(Ruled):
    """The inputs of an action, or a share of them (which is marked ``defer_build``: it is never validated alone).

    A field belongs to the body unless it is marked ``Path``, ``Query`` or ``ConnectorOnly``.
    """

    _path: ClassVar[tuple[str, ...]] = ()
    _query: ClassVar[tuple[tuple[str, str], ...]] = ()
    _elsewhere: ClassVar[frozenset[str]] = frozenset()
    #: Whether JSON null is sent to clear a field. Where it is not, null means "not given".
    clears: ClassVar[bool] = False

    @classmethod
    def __pydantic_init_subclass__(cls, **kwargs: Any) -> None:
        super().__pydantic_init_subclass__(**kwargs)
        fields = cls.model_fields
        cls._path = tuple(name for name, info in fields.items() if _mark(info, Path))
        cls._query = tuple((name, mark.name or name) for name, info in fields.items() if (mark := _mark(info, Query)))
        only = (name for name, info in fields.items() if _mark(info, ConnectorOnly))
        cls._elsewhere = frozenset((*cls._path, *(name for name, _ in cls._query), *only))

    def path_values(self) -> dict[str, str]:
        """Return the parts of the path that are given, percent-encoded."""
        values = ((name, getattr(self, name)) for name in self._path)
        return {name: quote(str(value), safe="") for name, value in values if value is not None}

    def query(self) -> dict[str, str]:
        """Return the query parameters that are given."""
        values = ((wire, getattr(self, name)) for name, wire in self._query)
        return {
            wire: _FLAGS[value] if isinstance(value, bool) else str(value)
            for wire, value in values
            if value is not None
        }

    def body(self) -> bytes:
        """Return the request body as JSON."""
        return self.__pydantic_serializer__.to_json(
            self,
            exclude=set(self._elsewhere),
            exclude_none=not self.clears,
            exclude_unset=self.clears,
        )

    def document(self) -> dict[str, Any]:
        """Return the request body as JSON-ready data, for an action that changes it before it is sent."""
        document: dict[str, Any] = self.__pydantic_serializer__.to_python(
            self,
            mode="json",
            exclude=set(self._elsewhere),
            exclude_none=not self.clears,
            exclude_unset=self.clears,
        )
        return document


class Create(Input):
    """The inputs of a create: null and blank text mean "not given", and nothing empty is sent."""


class Update(Input):
    """The inputs of an update: what is not given is not sent, and null is sent to clear a field."""

    clears: ClassVar[bool] = True


class Output(BaseModel):
    """What an action brings: the documented keys by type, and every other key that Zoho sent."""

    # Reading a payload needs the fields only, so no validator is built before somebody asks for one.
    model_config = ConfigDict(
        extra="allow", hide_input_in_errors=True, field_title_generator=_title_of, defer_build=True
    )


def _mark(info: FieldInfo, kind: type[M]) -> M | None:
    return next((mark for mark in info.metadata if isinstance(mark, kind)), None)


@dataclass(frozen=True)
class Rows:
    """A list of parts that are checked like models and kept as plain dictionaries of what was given.

    A document may have hundreds of lines: an object with a default in each of its thirty fields would cost more than
    everything else that is done with a line.
    """

    part: type[Part]

    def __get_pydantic_core_schema__(self, _source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        written = handler.resolve_ref_schema(handler.generate_schema(self.part))
        fields = written["schema"]["fields"]
        given = {
            name: core_schema.typed_dict_field(_without_default(field["schema"]), required=info.is_required())
            for (name, field), info in zip(fields.items(), self.part.model_fields.values(), strict=True)
        }
        return core_schema.list_schema(core_schema.typed_dict_schema(given, extra_behavior="forbid"), strict=True)

    def __get_pydantic_json_schema__(self, _core: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        return {"type": "array", "items": handler(self.part.__pydantic_core_schema__)}


def _without_default(schema: CoreSchema) -> CoreSchema:
    return schema["schema"] if schema["type"] == "default" else schema


def part_of(info: FieldInfo) -> type[BaseModel] | None:
    """Return the model that a field of an input or output holds, alone or in a list."""
    return model_in(_mark(info, Rows) or info.annotation)


def model_in(annotation: Any) -> type[BaseModel] | None:
    """Return the model that an annotation holds, alone or in a list."""
    if isinstance(annotation, Rows):
        return annotation.part
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next((model for part in get_args(annotation) if (model := model_in(part))), None)
