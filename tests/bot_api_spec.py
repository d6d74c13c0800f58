"""Hold calls against the machine-readable Bot API specification (`pytest --bot-api=FILE`)."""

from collections.abc import Iterable, Iterator
from typing import Any

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
