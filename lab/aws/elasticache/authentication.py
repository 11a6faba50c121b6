"""Who may connect: encryption in transit, AUTH tokens, user groups of a replication group.

https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/auth.html
https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/in-transit-encryption-enable.html
https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/Clusters.RBAC.html
"""

import re

from aws.elasticache.engines import number
from aws.elasticache.refusals import refuse, refuse_combination, refuse_value
from aws.elasticache.state import Region

# https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/Clusters.RBAC.html (from Redis OSS 6.0 and Valkey 7.2 on)
USERS_SINCE = (6, 0)
# https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/in-transit-encryption-enable-existing.html (from Redis OSS 7 on)
TLS_CHANGES_SINCE = (7, 0, 5)


def check_token(token: str | None, tls: bool):
    """16 to 128 printable characters; of the special ones only those named."""
    if token is None:
        return
    if not tls:
        refuse_combination("The AUTH token can only be set when encryption in transit is enabled")
    if not 16 <= len(token) <= 128 or not re.fullmatch(r"[A-Za-z0-9!&#$^<>-]+", token):
        refuse_value(
            "Invalid AuthToken provided. Must be 16 to 128 characters; the only permitted special characters are !, &, #, $, ^, <, >, and -"
        )


def check_user_groups(state: Region, ids: list[str], tls: bool, engine: str, version: str, has_token: bool):
    """One user group, of the same engine family, with encryption in transit and without AUTH."""
    for name in ids:
        if name not in state.user_groups:
            refuse("UserGroupNotFound", f"User Group {name} not found.")
        if state.user_groups[name]["Status"] != "active":
            refuse("InvalidUserGroupState", f"User Group {name} is not active.")
        if state.user_groups[name]["Engine"] == "valkey" and engine == "redis":
            refuse_combination(f"User Group {name} of engine valkey cannot be used with {engine}")
    if len(ids) > 1:
        refuse_combination("At most one user group can be associated with a replication group")
    if ids and not tls:
        refuse_combination("User groups can only be used when encryption in transit is enabled")
    if ids and number(version) < USERS_SINCE:
        refuse_combination(f"User groups are not supported for {engine} {version}")
    if ids and has_token:
        refuse_combination("AuthToken and user groups cannot be used together")


class AuthenticationChanges:
    """The part of ModifyReplicationGroup that says who may connect. Each of these looks at everything before it changes anything."""

    def change_tls(self, group: dict, clusters: list[dict]):
        """Encryption is switched on by way of preferred, to required from there only, and off from preferred only."""
        enabled, mode, before = self.get("TransitEncryptionEnabled"), self.get("TransitEncryptionMode"), group["TransitEncryptionMode"]
        if enabled is None and not mode:
            return
        enabled = group["TransitEncryptionEnabled"] if enabled is None else enabled
        if enabled != group["TransitEncryptionEnabled"] and number(clusters[0]["EngineVersion"]) < TLS_CHANGES_SINCE:
            refuse_combination("Encryption in transit of an existing replication group can be changed from engine version 7.0.5 on")
        if enabled and not group["TransitEncryptionEnabled"] and mode != "preferred":
            refuse_combination("To enable encryption in transit set TransitEncryptionMode to preferred first")
        if mode == "required" and before is None or mode and not enabled:
            refuse_combination("TransitEncryptionMode can be set only with encryption in transit, and to required only after preferred")
        if not enabled and group["TransitEncryptionEnabled"] and (before != "preferred" or group["auth_tokens"]):
            refuse_combination("To disable encryption in transit set TransitEncryptionMode to preferred first, and remove AUTH")
        for thing in (group, *clusters):
            thing.update(TransitEncryptionEnabled=enabled, TransitEncryptionMode=(mode or before) if enabled else None)

    def change_token(self, group: dict, clusters: list[dict]):
        """ROTATE, the default, adds a token and keeps the last one. SET leaves one, which has to be one of those the group has, or its
        first. DELETE is for the change to user groups only.

        https://docs.aws.amazon.com/AmazonElastiCache/latest/APIReference/API_ModifyReplicationGroup.html (AuthTokenUpdateStrategy)
        `auth_tokens` are those that work; None among them: also without one.
        """
        token, strategy, tokens = self.get("AuthToken"), self.get("AuthTokenUpdateStrategy"), group["auth_tokens"]
        # hashicorp/aws 5.x sends an empty token for a group that it imported without one; 6.x, which AWS sees more of, does not.
        if token is None and strategy is None or token == "" and not tokens:
            return
        if strategy == "DELETE":
            if token or not self.get("UserGroupIdsToAdd"):
                refuse_combination("The AUTH token can be deleted only when a user group is added in the same request")
            tokens = []
        elif not token:
            refuse_combination("AuthToken must be given with AuthTokenUpdateStrategy")
        else:
            check_token(token, group["TransitEncryptionEnabled"])
            if strategy == "SET" and tokens and token not in tokens:
                refuse_combination("The AUTH token to SET must be the last one that was rotated in")
            tokens = [token] if strategy == "SET" or tokens == [token] else [*(tokens or [None]), token][-2:]
        group["auth_tokens"] = tokens
        for thing in (group, *clusters):
            thing["AuthTokenEnabled"] = bool(tokens)

    def requested_user_groups(self, group: dict, version: str) -> list[str]:
        """The user groups after this request. RemoveUserGroups takes all away, and leaves the cache open to everybody."""
        have, gone = group["UserGroupIds"], self.get("UserGroupIdsToRemove", [])
        if set(gone) - set(have):
            refuse(
                "UserGroupNotFound", f"User Group {', '.join(sorted(set(gone) - set(have)))} is not associated with the replication group."
            )
        kept = [] if self.get("RemoveUserGroups") else [g for g in have if g not in gone]
        after = [*kept, *(g for g in self.get("UserGroupIdsToAdd", []) if g not in kept)]
        if after != have:
            keeps_token = bool(group["auth_tokens"]) and self.get("AuthTokenUpdateStrategy") != "DELETE"
            check_user_groups(self.state, after, group["TransitEncryptionEnabled"], group["Engine"], version, keeps_token)
        return after
