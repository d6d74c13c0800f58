"""Hold calls against descriptions of the Bot API that are not ours.

They are aiogram's typed methods, and the machine-readable specification (`pytest --bot-api=FILE`).
"""

from collections.abc import Iterable, Iterator
from functools import cache
from typing import Any

from pydantic import BaseModel, ValidationError

Spec = dict[str, Any]


def misfits(calls: Iterable[tuple[str, dict[str, Any]]], spec: Spec) -> list[str]:
    """What in these calls Telegram does not know, and what it misses."""
    methods = {name.lower(): method for name, method in spec["methods"].items()}
    found: list[str] = []
    for name, parameters in calls:
        method = methods.get(name.lower())
        if method is None:
            found.append(f"unknown method {name}")
        else:
            found += _compare(name, parameters, method.get("fields", []), spec)
    return found


def _compare(
    where: str, values: dict[str, Any], fields: list[dict[str, Any]], spec: Spec
) -> Iterator[str]:
    known = {field["name"]: field for field in fields}
    for name, field in known.items():
        if field["required"] and name not in values:
            yield f"{where}: {name} is missing"
    for name, value in values.items():
        if name not in known:
            yield f"{where}: unknown parameter {name}"
        else:
            yield from _look_inside(f"{where}.{name}", value, known[name]["types"], spec)


def _look_inside(where: str, value: Any, types: list[str], spec: Spec) -> Iterator[str]:
    """The misfits of an object, or of the objects in a list; fits if one of the types fits."""
    if isinstance(value, list):
        inner = [type.removeprefix("Array of ") for type in types if type.startswith("Array of ")]
        if not inner:
            yield f"{where}: should not be a list"
        for item in value:
            yield from _look_inside(where, item, inner, spec)
    elif isinstance(value, dict):
        kinds = [spec["types"][type] for type in types if type in spec["types"]]
        kinds += [spec["types"][name] for kind in kinds for name in kind.get("subtypes", [])]
        faults = [list(_compare(where, value, k["fields"], spec)) for k in kinds if k.get("fields")]
        yield from min(faults, key=len, default=[f"{where}: should not be an object"])


@cache
def _typed_methods() -> dict[str, type[BaseModel]]:
    """aiogram's methods; imported late, as that takes seconds."""
    from aiogram import methods

    found = {name.lower(): getattr(methods, name) for name in methods.__all__}
    return {name: kind for name, kind in found.items() if hasattr(kind, "__api_method__")}


def typed_misfits(calls: Iterable[tuple[str, dict[str, Any]]]) -> list[str]:
    """What in these calls aiogram does not know, and what it misses."""
    found: list[str] = []
    for name, parameters in calls:
        method = _typed_methods().get(name.lower())
        if method is None:
            found.append(f"unknown method {name}")
            continue
        try:
            found += _extras(name, method.model_validate(parameters))
        except ValidationError as error:
            for fault in error.errors():
                where = ".".join(str(place) for place in (name, *fault["loc"]))
                found.append(f"{where}: {fault['msg']}")
    return found


def _extras(where: str, value: Any) -> Iterator[str]:
    """Fields that the typed objects do not have."""
    if isinstance(value, BaseModel):
        for name in value.model_extra or ():
            yield f"{where}: unknown parameter {name}"
        for name in value.model_fields_set - set(value.model_extra or ()):
            yield from _extras(f"{where}.{name}", getattr(value, name))
    elif isinstance(value, list):
        for item in value:
            yield from _extras(where, item)
