"""What there is, by account and Region. Everything is a dict with the members of its API shape, and some that the lab keeps to itself."""

import threading
from dataclasses import dataclass

from aws.registry import on_reset

# How many seconds AWS takes: a snapshot in creating or copying; a group in creating, modifying or deleting; a new node until its first
# metrics.
DELAY = {"snapshot": 0.0, "group": 0.0, "metrics": 0.0}
# Replication groups whose nodes report no metrics.
SILENT: set[str] = set()

LOCK = threading.RLock()


class Region:
    def __init__(self):
        self.groups: dict[str, dict] = {}
        self.clusters: dict[str, dict] = {}
        self.subnet_groups: dict[str, dict] = {}
        self.parameter_groups: dict[str, dict] = {}
        self.snapshots: dict[str, dict] = {}
        self.users: dict[str, dict] = {}
        self.user_groups: dict[str, dict] = {}
        # By ARN.
        self.tags: dict[str, list[dict]] = {}
        self.events: list[dict] = []


STATE: dict[tuple[str, str], Region] = {}


@dataclass(frozen=True)
class Place:
    account: str
    region: str

    @property
    def state(self) -> Region:
        return STATE.setdefault((self.account, self.region), Region())

    def arn(self, kind: str, name: str) -> str:
        return f"arn:aws:elasticache:{self.region}:{self.account}:{kind}:{name}"

    def drop(self, table: str, name: str) -> dict:
        """Deletes a thing with its tags: the next one of that name starts without."""
        thing = getattr(self.state, table).pop(name)
        self.state.tags.pop(thing["ARN"], None)
        return thing


@on_reset
def forget():
    STATE.clear()
    DELAY.update(snapshot=0, group=0, metrics=0)
    SILENT.clear()
