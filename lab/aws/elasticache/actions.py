"""Amazon ElastiCache (Redis OSS / Valkey) for moto, as strict as the real API.

moto 5.2 has no parameter groups, no ModifyReplicationGroup and accepts input that
AWS rejects.  `install()` replaces moto's ElastiCache actions with the ones below.
Rules come from the ElastiCache API reference and user guide; each check says which.
"""

from __future__ import annotations

import hashlib
import json
import re
import threading
import time
from datetime import datetime, timedelta, timezone

from moto.elasticache.exceptions import ElastiCacheException
from moto.core.responses import ActionResult, EmptyResult
from moto.elasticache.responses import ElastiCacheResponse

from aws.elasticache.parameters import FAMILIES, PARAMETERS
from aws.faults import next_fault

STATE: dict[tuple[str, str], "Region"] = {}
SETTLING = threading.RLock()
DELAY = {"snapshot": 0.0, "group": 0.0}  # seconds that a snapshot stays in creating, and a group in creating, modifying or deleting


class Region:
    def __init__(self):
        self.groups, self.clusters, self.subnet_groups = {}, {}, {}
        self.parameter_groups, self.snapshots, self.tags, self.events = {}, {}, {}, []


def fail(code: str, message: str):
    error = ElastiCacheException(message)
    error.code = code
    raise error


def bad_value(message: str):
    fail("InvalidParameterValue", message)


def bad_combination(message: str):
    fail("InvalidParameterCombination", message)


def hash_of(name: str) -> str:
    return hashlib.md5(name.encode()).hexdigest()


def check_name(kind: str, name: str, longest: int):
    """API reference, CreateReplicationGroup / CreateSnapshot: letters, digits, hyphens; starts with a letter."""
    if not name or len(name) > longest or not re.fullmatch(r"[A-Za-z](?:[A-Za-z0-9]|-(?!-))*", name) or name.endswith("-"):
        bad_value(f"The parameter {kind} is not a valid identifier. Identifiers must begin with a letter; must contain only "
                  f"ASCII letters, digits, and hyphens; and must not end with a hyphen or contain two consecutive hyphens; at most {longest} characters: {name!r}")


def minutes(hhmm: str) -> int:
    if not re.fullmatch(r"([01]\d|2[0-3]):[0-5]\d", hhmm):
        bad_value(f"Invalid time {hhmm!r}: use hh24:mi")
    return int(hhmm[:2]) * 60 + int(hhmm[3:])


def snapshot_window(text: str) -> tuple[int, int]:
    """API reference, SnapshotWindow: hh24:mi-hh24:mi (UTC), at least 60 minutes."""
    parts = text.split("-")
    if len(parts) != 2:
        bad_value(f"Invalid snapshot window format: {text!r}. Should be specified as hh24:mi-hh24:mi")
    start, end = map(minutes, parts)
    length = (end - start) % 1440
    if length < 60:
        bad_value(f"The snapshot window must be at least 60 minutes: {text!r}")
    return start, length


DAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]


def maintenance_window(text: str) -> tuple[int, int]:
    """API reference, PreferredMaintenanceWindow: ddd:hh24:mi-ddd:hh24:mi (UTC), at least 60 minutes; user guide, 'Managing maintenance': up to 24 hours."""
    match = re.fullmatch(r"([a-z]{3}):(\d\d:\d\d)-([a-z]{3}):(\d\d:\d\d)", text.lower())
    if not match or match[1] not in DAYS or match[3] not in DAYS:
        bad_value(f"Invalid maintenance window: {text!r}. Should be specified as a range ddd:hh24:mi-ddd:hh24:mi")
    start = DAYS.index(match[1]) * 1440 + minutes(match[2])
    length = (DAYS.index(match[3]) * 1440 + minutes(match[4]) - start) % (7 * 1440)
    if length < 60:
        bad_value(f"The maintenance window must be at least 60 minutes: {text!r}")
    if length > 1440:
        bad_value(f"The maintenance window must be at most 24 hours: {text!r}")
    return start, length


def check_windows(snapshot: str | None, maintenance: str | None):
    if not snapshot or not maintenance:
        return
    s_start, s_len = snapshot_window(snapshot)
    m_start, m_len = maintenance_window(maintenance)
    taken = {(m_start + i) % 1440 for i in range(m_len)}
    if any((s_start + i) % 1440 in taken for i in range(s_len)):
        bad_value(f"The snapshot window {snapshot} and the maintenance window {maintenance} must not overlap")


def check_auth_token(token: str | None, transit: bool):
    """User guide, 'Authenticating with the AUTH command': 16-128 printable characters, specials only ! & # $ ^ < > -."""
    if token is None:
        return
    if not transit:
        bad_combination("The AUTH token can only be set when encryption in transit is enabled")
    if not 16 <= len(token) <= 128 or not re.fullmatch(r"[A-Za-z0-9!&#$^<>-]+", token):
        bad_value("Invalid AuthToken provided. Must be 16 to 128 characters; the only permitted special characters are !, &, #, $, ^, <, >, and -")


def family_of(engine: str, version: str | None) -> tuple[str, str]:
    version = version or ("7.1" if engine == "redis" else "8.2")
    for family, (owner, pattern) in FAMILIES.items():
        if owner == engine and re.fullmatch(pattern, version):
            return family, version.replace("x", "2")
    bad_value(f"Cannot find version {version} for {engine}")


def full(version: str) -> str:
    """What DescribeCacheClusters answers for <major>.<minor>."""
    return version if version.count(".") == 2 else {"6.0": "6.0.5", "6.2": "6.2.6", "7.0": "7.0.7", "7.2": "7.2.6"}.get(version, f"{version}.0")


def number(version: str) -> tuple[int, ...]:
    return tuple(int(n) for n in re.findall(r"\d+", version))


MODIFIES = ("AuthToken AuthTokenUpdateStrategy AutoMinorVersionUpgrade AutomaticFailoverEnabled CacheNodeType CacheParameterGroupName ClusterMode Engine EngineVersion LogDeliveryConfigurations "
            "MultiAZEnabled NotificationTopicArn NotificationTopicStatus PreferredMaintenanceWindow PrimaryClusterId ReplicationGroupDescription SecurityGroupIds SnapshotRetentionLimit "
            "SnapshotWindow SnapshottingClusterId TransitEncryptionEnabled TransitEncryptionMode UserGroupIdsToAdd UserGroupIdsToRemove").split()


class Actions:
    """The replaced actions. `self` is moto's ElastiCacheResponse."""

    # -- tags
    def list_tags_for_resource(self):
        return ActionResult({"TagList": self.lab().tags.get(self.get("ResourceName"), [])})

    def add_tags_to_resource(self):
        self.put_tags(self.get("ResourceName"), self.get("Tags", []))
        return EmptyResult()

    def remove_tags_from_resource(self):
        drop = set(self.get("TagKeys", []))
        tags = self.lab().tags
        tags[self.get("ResourceName")] = [t for t in tags.get(self.get("ResourceName"), []) if t["Key"] not in drop]
        return EmptyResult()

    # -- parameter groups
    def create_cache_parameter_group(self):
        lab, name, family = self.lab(), self.get("CacheParameterGroupName"), self.get("CacheParameterGroupFamily")
        check_name("CacheParameterGroupName", name, 255)
        if family not in FAMILIES:
            bad_value(f"CacheParameterGroupFamily {family} is not a valid parameter group family. Valid families are {', '.join(FAMILIES)}")
        if name in lab.parameter_groups:
            fail("CacheParameterGroupAlreadyExists", f"A cache parameter group named {name} already exists.")
        group = {"CacheParameterGroupName": name, "CacheParameterGroupFamily": family, "Description": self.get("Description"),
                 "IsGlobal": False, "ARN": self.arn("parametergroup", name), "values": {}}
        lab.parameter_groups[name] = group
        self.put_tags(group["ARN"], self.get("Tags", []))
        return ActionResult({"CacheParameterGroup": group})

    def describe_cache_parameter_groups(self):
        return ActionResult({"CacheParameterGroups": self.pick("parameter_groups", "CacheParameterGroupName", "CacheParameterGroupNotFound")})

    def modify_cache_parameter_group(self):
        group = self.one("parameter_groups", "CacheParameterGroupName", "CacheParameterGroupNotFound")
        known = PARAMETERS[group["CacheParameterGroupFamily"]]
        for change in self.get("ParameterNameValues", []):
            name, value = change["ParameterName"], change.get("ParameterValue", "")
            if name not in known:
                bad_value(f"Parameter {name} does not exist or is not modifiable in family {group['CacheParameterGroupFamily']}")
            allowed = known[name]
            if allowed and not re.fullmatch(allowed, value):
                bad_value(f"The parameter value {value} is not valid for {name}; allowed: {allowed}")
            group["values"][name] = value
        return ActionResult({"CacheParameterGroupName": group["CacheParameterGroupName"]})

    def reset_cache_parameter_group(self):
        group = self.one("parameter_groups", "CacheParameterGroupName", "CacheParameterGroupNotFound")
        if self.get("ResetAllParameters"):
            group["values"].clear()
        for change in self.get("ParameterNameValues", []):
            group["values"].pop(change["ParameterName"], None)
        return ActionResult({"CacheParameterGroupName": group["CacheParameterGroupName"]})

    def describe_cache_parameters(self):
        group = self.one("parameter_groups", "CacheParameterGroupName", "CacheParameterGroupNotFound")
        rows = [{"ParameterName": n, "ParameterValue": v, "Source": "user", "DataType": "string", "IsModifiable": True} for n, v in group["values"].items()]
        return ActionResult({"Parameters": rows, "CacheNodeTypeSpecificParameters": []})

    def delete_cache_parameter_group(self):
        lab, group = self.lab(), self.one("parameter_groups", "CacheParameterGroupName", "CacheParameterGroupNotFound")
        name = group["CacheParameterGroupName"]
        if any(c["CacheParameterGroup"]["CacheParameterGroupName"] == name for c in lab.clusters.values()):
            fail("InvalidCacheParameterGroupState", "One or more cache clusters are still members of this parameter group, so the group cannot be deleted.")
        self.drop("parameter_groups", name)
        return EmptyResult()

    # -- subnet groups
    def create_cache_subnet_group(self):
        lab, name = self.lab(), self.get("CacheSubnetGroupName")
        check_name("CacheSubnetGroupName", name, 255)
        if name in lab.subnet_groups:
            fail("CacheSubnetGroupAlreadyExists", f"CacheSubnetGroup {name} already exists.")
        group = {"CacheSubnetGroupName": name, "CacheSubnetGroupDescription": self.get("CacheSubnetGroupDescription"), **self.check_subnets(),
                 "ARN": self.arn("subnetgroup", name), "SupportedNetworkTypes": ["ipv4"]}
        lab.subnet_groups[name] = group
        self.put_tags(group["ARN"], self.get("Tags", []))
        return ActionResult({"CacheSubnetGroup": group})

    def modify_cache_subnet_group(self):
        """API reference, ModifyCacheSubnetGroup: the whole new list; SubnetInUse when a node sits in one that goes (here: in its Availability Zone)."""
        lab, group = self.lab(), self.one("subnet_groups", "CacheSubnetGroupName", "CacheSubnetGroupNotFoundFault")
        fresh = self.check_subnets() if self.get("SubnetIds") else {}
        zones = {s["SubnetAvailabilityZone"]["Name"] for s in fresh.get("Subnets", group["Subnets"])}
        name = group["CacheSubnetGroupName"]
        if any(n["CustomerAvailabilityZone"] not in zones for c in lab.clusters.values() if c["CacheSubnetGroupName"] == name for n in c["CacheNodes"]):
            fail("SubnetInUse", "The requested subnet is being used by another cache cluster.")
        group.update(fresh, CacheSubnetGroupDescription=self.get("CacheSubnetGroupDescription") or group["CacheSubnetGroupDescription"])
        return ActionResult({"CacheSubnetGroup": group})

    def check_subnets(self) -> dict:
        from moto.ec2.models import ec2_backends

        ec2 = ec2_backends[self.current_account][self.region]
        wanted, have = self.get("SubnetIds", []), {s.id: s for z in ec2.subnets.values() for s in z.values()}
        missing = [s for s in wanted if s not in have]
        if missing or not wanted:
            fail("InvalidSubnet", f"Some input subnets are invalid: {missing or 'none given'}")
        if len({have[s].vpc_id for s in wanted}) > 1:
            fail("InvalidSubnet", "The subnets are not all in the same VPC")
        return {"VpcId": have[wanted[0]].vpc_id, "Subnets": [{"SubnetIdentifier": s, "SubnetAvailabilityZone": {"Name": have[s].availability_zone}} for s in wanted]}

    def describe_cache_subnet_groups(self):
        return ActionResult({"CacheSubnetGroups": self.pick("subnet_groups", "CacheSubnetGroupName", "CacheSubnetGroupNotFoundFault")})

    def delete_cache_subnet_group(self):
        lab, group = self.lab(), self.one("subnet_groups", "CacheSubnetGroupName", "CacheSubnetGroupNotFoundFault")
        if any(c["CacheSubnetGroupName"] == group["CacheSubnetGroupName"] for c in lab.clusters.values()):
            fail("CacheSubnetGroupInUse", "The cache subnet group is currently in use by a cache cluster.")
        self.drop("subnet_groups", group["CacheSubnetGroupName"])
        return EmptyResult()

    # -- a Redis node without a replication group
    def create_cache_cluster(self):
        lab, name = self.lab(), self.get("CacheClusterId").lower()
        check_name("CacheClusterId", name, 50)
        if name in lab.clusters:
            fail("CacheClusterAlreadyExists", f"Cache cluster {name} already exists.")
        if self.get("ReplicationGroupId"):
            return self.add_replica(name, self.one("groups", "ReplicationGroupId", "ReplicationGroupNotFoundFault"))
        engine = (self.get("Engine") or "memcached").lower()
        if engine == "memcached":
            bad_value("The lab has no Memcached")
        family, version = family_of(engine, self.get("EngineVersion"))
        if self.get("CacheSubnetGroupName") not in lab.subnet_groups:
            fail("CacheSubnetGroupNotFoundFault", f"Cache Subnet Group {self.get('CacheSubnetGroupName')} does not exist.")
        upkeep, window = self.get("PreferredMaintenanceWindow") or "sun:23:00-mon:01:30", self.get("SnapshotWindow") or "05:00-06:00"
        retention = self.check_backup(self.get("SnapshotRetentionLimit"), self.get("SnapshotWindow"), self.get("PreferredMaintenanceWindow"))
        self.check_family(self.get("CacheParameterGroupName"), family)
        self.check_network(self.get("SecurityGroupIds", []), lab.subnet_groups[self.get("CacheSubnetGroupName")]["VpcId"])
        tls = bool(self.get("TransitEncryptionEnabled"))
        check_auth_token(self.get("AuthToken"), tls)
        lab.clusters[name] = {
            "CacheClusterId": name, "CacheNodeType": self.get("CacheNodeType"), "Engine": engine, "EngineVersion": full(version), "CacheClusterStatus": "available", "NumCacheNodes": 1,
            "PreferredMaintenanceWindow": upkeep.lower(), "CacheParameterGroup": {"CacheParameterGroupName": self.get("CacheParameterGroupName") or f"default.{family}", "ParameterApplyStatus": "in-sync"},
            "CacheSubnetGroupName": self.get("CacheSubnetGroupName"), "AutoMinorVersionUpgrade": True, "SecurityGroups": [{"SecurityGroupId": g, "Status": "active"} for g in self.get("SecurityGroupIds", [])],
            "NotificationConfiguration": None, "SnapshotRetentionLimit": retention, "SnapshotWindow": window, "ARN": self.arn("cluster", name), "AuthTokenEnabled": bool(self.get("AuthToken")),
            "TransitEncryptionEnabled": tls, "TransitEncryptionMode": "required" if tls else None, "AtRestEncryptionEnabled": False, "NetworkType": "ipv4", "IpDiscovery": "ipv4",
            "CacheNodes": [{"CacheNodeId": "0001", "CacheNodeStatus": "available", "Endpoint": {"Address": f"{name}.abc123.0001.cache.amazonaws.com", "Port": self.get("Port") or 6379},
                            "ParameterGroupStatus": "in-sync", "CustomerAvailabilityZone": f"{self.region}a"}]}
        self.put_tags(lab.clusters[name]["ARN"], self.get("Tags", []))
        return ActionResult({"CacheCluster": lab.clusters[name]})

    def add_replica(self, name: str, group: dict):
        """API reference, CreateCacheCluster, ReplicationGroupId: the node is added to the group as a read replica, under the name it is given."""
        lab = self.lab()
        self.check_available(group)
        if group["ClusterEnabled"] or len(group["MemberClusters"]) > 5:
            bad_combination("A read replica is added by name with cluster mode disabled only, and to at most 5 others")
        primary = next(m["CacheClusterId"] for m in group["NodeGroups"][0]["NodeGroupMembers"] if m["CurrentRole"] == "primary")
        lab.clusters[name] = {**lab.clusters[primary], "CacheClusterId": name, "ARN": self.arn("cluster", name), "SnapshotRetentionLimit": 0,
                              "CacheNodes": [{**lab.clusters[primary]["CacheNodes"][0]}]}
        group["MemberClusters"].append(name)
        self.shape(group, primary=primary)
        return ActionResult({"CacheCluster": lab.clusters[name]})

    def delete_cache_cluster(self):
        cluster = self.one("clusters", "CacheClusterId", "CacheClusterNotFound")
        if cluster.get("ReplicationGroupId"):
            bad_combination(f"{cluster['CacheClusterId']} is a member of a replication group; use DecreaseReplicaCount or DeleteReplicationGroup")
        self.drop("clusters", cluster["CacheClusterId"])
        return ActionResult({"CacheCluster": {**cluster, "CacheClusterStatus": "deleting"}})

    # -- replication groups
    def create_replication_group(self):
        lab, gid = self.lab(), self.get("ReplicationGroupId")
        check_name("ReplicationGroupId", gid, 40)
        gid = gid.lower()
        if gid in lab.groups:
            fail("ReplicationGroupAlreadyExists", f"Replication group {gid} already exists.")
        if self.get("PrimaryClusterId"):
            return self.group_around(gid, self.one("clusters", "PrimaryClusterId", "CacheClusterNotFound"))
        engine = (self.get("Engine") or "redis").lower()
        family, version = family_of(engine, self.get("EngineVersion"))
        pname = self.get("CacheParameterGroupName")
        self.check_family(pname, family)
        subnet_group = self.get("CacheSubnetGroupName")
        if subnet_group not in lab.subnet_groups:
            fail("CacheSubnetGroupNotFoundFault", f"Cache Subnet Group {subnet_group} does not exist.")
        self.check_network(self.get("SecurityGroupIds", []), lab.subnet_groups[subnet_group]["VpcId"])
        shards, per_shard = self.get("NumNodeGroups") or 1, self.get("ReplicasPerNodeGroup")
        nodes = self.get("NumCacheClusters") or (1 + (per_shard or 0))
        failover, multi_az = bool(self.get("AutomaticFailoverEnabled")), bool(self.get("MultiAZEnabled"))
        clustered = shards > 1 or self.get("ClusterMode") == "enabled" or (pname or "").endswith("cluster.on") or (
            pname in lab.parameter_groups and lab.parameter_groups[pname]["values"].get("cluster-enabled") == "yes")
        if failover and nodes < 2 and not clustered:
            bad_combination("Replication group with automatic failover enabled must have at least 2 cache clusters")
        if multi_az and not failover:
            bad_combination("Automatic failover must be enabled for Multi-AZ")
        if nodes > 6:
            bad_value("A replication group can have at most 6 nodes per shard")
        if not re.fullmatch(r"cache\.[a-z0-9]+\.[a-z0-9]+", self.get("CacheNodeType") or ""):
            bad_value(f"Invalid cache node type: {self.get('CacheNodeType')}")
        retention = self.check_backup(self.get("SnapshotRetentionLimit"), self.get("SnapshotWindow"), self.get("PreferredMaintenanceWindow"))
        transit = bool(self.get("TransitEncryptionEnabled"))
        check_auth_token(self.get("AuthToken"), transit)
        self.check_topic(self.get("NotificationTopicArn"))
        logs = self.check_logs(self.get("LogDeliveryConfigurations", []), engine, version)
        # API reference, AtRestEncryptionEnabled: "Default: true when using Valkey, false when using Redis OSS".
        at_rest = (engine == "valkey") if self.get("AtRestEncryptionEnabled") is None else bool(self.get("AtRestEncryptionEnabled"))
        if self.get("KmsKeyId") and not at_rest:
            bad_combination("A KMS key can only be given when encryption at rest is enabled")
        source = self.get("SnapshotName")
        if source and source not in lab.snapshots:
            fail("SnapshotNotFoundFault", f"Snapshot {source} not found.")
        if source and lab.snapshots[source]["SnapshotStatus"] != "available":
            fail("InvalidSnapshotState", f"Snapshot {source} is not available.")
        members = [f"{gid}-{s:04}-{n:03}" if clustered else f"{gid}-{n:03}" for s in range(1, shards + 1) for n in range(1, nodes + 1)]
        domain = f"{gid}.abc123.{self.region[:2]}x1.cache.amazonaws.com"
        arn, port, mode = self.arn("replicationgroup", gid), self.get("Port") or 6379, (self.get("TransitEncryptionMode") or "required") if transit else None
        group = {"ReplicationGroupId": gid, "Description": self.get("ReplicationGroupDescription"), "Status": "available", "PendingModifiedValues": {},
                 "MemberClusters": members, "AutomaticFailover": "enabled" if failover else "disabled", "MultiAZ": "enabled" if multi_az else "disabled",
                 "SnapshotRetentionLimit": retention, "SnapshotWindow": self.get("SnapshotWindow") or "05:00-06:00", "ClusterEnabled": clustered,
                 "CacheNodeType": self.get("CacheNodeType"), "AuthTokenEnabled": self.get("AuthToken") is not None, "TransitEncryptionEnabled": transit,
                 "TransitEncryptionMode": mode, "AtRestEncryptionEnabled": at_rest, "KmsKeyId": self.key_arn(self.get("KmsKeyId")), "ARN": arn, "UserGroupIds": self.get("UserGroupIds", []), "LogDeliveryConfigurations": logs,
                 "ReplicationGroupCreateTime": datetime.now(timezone.utc), "DataTiering": "disabled", "AutoMinorVersionUpgrade": self.get("AutoMinorVersionUpgrade") is not False,
                 "NetworkType": "ipv4", "IpDiscovery": "ipv4", "ClusterMode": "enabled" if clustered else "disabled", "Engine": engine,
                 "SnapshottingClusterId": None if clustered else members[1] if nodes > 1 else members[0], "restored_from": source, "auth_token": self.get("AuthToken"),
                 "auth_tokens": [self.get("AuthToken")] if self.get("AuthToken") else [], "port": port, "pending": {}}
        if clustered:
            group["ConfigurationEndpoint"] = {"Address": f"clustercfg.{domain}", "Port": port}
        if self.busy(group, "creating") and source:  # API reference, CreateReplicationGroup, SnapshotName: "The snapshot status changes to restoring while the new replication group is being created."
            lab.snapshots[source]["SnapshotStatus"] = "restoring"
        lab.groups[gid] = group
        for name in members:
            lab.clusters[name] = {
                "CacheClusterId": name, "CacheNodeType": group["CacheNodeType"], "Engine": engine, "EngineVersion": full(version), "CacheClusterStatus": "available",
                "NumCacheNodes": 1, "PreferredMaintenanceWindow": (self.get("PreferredMaintenanceWindow") or "sun:23:00-mon:01:30").lower(),
                "CacheParameterGroup": {"CacheParameterGroupName": pname or f"default.{family}", "ParameterApplyStatus": "in-sync"},
                "CacheSubnetGroupName": subnet_group, "AutoMinorVersionUpgrade": group["AutoMinorVersionUpgrade"],
                "SecurityGroups": [{"SecurityGroupId": g, "Status": "active"} for g in self.get("SecurityGroupIds", [])],
                "NotificationConfiguration": {"TopicArn": self.get("NotificationTopicArn"), "TopicStatus": self.topic_status(self.get("NotificationTopicArn"))} if self.get("NotificationTopicArn") else None,
                "ReplicationGroupId": gid, "SnapshotRetentionLimit": retention, "SnapshotWindow": group["SnapshotWindow"], "ARN": self.arn("cluster", name),
                "AuthTokenEnabled": group["AuthTokenEnabled"], "TransitEncryptionEnabled": transit, "TransitEncryptionMode": mode, "AtRestEncryptionEnabled": at_rest,
                "NetworkType": "ipv4", "IpDiscovery": "ipv4",
                "CacheNodes": [{"CacheNodeId": "0001", "CacheNodeStatus": "available", "Endpoint": {"Address": f"{name}.{domain}", "Port": port},
                                "ParameterGroupStatus": "in-sync", "CustomerAvailabilityZone": f"{self.region}a"}]}
        group["domain"] = domain
        self.shape(group)
        self.put_tags(arn, self.get("Tags", []))
        return ActionResult({"ReplicationGroup": group})

    def group_around(self, gid: str, primary: dict):
        """API reference, CreateReplicationGroup: PrimaryClusterId makes an existing node the primary of a new group; IncreaseReplicaCount adds replicas."""
        if primary.get("ReplicationGroupId"):
            bad_value(f"{primary['CacheClusterId']} is already in a replication group")
        domain = f"{gid}.abc123.{self.region[:2]}x1.cache.amazonaws.com"
        group = {"ReplicationGroupId": gid, "Description": self.get("ReplicationGroupDescription"), "Status": "available", "PendingModifiedValues": {}, "MemberClusters": [primary["CacheClusterId"]],
                 "AutomaticFailover": "disabled", "MultiAZ": "disabled", "SnapshotRetentionLimit": primary["SnapshotRetentionLimit"], "SnapshotWindow": primary["SnapshotWindow"], "ClusterEnabled": False,
                 "CacheNodeType": primary["CacheNodeType"], "AuthTokenEnabled": False, "TransitEncryptionEnabled": primary["TransitEncryptionEnabled"],
                 "TransitEncryptionMode": "required" if primary["TransitEncryptionEnabled"] else None, "AtRestEncryptionEnabled": False, "KmsKeyId": None, "ARN": self.arn("replicationgroup", gid), "UserGroupIds": [],
                 "LogDeliveryConfigurations": [], "ReplicationGroupCreateTime": datetime.now(timezone.utc), "DataTiering": "disabled", "AutoMinorVersionUpgrade": True, "NetworkType": "ipv4", "IpDiscovery": "ipv4",
                 "ClusterMode": "disabled", "Engine": primary["Engine"], "SnapshottingClusterId": primary["CacheClusterId"], "restored_from": None, "auth_token": None,
                 "auth_tokens": [], "port": primary["CacheNodes"][0]["Endpoint"]["Port"], "pending": {}}
        primary["ReplicationGroupId"] = gid
        group.update(domain=domain, AuthTokenEnabled=primary["AuthTokenEnabled"])
        self.busy(group, "creating")
        self.lab().groups[gid] = group
        self.shape(group)
        self.put_tags(group["ARN"], self.get("Tags", []))
        return ActionResult({"ReplicationGroup": group})

    def increase_replica_count(self):
        return self.resize(+1)

    def decrease_replica_count(self):
        return self.resize(-1)

    def resize(self, direction: int):
        """API reference, Increase/DecreaseReplicaCount: NewReplicaCount for a group with cluster mode disabled, at least 1 with Multi-AZ;
        "ApplyImmediately=False is not currently supported"; NoOperationFault; ReplicasToRemove names nodes."""
        lab, group = self.lab(), self.one("groups", "ReplicationGroupId", "ReplicationGroupNotFoundFault")
        self.check_available(group)
        if group["ClusterEnabled"]:
            bad_combination("The lab resizes groups with cluster mode disabled only")
        members, wanted = group["MemberClusters"], self.get("NewReplicaCount")
        if wanted is None and self.get("ReplicasToRemove"):
            wanted = len(members) - 1 - len(self.get("ReplicasToRemove"))
        if wanted is None or self.get("ApplyImmediately") is not True:
            bad_combination("NewReplicaCount or ReplicasToRemove, and ApplyImmediately=true, must be given")
        nodes = int(wanted) + 1
        if nodes == len(members):
            fail("NoOperationFault", f"The replication group already has {wanted} replicas.")
        if (nodes - len(members)) * direction < 0 or nodes > 6 or nodes < (2 if group["AutomaticFailover"] == "enabled" else 1):
            bad_value(f"NewReplicaCount {wanted} is not valid for a group of {len(members)} nodes")
        roles = {m["CacheClusterId"]: m["CurrentRole"] for m in group["NodeGroups"][0]["NodeGroupMembers"]}
        model = lab.clusters[members[0]]
        while len(members) < nodes:
            name = next(n for i in range(1, 100) if (n := f"{group['ReplicationGroupId']}-{i:03}") not in lab.clusters)
            lab.clusters[name] = {**model, "CacheClusterId": name, "ARN": self.arn("cluster", name), "CacheNodes": [{**model["CacheNodes"][0]}]}
            members.append(name)
        gone = list(self.get("ReplicasToRemove") or [m for m in reversed(members) if roles.get(m) != "primary"][: len(members) - nodes])
        if any(roles.get(name) != "replica" for name in gone):
            bad_value(f"Only replicas of the group can be removed: {gone}")
        for name in gone:
            members.remove(name)
            self.drop("clusters", name)
        self.shape(group, primary=next(m for m, r in roles.items() if r == "primary"))
        if group["SnapshottingClusterId"] not in members:
            group["SnapshottingClusterId"] = members[-1]
        self.busy(group, "modifying")
        return ActionResult({"ReplicationGroup": group})

    def describe_replication_groups(self):
        rows = self.pick("groups", "ReplicationGroupId", "ReplicationGroupNotFoundFault")
        return ActionResult({"ReplicationGroups": [{**g, "Status": self.status(g)} for g in rows]})

    def describe_cache_clusters(self):
        groups, rows = self.lab().groups, self.pick("clusters", "CacheClusterId", "CacheClusterNotFound")
        return ActionResult({"CacheClusters": [{**c, "CacheClusterStatus": self.status(groups[c["ReplicationGroupId"]]) if c.get("ReplicationGroupId") else "available"} for c in rows]})

    def modify_replication_group(self):
        lab, group = self.lab(), self.one("groups", "ReplicationGroupId", "ReplicationGroupNotFoundFault")
        self.check_available(group)
        if not any(self.get(k) is not None for k in MODIFIES):
            bad_combination("No modifications were requested")
        now, clusters = self.get("ApplyImmediately") is True, [lab.clusters[m] for m in group["MemberClusters"]]
        snap = self.get("SnapshottingClusterId")
        if snap and group["ClusterEnabled"]:
            bad_combination("SnapshottingClusterId cannot be set for Redis OSS (cluster mode enabled) replication groups")
        if snap and snap not in group["MemberClusters"]:  # the message: terraform-provider-aws issue 41567
            fail("CacheClusterNotFound", "Specified snapshotting cluster does not exist")
        window = self.get("SnapshotWindow") or group["SnapshotWindow"]
        upkeep = self.get("PreferredMaintenanceWindow") or clusters[0]["PreferredMaintenanceWindow"]
        limit = self.get("SnapshotRetentionLimit")
        retention = self.check_backup(group["SnapshotRetentionLimit"] if limit is None else limit, window, upkeep)
        failover, multi_az = (group[k] == "enabled" if self.get(asked) is None else bool(self.get(asked))
                              for k, asked in (("AutomaticFailover", "AutomaticFailoverEnabled"), ("MultiAZ", "MultiAZEnabled")))
        if failover and len(clusters) < 2:
            bad_combination("Replication group with automatic failover enabled must have at least 2 cache clusters")
        if multi_az and not failover:
            bad_combination("Automatic failover must be enabled for Multi-AZ")
        self.check_topic(self.get("NotificationTopicArn"))
        self.check_network(self.get("SecurityGroupIds", []), lab.subnet_groups[clusters[0]["CacheSubnetGroupName"]]["VpcId"])
        later = self.check_upgrade(group, clusters[0])
        if self.get("CacheNodeType"):
            later["CacheNodeType"] = self.get("CacheNodeType")
        logs = self.get("LogDeliveryConfigurations")
        if logs and not now:  # user guide, 'Log delivery'
            bad_combination("You must set the apply-immediately parameter for all log delivery modifications")
        fresh = self.check_logs(logs or [], group["Engine"], later.get("EngineVersion") or clusters[0]["EngineVersion"])
        # from here on nothing is refused but by the next two, which look before they change anything
        self.change_tls(group, clusters)
        self.change_auth(group, clusters)
        group.update(SnapshotRetentionLimit=retention, SnapshotWindow=window, SnapshottingClusterId=snap or group["SnapshottingClusterId"],
                     AutomaticFailover="enabled" if failover else "disabled", MultiAZ="enabled" if multi_az else "disabled",
                     Description=self.get("ReplicationGroupDescription") or group["Description"])
        if self.get("AutoMinorVersionUpgrade") is not None:
            group["AutoMinorVersionUpgrade"] = bool(self.get("AutoMinorVersionUpgrade"))
        kinds = {c["LogType"] for c in logs or []}
        group["LogDeliveryConfigurations"] = [c for c in group["LogDeliveryConfigurations"] if c["LogType"] not in kinds] + fresh
        for c in clusters:
            c.update(SnapshotRetentionLimit=retention, SnapshotWindow=window, PreferredMaintenanceWindow=upkeep.lower(), AutoMinorVersionUpgrade=group["AutoMinorVersionUpgrade"])
            if self.get("NotificationTopicArn"):
                c["NotificationConfiguration"] = {"TopicArn": self.get("NotificationTopicArn"), "TopicStatus": self.topic_status(self.get("NotificationTopicArn"))}
            if self.get("NotificationTopicStatus") and c["NotificationConfiguration"]:
                c["NotificationConfiguration"]["TopicStatus"] = self.get("NotificationTopicStatus")
            if self.get("SecurityGroupIds"):
                c["SecurityGroups"] = [{"SecurityGroupId": g, "Status": "active"} for g in self.get("SecurityGroupIds")]
        group["pending"].update(later)
        if now or set(group["pending"]) == {"CacheParameterGroupName"}:
            self.maintenance(group)
        else:  # DescribeCacheClusters shows what waits; the group itself has no place for it
            for c in clusters:
                c["PendingModifiedValues"] = {k: v for k, v in group["pending"].items() if k in ("EngineVersion", "CacheNodeType")}
        self.busy(group, "modifying")
        return ActionResult({"ReplicationGroup": group})

    def check_upgrade(self, group: dict, cluster: dict) -> dict:
        """API reference, EngineVersion: newer only.  User guide, 'Upgrading engine versions': with a parameter group of one's own, one of the
        new family has to be named too; a default one is exchanged for the new family's.  Valkey is reached from Redis OSS, not left for it."""
        engine, version, name = (self.get("Engine") or group["Engine"]).lower(), self.get("EngineVersion"), self.get("CacheParameterGroupName")
        current = cluster["CacheParameterGroup"]["CacheParameterGroupName"]
        if not version and engine == group["Engine"]:
            self.check_family(name, family_of(engine, re.match(r"5\.0\.6|\d+\.\d+", cluster["EngineVersion"])[0])[0])
            return {"CacheParameterGroupName": name} if name else {}
        if not version:
            bad_combination("An engine version must be given with a new engine")
        family = family_of(engine, version)[0]
        if number(version) < number(cluster["EngineVersion"])[:2] or (group["Engine"], engine) == ("valkey", "redis"):
            bad_value(f"You cannot downgrade from {group['Engine']} {cluster['EngineVersion']} to {engine} {version}")
        name = name or (f"default.{family}" if current.startswith("default.") else current)
        self.check_family(name, family)
        return {"Engine": engine, "EngineVersion": version, "CacheParameterGroupName": name}

    def maintenance(self, group: dict):
        """What was asked for without ApplyImmediately comes with the next maintenance window, or with the next request that has it (API reference, ApplyImmediately)."""
        todo, group["pending"] = group["pending"], {}
        group.update({k: v for k, v in todo.items() if k in ("Engine", "CacheNodeType")})
        for c in (self.lab().clusters[m] for m in group["MemberClusters"]):
            c.update({k: v for k, v in todo.items() if k in ("Engine", "CacheNodeType")}, PendingModifiedValues={})
            if "EngineVersion" in todo:
                c["EngineVersion"] = full(todo["EngineVersion"])
            if "CacheParameterGroupName" in todo:
                c["CacheParameterGroup"]["CacheParameterGroupName"] = todo["CacheParameterGroupName"]

    def change_tls(self, group: dict, clusters: list):
        """API reference, TransitEncryptionMode: on by way of preferred, with TransitEncryptionEnabled in the same request; required only from preferred.
        User guide, 'Enabling in-transit encryption': from Redis OSS 7 on; off again from preferred only."""
        enabled, mode, before = self.get("TransitEncryptionEnabled"), self.get("TransitEncryptionMode"), group["TransitEncryptionMode"]
        if enabled is None and not mode:
            return
        enabled = group["TransitEncryptionEnabled"] if enabled is None else bool(enabled)
        if enabled != group["TransitEncryptionEnabled"] and number(clusters[0]["EngineVersion"]) < (7, 0, 5):
            bad_combination("Encryption in transit of an existing replication group can be changed from engine version 7.0.5 on")
        if enabled and not group["TransitEncryptionEnabled"] and mode != "preferred":
            bad_combination("To enable encryption in transit set TransitEncryptionMode to preferred first")
        if mode == "required" and before is None or mode and not enabled:
            bad_combination("TransitEncryptionMode can be set only with encryption in transit, and to required only after preferred")
        if not enabled and group["TransitEncryptionEnabled"] and (before != "preferred" or group["auth_tokens"]):
            bad_combination("To disable encryption in transit set TransitEncryptionMode to preferred first, and remove AUTH")
        for thing in (group, *clusters):
            thing.update(TransitEncryptionEnabled=enabled, TransitEncryptionMode=(mode or before) if enabled else None)

    def change_auth(self, group: dict, clusters: list):
        """User guide, 'Modifying the AUTH token': ROTATE (the default) adds a token and keeps the last one; SET leaves one token, which has to be one
        of those it has ("SET - allowed only after ROTATE") or its first; DELETE only while changing to RBAC (API reference, AuthTokenUpdateStrategy).
        `auth_tokens` are those that work, None among them: also without; `auth_token` is the newest."""
        token, strategy, tokens = self.get("AuthToken"), self.get("AuthTokenUpdateStrategy"), group["auth_tokens"]
        if token is None and strategy is None or token == "" and not tokens:
            return  # the latter: hashicorp/aws 5.x, with its default strategy, for a group it took over without a token; 6.x, whose part it plays here, does not ask
        if strategy == "DELETE":
            if token or not self.get("UserGroupIdsToAdd"):
                bad_combination("The AUTH token can be deleted only when a user group is added in the same request")
            tokens = []
        elif not token:
            bad_combination("AuthToken must be given with AuthTokenUpdateStrategy")
        else:
            check_auth_token(token, group["TransitEncryptionEnabled"])
            if strategy == "SET" and tokens and token not in tokens:
                bad_combination("The AUTH token to SET must be the last one that was rotated in")
            tokens = [token] if strategy == "SET" or tokens == [token] else [*(tokens or [None]), token][-2:]
        group.update(auth_tokens=tokens, auth_token=tokens[-1] if tokens else None)
        for thing in (group, *clusters):
            thing["AuthTokenEnabled"] = bool(tokens)

    def delete_replication_group(self):
        group = self.one("groups", "ReplicationGroupId", "ReplicationGroupNotFoundFault")
        self.check_available(group)
        final = self.get("FinalSnapshotIdentifier")
        if final:
            self.take(final, group, "manual", node=None if group["ClusterEnabled"] else group["MemberClusters"][0])
        if not self.busy(group, "deleting"):
            self.gone(group)
        return ActionResult({"ReplicationGroup": {**group, "Status": "deleting"}})

    # -- snapshots
    def create_snapshot(self):
        """User guide, 'Taking manual backups': a node's CacheClusterId with cluster mode disabled, ReplicationGroupId with it enabled."""
        lab, node = self.lab(), self.get("CacheClusterId")
        if node:
            cluster = self.one("clusters", "CacheClusterId", "CacheClusterNotFound")
            if not cluster.get("ReplicationGroupId"):
                alone = {"ReplicationGroupId": node, "ClusterEnabled": False, "MemberClusters": [node], "ReplicationGroupCreateTime": datetime.now(timezone.utc), "SnapshottingClusterId": node, "KmsKeyId": None,
                         **{k: cluster[k] for k in ("CacheNodeType", "Engine", "SnapshotRetentionLimit", "SnapshotWindow")}}
                return ActionResult({"Snapshot": self.take(self.get("SnapshotName"), alone, "manual", node=node)})
            group = lab.groups[cluster["ReplicationGroupId"]]
            if group["ClusterEnabled"]:
                bad_combination("Give ReplicationGroupId, not CacheClusterId, for a replication group with cluster mode enabled")
        else:
            group = self.one("groups", "ReplicationGroupId", "ReplicationGroupNotFoundFault")
            if not group["ClusterEnabled"]:
                bad_combination("Give CacheClusterId, not ReplicationGroupId, for a replication group with cluster mode disabled")
        self.check_available(group)
        return ActionResult({"Snapshot": self.take(self.get("SnapshotName"), group, "manual", node=node)})

    def describe_snapshots(self):
        """API reference, DescribeSnapshots: the filter says system/user where the answer says automated/manual; 20 to 50 records a page."""
        rows = sorted(self.lab().snapshots.values(), key=lambda s: hash_of(s["SnapshotName"]))  # no order is promised
        if self.get("SnapshotName") and self.get("SnapshotName") not in self.lab().snapshots:
            fail("SnapshotNotFoundFault", f"Snapshot {self.get('SnapshotName')} not found.")
        source = {None: None, "system": "automated", "user": "manual"}.get(self.get("SnapshotSource"), "none")
        for key in ("ReplicationGroupId", "CacheClusterId", "SnapshotName"):
            rows = [r for r in rows if not self.get(key) or r.get(key) == self.get(key)]
        rows = [r for r in rows if not source or r["SnapshotSource"] == source]
        size, start = int(self.get("MaxRecords") or 50), int(self.get("Marker") or 0)
        if not 20 <= size <= 50:
            bad_value("MaxRecords must be between 20 and 50")
        page = {"Snapshots": rows[start:start + size]}
        return ActionResult(page | ({"Marker": str(start + size)} if start + size < len(rows) else {}))

    def describe_events(self):
        """API reference, DescribeEvents: the last 14 days, by StartTime and EndTime or the last Duration minutes (60).  The texts are the lab's own."""
        now = datetime.now(timezone.utc)

        def moment(name):
            at = self.get(name) and datetime.fromisoformat(str(self.get(name)).replace("Z", "+00:00"))
            return at and (at if at.tzinfo else at.replace(tzinfo=timezone.utc))

        low = max(moment("StartTime") or now - timedelta(minutes=int(self.get("Duration") or 60)), now - timedelta(days=14))
        high = moment("EndTime") or now + timedelta(seconds=1)
        if self.get("SourceIdentifier") and not self.get("SourceType"):
            bad_combination("SourceIdentifier needs a SourceType")
        rows = [e for e in self.lab().events if low <= e["Date"] <= high and self.get("SourceIdentifier") in (None, e["SourceIdentifier"]) and self.get("SourceType") in (None, e["SourceType"])]
        size, start = int(self.get("MaxRecords") or 100), int(self.get("Marker") or 0)
        return ActionResult({"Events": rows[start:start + size]} | ({"Marker": str(start + size)} if start + size < len(rows) else {}))

    def copy_snapshot(self):
        """API reference, CopySnapshot: an available one under a new name, a manual one whatever it was; so an automatic backup outlives its group."""
        lab, source, target = self.lab(), self.get("SourceSnapshotName"), self.get("TargetSnapshotName")
        if source not in lab.snapshots:
            fail("SnapshotNotFoundFault", f"Snapshot {source} not found.")
        if lab.snapshots[source]["SnapshotStatus"] != "available":
            fail("InvalidSnapshotState", f"Snapshot {source} is not available.")
        if self.get("TargetBucket"):
            bad_combination("The lab does not export snapshots")
        check_name("TargetSnapshotName", target, 40)
        if target in lab.snapshots:
            fail("SnapshotAlreadyExistsFault", f"Snapshot {target} already exists.")
        lab.snapshots[target] = {**lab.snapshots[source], "SnapshotName": target, "SnapshotSource": "manual", "ARN": self.arn("snapshot", target)}
        self.put_tags(lab.snapshots[target]["ARN"], self.get("Tags", []))
        return ActionResult({"Snapshot": lab.snapshots[target]})

    def delete_snapshot(self):
        lab, name = self.lab(), self.get("SnapshotName")
        if name not in lab.snapshots:
            fail("SnapshotNotFoundFault", f"Snapshot {name} not found.")
        if lab.snapshots[name]["SnapshotStatus"] not in ("available", "failed"):
            fail("InvalidSnapshotState", f"Snapshot {name} is not in a valid state to be deleted.")
        return ActionResult({"Snapshot": {**self.drop("snapshots", name), "SnapshotStatus": "deleting"}})

    # -- helpers
    def settle(self, lab: Region):
        """What was creating, modifying or deleting long enough is done now."""
        with SETTLING:
            due = [t for t in (*lab.groups.values(), *lab.snapshots.values()) if t.get("ready") and t["ready"] <= time.time()]
            for thing in due:
                thing["ready"] = None
                if "SnapshotName" in thing:
                    thing["SnapshotStatus"] = thing.pop("becomes")
                    self.finish(thing)
                elif thing["Status"] == "deleting":
                    self.gone(thing)
                else:
                    thing["Status"] = "available"
                    source = lab.snapshots.get(thing.get("restored_from"))
                    if source and source["SnapshotStatus"] == "restoring":
                        source["SnapshotStatus"] = "available"

    def busy(self, group: dict, status: str) -> bool:
        """AWS answers at once and works on; POST /_lab/delay says for how long here."""
        if DELAY["group"]:
            group.update(Status=status, ready=time.time() + DELAY["group"])
        return bool(DELAY["group"])

    def gone(self, group: dict):
        """User guide, 'Deleting a replication group': the automatic backups go with it, manual ones stay."""
        lab = self.lab()
        for name in group["MemberClusters"]:
            self.drop("clusters", name)
        for name in [n for n, s in lab.snapshots.items() if s["SnapshotSource"] == "automated" and s["group"] == group["ReplicationGroupId"]]:
            self.drop("snapshots", name)
        self.drop("groups", group["ReplicationGroupId"])

    def drop(self, table: str, name: str) -> dict:
        """Out of the lab, tags too: the next one of that name starts without."""
        thing = getattr(self.lab(), table).pop(name)
        self.lab().tags.pop(thing["ARN"], None)
        return thing

    def status(self, group: dict) -> str:
        """User guide, 'Cluster status': snapshotting while a manual backup of it is being taken."""
        snapshotting = any(s["SnapshotStatus"] == "creating" and s["group"] == group["ReplicationGroupId"] for s in self.lab().snapshots.values())
        return "snapshotting" if snapshotting and group["Status"] == "available" else group["Status"]

    def check_available(self, group: dict):
        if self.status(group) != "available":
            fail("InvalidReplicationGroupState", f"Replication group {group['ReplicationGroupId']} is not available: {self.status(group)}")

    def check_family(self, name: str | None, family: str):
        groups = self.lab().parameter_groups
        if not name:
            return
        if name.startswith("default."):
            found = name.removeprefix("default.").removesuffix(".cluster.on")
        elif name in groups:
            found = groups[name]["CacheParameterGroupFamily"]
        else:
            fail("CacheParameterGroupNotFound", f"CacheParameterGroup {name} not found.")
        if found != family:
            bad_combination(f"Expected a parameter group of family {family} but found one of family {found}")

    def key_arn(self, key: str | None) -> str | None:
        """DescribeReplicationGroups answers a key's ARN, whatever it was given as; an unknown key is refused (CreateReplicationGroup: InvalidKMSKeyFault)."""
        from moto.kms.models import kms_backends

        if not key:
            return None
        backend = kms_backends[self.current_account][self.region]
        known = backend.any_id_to_key_id(key)
        if known not in backend.keys:
            fail("InvalidKMSKeyFault", f"The KMS key supplied is not valid: {key}")
        return backend.keys[known].arn

    def lab(self) -> Region:
        lab = STATE.setdefault((self.current_account, self.region), Region())
        self.settle(lab)
        return lab

    def get(self, name, default=None):
        value = self._get_param(name)
        return default if value is None else value

    def arn(self, kind: str, name: str) -> str:
        return f"arn:aws:elasticache:{self.region}:{self.current_account}:{kind}:{name}"

    def put_tags(self, arn: str, tags: list):
        merged = {t["Key"]: t.get("Value", "") for t in self.lab().tags.get(arn, [])} | {t["Key"]: t.get("Value", "") for t in tags}
        for key, value in merged.items():
            if not re.fullmatch(r"[\w\s.:/=+@-]{1,128}", key) or not re.fullmatch(r"[\w\s.:/=+@-]{0,256}", value):
                bad_value(f"Invalid tag: {key}={value}")
        self.lab().tags[arn] = [{"Key": k, "Value": v} for k, v in merged.items()]

    def pick(self, table: str, param: str, missing: str) -> list:
        rows, name = getattr(self.lab(), table), self.get(param)
        if name is None:
            return list(rows.values())
        key = name.lower() if table in ("groups", "clusters") else name
        if key not in rows:
            fail(missing, f"{param} {name} not found.")
        return [rows[key]]

    def one(self, table: str, param: str, missing: str) -> dict:
        if self.get(param) is None:
            bad_value(f"The parameter {param} must be provided.")
        return self.pick(table, param, missing)[0]

    def check_backup(self, limit, window, upkeep) -> int:
        limit = int(limit or 0)
        if not 0 <= limit <= 35:
            bad_value(f"Invalid snapshot retention limit: {limit}. Must be between 0 and 35.")
        if window:
            snapshot_window(window)
        if upkeep:
            maintenance_window(upkeep)
        check_windows(window if limit else None, upkeep)
        return limit

    def check_network(self, groups: list, vpc: str):
        from moto.ec2.models import ec2_backends

        known = {g.id: g for by_vpc in ec2_backends[self.current_account][self.region].groups.values() for g in by_vpc.values()}
        for g in groups:
            if g not in known or known[g].vpc_id != vpc:
                bad_value(f"Invalid security group {g} for VPC {vpc}")

    def check_topic(self, arn: str | None):
        from moto.sns.models import sns_backends

        if arn and arn not in sns_backends[self.current_account][self.region].topics:
            bad_value(f"Invalid notification topic ARN: {arn}")

    def check_logs(self, configs: list, engine: str, version: str) -> list:
        """User guide, 'Log delivery': slow log from Redis OSS 6.0, engine log from 6.2 on.  What is disabled is left out."""
        from moto.logs.models import logs_backends

        out = []
        for c in configs:
            if c.get("LogType") in ("slow-log", "engine-log") and c.get("Enabled") is False:
                continue
            name = ((c.get("DestinationDetails") or {}).get("CloudWatchLogsDetails") or {}).get("LogGroup")
            if c.get("DestinationType") == "cloudwatch-logs" and name not in logs_backends[self.current_account][self.region].groups:
                bad_value(f"Log group {name} does not exist")
            if c.get("LogType") not in ("slow-log", "engine-log") or c.get("LogFormat") not in ("json", "text"):
                bad_value(f"Invalid log delivery configuration: {c}")
            if engine == "redis" and number(version) < ((6, 0) if c["LogType"] == "slow-log" else (6, 2)):
                bad_value(f"{c['LogType']} is not supported for {engine} {version}")
            out.append({**{k: v for k, v in c.items() if k != "Enabled"}, "Status": "active"})
        return out

    def shape(self, group: dict, primary: str | None = None):
        """Fill NodeGroups as DescribeReplicationGroups shows them: roles only with cluster mode disabled."""
        domain, primary = group["domain"], primary or group["MemberClusters"][0]
        if group["ClusterEnabled"]:
            shards = sorted({m.rsplit("-", 2)[1] for m in group["MemberClusters"]})
            group["NodeGroups"] = [{"NodeGroupId": s, "Status": "available", "NodeGroupMembers": [
                {"CacheClusterId": m, "CacheNodeId": "0001", "PreferredAvailabilityZone": f"{self.region}a"} for m in group["MemberClusters"] if f"-{s}-" in m]} for s in shards]
            return
        zones = [f"{self.region}{z}" for z in "ac"]
        group["NodeGroups"] = [{"NodeGroupId": "0001", "Status": "available", "PrimaryEndpoint": {"Address": f"master.{domain}", "Port": group["port"]},
                                "ReaderEndpoint": {"Address": f"replica.{domain}", "Port": group["port"]},
                                "NodeGroupMembers": [{"CacheClusterId": m, "CacheNodeId": "0001", "CurrentRole": "primary" if m == primary else "replica",
                                                      "PreferredAvailabilityZone": zones[i % 2], "ReadEndpoint": {"Address": f"{m}.{domain}", "Port": group["port"]}}
                                                     for i, m in enumerate(group["MemberClusters"])]}]

    def take(self, name: str, group: dict, source: str, status: str = "available", age_hours: float = 0, node: str | None = None) -> dict:
        """With cluster mode disabled a snapshot names its node and no replication group (AWS CLI reference, describe-snapshots)."""
        lab = self.lab()
        if source == "manual":
            check_name("SnapshotName", name, 40)
        if name in lab.snapshots:
            fail("SnapshotAlreadyExistsFault", f"Snapshot {name} already exists.")
        node = node or group["SnapshottingClusterId"]
        of = {"ReplicationGroupId": group["ReplicationGroupId"], "ReplicationGroupDescription": group["Description"]} if group["ClusterEnabled"] else {"CacheClusterId": node}
        fault = next_fault("snapshot") if status == "available" else None
        if fault:
            status = fault["status"] or "failed"
        snapshot = {
            "SnapshotName": name, **of, "SnapshotStatus": status, "SnapshotSource": source, "CacheNodeType": group["CacheNodeType"], "Engine": group["Engine"],
            "SnapshotRetentionLimit": group["SnapshotRetentionLimit"], "SnapshotWindow": group["SnapshotWindow"], "ARN": self.arn("snapshot", name), "KmsKeyId": group["KmsKeyId"],
            "NodeSnapshots": [{"CacheClusterId": node or group["MemberClusters"][0], "CacheNodeId": "0001", "CacheSize": "12 MB",
                               "CacheNodeCreateTime": group["ReplicationGroupCreateTime"]}], "group": group["ReplicationGroupId"],
            "taken": datetime.now(timezone.utc) - timedelta(hours=age_hours)}
        lab.snapshots[name] = snapshot
        self.put_tags(snapshot["ARN"], self.get("Tags", []) if source == "manual" and self.get("SnapshotName") == name else [])
        if DELAY["snapshot"] and source == "manual" and status != "creating":
            snapshot.update(SnapshotStatus="creating", becomes=status, ready=time.time() + DELAY["snapshot"])
        else:
            self.finish(snapshot)
        return snapshot

    def finish(self, snapshot: dict):
        """A snapshot has a creation time, and its topic hears of it, once it is no longer creating."""
        status, node = snapshot["SnapshotStatus"], snapshot["NodeSnapshots"][0]
        if status == "creating":
            return
        node["SnapshotCreateTime"] = snapshot["taken"]
        group = self.lab().groups.get(snapshot["group"])
        if group:
            failed, of = status == "failed", f"snapshot with ID '{snapshot['SnapshotName']}' of replication group with ID '{group['ReplicationGroupId']}'"
            self.notify(group, "SnapshotFailed" if failed else "SnapshotComplete", node["CacheClusterId"])
            self.lab().events.append({"SourceIdentifier": group["ReplicationGroupId"], "SourceType": "replication-group", "Date": node["SnapshotCreateTime"],
                                      "Message": f"Snapshot failed for {of}: not enough free memory to fork" if failed else f"Snapshot succeeded for {of}"})

    def notify(self, group: dict, event: str, node: str):
        """ElastiCache publishes {"ElastiCache:<event>": "<node>"} to the group's topic while that topic is active."""
        from moto.sns.models import sns_backends

        told = self.lab().clusters[group["MemberClusters"][0]]["NotificationConfiguration"]
        if told and told["TopicStatus"] == "active":
            sns_backends[self.current_account][self.region].publish(message=json.dumps({f"ElastiCache:{event}": node}), arn=told["TopicArn"])

    def topic_status(self, arn: str) -> str:
        """User guide, 'Managing ElastiCache Amazon SNS notifications': an encrypted topic, or one whose policy does not
        allow the owner by aws:SourceOwner, shows as inactive.  Topics created today get a default policy on aws:SourceAccount,
        which does not count; moto's older default is left out for that."""
        from moto.sns.models import sns_backends

        topic = sns_backends[self.current_account][self.region].topics[arn]
        statements = json.loads(topic.policy)["Statement"] if isinstance(topic.policy, str) else topic.policy["Statement"]
        owner = [s for s in statements if s["Effect"] == "Allow" and s.get("Sid") != "__default_statement_ID" and any("sourceowner" in k.lower() for c in s.get("Condition", {}).values() for k in c)]
        return "active" if owner and not topic.kms_master_key_id else "inactive"


def guard_security_groups():
    """EC2 API reference, DeleteSecurityGroup: DependencyViolation while a network interface has it, and every cache node has one."""
    from moto.ec2.exceptions import DependencyViolationError
    from moto.ec2.models.security_groups import SecurityGroupBackend

    delete = SecurityGroupBackend.delete_security_group

    def guarded(self, name=None, group_id=None):
        region = ElastiCacheResponse()
        region.region, region.current_account = self.region_name, self.account_id
        used = {g["SecurityGroupId"] for c in region.lab().clusters.values() for g in c["SecurityGroups"]}
        if group_id in used:
            raise DependencyViolationError(f"resource {group_id} has a dependent object")
        return delete(self, name, group_id)

    SecurityGroupBackend.delete_security_group = guarded


def show_to_tagging():
    """Resource Groups Tagging API, GetResources: the tagged ones of a service or `service:resourceType`, the type as in the ARN; no match is no error."""
    from moto.resourcegroupstaggingapi.models import ResourceGroupsTaggingAPIBackend

    others = ResourceGroupsTaggingAPIBackend._get_resources_generator

    def generator(self, tag_filters=None, resource_type_filters=None):
        yield from others(self, tag_filters, resource_type_filters)
        for arn, tags in list(STATE.get((self.account_id, self.region_name), Region()).tags.items()):
            kind, have = "elasticache:" + arn.split(":")[5], {t["Key"]: t["Value"] for t in tags}
            wanted = all(f["Key"] in have and (not f.get("Values") or have[f["Key"]] in f["Values"]) for f in tag_filters or [])
            if have and wanted and (not resource_type_filters or {"elasticache", kind} & set(resource_type_filters)):
                yield {"ResourceARN": arn, "Tags": tags}

    ResourceGroupsTaggingAPIBackend._get_resources_generator = generator


def install():
    guard_security_groups()
    show_to_tagging()
    for name, action in vars(Actions).items():
        if callable(action) and not name.startswith("__"):
            setattr(ElastiCacheResponse, name, action)
