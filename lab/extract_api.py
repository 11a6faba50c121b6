"""Writes the part of AWS's API models that the unit tests hold state machines against, one file a service.

    python extract_api.py                                       the operations that the files have, from the installed botocore
    python extract_api.py elasticache:CopySnapshot              and one more

The files are committed, so that the unit tests need no Python. tests/test_extract_api.py holds them against botocore.
"""

import json
import sys
from collections.abc import Iterable
from pathlib import Path

import botocore
import botocore.session

from aws.models import BOTOCORE_NAMES

FOLDER = Path(__file__).parent.parent / "__tests__" / "workflows" / "api"

# What is kept of a shape. Documentation and how a member travels on the wire are not.
KEPT = ("type", "required", "enum", "min", "max")


def extract(service: str, operations: Iterable[str]) -> dict:
    """`service` as Step Functions names it, operations as the API does."""
    loader = botocore.session.get_session().get_component("data_loader")
    name = BOTOCORE_NAMES.get(service, service)
    model = loader.load_service_model(name, "service-2")
    found = {one: model["operations"][one] for one in sorted(operations)}
    shapes: dict[str, dict] = {}
    for operation in found.values():
        for part in ("input", "output"):
            if part in operation:
                add_shape(shapes, model["shapes"], operation[part]["shape"])
    return {
        "source": f"botocore {botocore.__version__}, data/{name}/{loader.determine_latest_version(name, 'service-2')}/service-2.json",
        "serviceId": model["metadata"]["serviceId"],
        "operations": {
            one: {
                **{part: operation[part]["shape"] for part in ("input", "output") if part in operation},
                "errors": sorted(error["shape"] for error in operation.get("errors", [])),
            }
            for one, operation in found.items()
        },
        "shapes": dict(sorted(shapes.items())),
    }


def add_shape(shapes: dict[str, dict], model: dict, name: str) -> None:
    if name in shapes:
        return
    shape = model[name]
    shapes[name] = kept = {key: shape[key] for key in KEPT if shape.get(key) not in (None, [])}
    if "members" in shape:
        kept["members"] = {member: reference["shape"] for member, reference in sorted(shape["members"].items())}
    for part in ("member", "key", "value"):
        if part in shape:
            kept[part] = shape[part]["shape"]
    for reference in [*kept.get("members", {}).values(), *(kept[part] for part in ("member", "key", "value") if part in kept)]:
        add_shape(shapes, model, reference)


def text_of(extracted: dict) -> str:
    """One line for each operation and shape, so that a change of botocore is read as a diff."""
    blocks = {
        key: "{\n" + ",\n".join(f"    {json.dumps(name)}: {json.dumps(one)}" for name, one in extracted[key].items()) + "\n  }"
        for key in ("operations", "shapes")
    }
    head = "".join(f"  {json.dumps(key)}: {json.dumps(extracted[key])},\n" for key in ("source", "serviceId"))
    return "{\n" + head + f'  "operations": {blocks["operations"]},\n  "shapes": {blocks["shapes"]}\n}}\n'


def committed() -> dict[str, set[str]]:
    """The operations of each file."""
    return {file.stem: set(json.loads(file.read_text())["operations"]) for file in sorted(FOLDER.glob("*.json"))}


def main(added: list[str]) -> None:
    wanted = committed()
    for one in added:
        service, _, operation = one.partition(":")
        wanted.setdefault(service, set()).add(operation)
    for service, operations in wanted.items():
        (FOLDER / f"{service}.json").write_text(text_of(extract(service, operations)))


if __name__ == "__main__":
    main(sys.argv[1:])
