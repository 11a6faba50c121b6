"""Input transformers: what a target gets in the place of the event.

https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-transform-target-input.html
"""

import json
import re

VARIABLE = re.compile(r"<([^<>]+)>")
# https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_InputTransformer.html
LONGEST = 8192
MOST_VARIABLES = 100
STEP = re.compile(r"\.([\w/-]+)|\[(\d+)\]")


class InvalidTemplate(Exception):
    pass


def check(transformer: dict):
    """@raises InvalidTemplate"""
    template, paths = transformer.get("InputTemplate", ""), transformer.get("InputPathsMap") or {}
    if not 1 <= len(template) <= LONGEST:
        raise InvalidTemplate(f"InputTemplate has {len(template)} characters, 1 to {LONGEST} are allowed")
    if len(paths) > MOST_VARIABLES:
        raise InvalidTemplate(f"InputPathsMap has {len(paths)} variables, {MOST_VARIABLES} are allowed")
    reserved = [name for name in paths if name.startswith(("AWS", "aws."))]
    unknown = [name for name in VARIABLE.findall(template) if name not in paths and not name.startswith("aws.events.")]
    wrong = [path for path in paths.values() if not path.startswith("$") or "".join(m[0] for m in STEP.finditer(path[1:])) != path[1:]]
    if reserved or unknown or wrong:
        raise InvalidTemplate(f"Invalid InputTemplate: reserved {reserved}, not in InputPathsMap {unknown}, not supported {wrong}")
    is_json = template.lstrip().startswith("{")
    for text in [template] if is_json else template.split("\n"):
        try:
            json.loads(VARIABLE.sub(placeholder(text), text))
        except ValueError as error:
            raise InvalidTemplate(
                f"Invalid InputTemplate: a text is in double quotes, line by line; anything else is JSON: {error}"
            ) from None


def placeholder(text: str):
    """What stands in the place of a variable that is not within quotes is any JSON value."""
    return lambda match: "x" if within_text(text, match.start()) else "0"


def within_text(text: str, position: int) -> bool:
    return len(re.findall(r'(?<!\\)"', text[:position])) % 2 == 1


def value_at(event, path: str):
    """What a path finds. None where it finds nothing: the variable is then not created, and does not appear in the output."""
    value = event
    for step in STEP.finditer(path[1:]):
        try:
            value = value[step[1]] if step[1] is not None else value[int(step[2])]
        except (KeyError, IndexError, TypeError):
            return None
    return value


def transformed(transformer: dict | None, event: dict, rule) -> str:
    """The body of the message that a target gets."""
    if not transformer:
        return json.dumps(event)
    paths = transformer.get("InputPathsMap") or {}
    values = {name: value_at(event, path) for name, path in paths.items()} | {
        "aws.events.rule-arn": rule.arn,
        "aws.events.rule-name": rule.name,
        "aws.events.event.ingestion-time": event["time"],
    }

    def shown(match: re.Match) -> str:
        value = values.get(match[1])
        if value is None:
            return ""
        text = value if isinstance(value, str) else json.dumps(value)
        # EventBridge keeps the output valid JSON.
        return json.dumps(text)[1:-1] if within_text(transformer["InputTemplate"], match.start()) else json.dumps(value)

    return VARIABLE.sub(shown, transformer["InputTemplate"])
