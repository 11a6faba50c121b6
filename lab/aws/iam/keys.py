"""The condition keys of a call: what its arguments say, and which of them AWS may fill in with a default.

The reference describes each key: by which parameter of the request it is set, and for some what AWS takes when the parameter is
absent ("or default false value if parameter is not present"). For others it leaves that open: "the presence of non empty AuthToken
parameter" is false, or absent, without one. A call is judged both ways; see calls.py.
"""

import functools
import re
import time
from collections.abc import Mapping
from datetime import datetime, timezone

from moto.core import DEFAULT_ACCOUNT_ID

from aws.iam.reference import Action, condition_key
from aws.iam.resources import Named

# Keys whose description names no parameter by its name.
PARAMETERS = {
    "elasticache:enginetype": ["Engine"],
    "elasticache:clustermodeenabled": ["ClusterMode"],
    "elasticache:authtokenenabled": ["AuthToken"],
    "elasticache:replicaspernodegroup": ["ReplicasPerNodeGroup", "NewReplicaCount"],
}
DEFAULT = re.compile(r"default (?:engine |value )?(?:for .*? is )?'?(\w+)'?", re.IGNORECASE)


@functools.cache
def parameters_of(key: str) -> list[str]:
    """The parameters of a request that set a key, best first."""
    known = condition_key(key)
    if known is None:
        return []
    named = re.findall(r"\b([A-Z]\w*[a-z]\w*|cacheNodeType|engineVersion)(?= (?:parameter|or ))", known.description)
    return [*PARAMETERS.get(key.lower(), []), known.name, *named]


@functools.cache
def default_of(key: str) -> str | None:
    """What the reference says AWS takes for a key whose parameter is absent, or may take."""
    known = condition_key(key)
    if known is None:
        return None
    documented = DEFAULT.search(known.description)
    if documented:
        return documented[1]
    return "false" if known.type == "Bool" and "presence" in known.description else None


def text_of(key: str, value) -> str:
    if key == "elasticache:authtokenenabled":
        return "true" if value else "false"
    if key == "elasticache:clustermodeenabled":
        return "true" if value == "enabled" else "false"
    return str(value).lower() if isinstance(value, bool) else str(value)


def tags_in(arguments: Mapping) -> dict[str, str]:
    """The tags that a call sets, in each of the forms that APIs have."""
    tags = next((v for k, v in arguments.items() if k.lower() == "tags"), None)
    if isinstance(tags, Mapping):
        return dict(tags)
    return {t.get("Key", t.get("key")): t.get("Value", t.get("value", "")) for t in tags or [] if isinstance(t, Mapping)}


def global_keys(role: str, region: str) -> dict[str, str]:
    """https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html"""
    now = datetime.now(timezone.utc)
    return {
        "aws:requestedregion": region,
        "aws:principalarn": role,
        "aws:principalaccount": DEFAULT_ACCOUNT_ID,
        "aws:principaltype": "AssumedRole",
        "aws:resourceaccount": DEFAULT_ACCOUNT_ID,
        "aws:securetransport": "true",
        "aws:viaawsservice": "false",
        "aws:currenttime": now.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "aws:epochtime": str(int(time.time())),
    }


def keys_of_call(action: Action, resource: Named, arguments: Mapping, resource_tags: Mapping) -> tuple[dict, dict]:
    """The keys that the call sets, and the defaults that AWS may fill in for those it does not."""
    certain, defaults = {}, {}
    by_name = {name.lower(): value for name, value in arguments.items()}
    requested = tags_in(arguments)
    for key in (*action.condition_keys, *resource.condition_keys):
        prefix, _, rest = key.lower().partition(":")
        if rest.startswith("requesttag/"):
            certain |= {f"aws:requesttag/{name.lower()}": value for name, value in requested.items()}
        elif rest.startswith("resourcetag/"):
            certain |= {f"{prefix}:resourcetag/{name.lower()}": value for name, value in resource_tags.items()}
        elif rest == "tagkeys":
            if requested:
                certain["aws:tagkeys"] = list(requested)
        else:
            given = next((by_name[p.lower()] for p in parameters_of(key) if p.lower() in by_name), None)
            if given is not None and not isinstance(given, (dict, list)):
                certain[key.lower()] = text_of(key.lower(), given)
            elif default_of(key) is not None:
                defaults[key.lower()] = default_of(key)
    return certain, defaults
