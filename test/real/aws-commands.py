"""Reads commands of the AWS CLI by the service models that botocore publishes, from which the CLI makes its options.

Reads a JSON list of word lists from standard input and prints what is wrong with each, one line each.
"""

import json
import re
import sys

from botocore import xform_name
from botocore.session import get_session

# What the CLI calls otherwise, and its options beside an operation's own.
# [https://docs.aws.amazon.com/cli/latest/reference/]
SERVICES = {"s3api": "s3"}
GLOBAL = {"output", "query", "region", "profile", "no-cli-pager", "endpoint-url"}
PAGING = {"max-items", "page-size", "starting-token"}
PLACEHOLDER = re.compile(r"<[^>]+>|\$")

session = get_session()


def wrong(words: list[str]) -> list[str]:
    service, operation, *rest = words[1:]
    try:
        model = session.get_service_model(SERVICES.get(service, service))
    except Exception as error:  # noqa: BLE001
        return [str(error)]
    names = {xform_name(name, "-"): name for name in model.operation_names}
    if operation not in names:
        return [f"{service} has no {operation}"]
    shape = model.operation_model(names[operation]).input_shape
    members = {xform_name(name, "-"): member for name, member in (shape.members if shape else {}).items()}
    found, given = [], set()
    for index, word in enumerate(rest):
        if not word.startswith("--"):
            continue
        option = word[2:]
        member = members.get(option) or members.get(option.removeprefix("no-"))
        if member is None and option not in GLOBAL | PAGING:
            found.append(f"no option --{option}")
        if member is not None:
            given.add(option)
            value = rest[index + 1] if index + 1 < len(rest) else ""
            if member.type_name != "boolean":
                found += [f"--{option}: {problem}" for problem in misfits(member, value)]
    required = {xform_name(name, "-") for name in (shape.required_members if shape else [])}
    return [*found, *(f"--{option} is missing" for option in sorted(required - given))]


def misfits(member, value: str) -> list[str]:
    if value.startswith("--") or value == "":
        return ["a value is missing"]
    if PLACEHOLDER.search(value):
        return []
    if member.type_name in ("integer", "long") and not value.isdigit():
        return [f"{value} is not a number"]
    if getattr(member, "enum", None) and value not in member.enum:
        return [f"{value} is not one of {', '.join(member.enum)}"]
    return []


for words in json.load(sys.stdin):
    for problem in wrong(words):
        print(f"{' '.join(words)}: {problem}")
