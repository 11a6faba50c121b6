"""Replication groups: created, described, deleted.

https://docs.aws.amazon.com/AmazonElastiCache/latest/APIReference/API_CreateReplicationGroup.html
"""

from moto.core.responses import ActionResult

from aws.elasticache import authentication, neighbours
from aws.elasticache.clock import now
from aws.elasticache.data import fill
from aws.elasticache.engines import family_of, named
from aws.elasticache.lifecycle import check_available, keep_busy, remove_group, status_of
from aws.elasticache.names import LONGEST_GROUP, check_name
from aws.elasticache.node_types import has_data_tiering
from aws.elasticache.nodes import MOST_PER_SHARD, domain_of, lay_out, node_name
from aws.elasticache.parameter_groups import check_family, default_parameters, enables_cluster_mode
from aws.elasticache.refusals import refuse, refuse_combination, refuse_value
from aws.elasticache.restore import Target, check_restore, fits, source_of
from aws.elasticache.seeding import seed_of
from aws.elasticache.slots import check_ids, requested_slots
from aws.elasticache.snapshots import final_nodes, take
from aws.elasticache.state import Place
from aws.elasticache.tags import tag_new_group
from aws.faults import next_fault

MISSING = "ReplicationGroupNotFoundFault"
# https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/quota-limits.html (nodes per cluster, cluster mode enabled)
MOST_NODES = 90


class ReplicationGroupActions:
    def create_replication_group(self) -> ActionResult:
        state, group_id = self.state, self.get("ReplicationGroupId").lower()
        check_name("ReplicationGroupId", group_id, LONGEST_GROUP)
        if group_id in state.groups:
            refuse("ReplicationGroupAlreadyExists", f"Replication group {group_id} already exists.")
        if self.get("PrimaryClusterId"):
            return self.group_around(group_id, self.named("clusters", "PrimaryClusterId", "CacheClusterNotFound"))
        source = source_of(state, self.get("SnapshotName"))
        engine, family, version = self.requested_engine(source)
        clustered, counts = self.requested_shape()
        self.check_failover(clustered, min(counts.values()))
        self.check_tiering()
        if source:
            check_restore(source, Target(engine, version, self.get("CacheNodeType"), clustered, len(counts)))
        source = self.seed(source, Target(engine, version, self.get("CacheNodeType"), clustered, len(counts)))
        group = self.new_group(group_id, engine, version, clustered)
        group["restored_from"] = source["SnapshotName"] if source else None
        group["size"] = source["size"] if source else group["size"]
        group["slots"] = dict(zip(counts, requested_slots(self.get("NodeGroupConfiguration", []), from_files=False), strict=False))
        nodes = self.new_nodes(group, counts, family, version)
        tag_new_group(self.place, group, self.get("Tags", []))
        state.clusters.update(nodes)
        state.groups[group_id] = group
        lay_out(self.place, group)
        if source and source.get("held"):
            fill(group, source)
        self.begin(group, source)
        return ActionResult({"ReplicationGroup": self.shown_group(group, "creating")})

    def seed(self, source: dict | None, target: Target) -> dict | None:
        """SnapshotArns: files in S3, in the place of a snapshot."""
        arns = self.get("SnapshotArns", [])
        if source and arns:
            refuse_combination("Only one of SnapshotName and SnapshotArns can be given")
        return source or seed_of(self.place, arns, target, self.get("NodeGroupConfiguration", []))

    def requested_engine(self, source: dict | None) -> tuple[str, str, str]:
        """Engine, family, version. Those of the snapshot, where the request leaves them out."""
        engine = self.get("Engine", source["Engine"] if source else "redis").lower()
        same = source and source["Engine"] == engine
        family, version = family_of(engine, self.get("EngineVersion") or (named(source["EngineVersion"]) if same else None))
        check_family(self.state, self.get("CacheParameterGroupName"), family)
        return engine, family, version

    def requested_shape(self) -> tuple[bool, dict[str, int]]:
        """Whether cluster mode is enabled, and how many nodes each shard has."""
        configured = self.get("NodeGroupConfiguration", [])
        # "the number of node groups … specified by the parameter NumNodeGroups or … configured by NodeGroupConfiguration" (SnapshotArns)
        parameter_group, shards = self.get("CacheParameterGroupName"), self.get("NumNodeGroups", len(configured) or 1)
        wants = shards > 1 or self.get("ClusterMode") == "enabled"
        enables = enables_cluster_mode(self.state, parameter_group)
        if wants and parameter_group and not enables:
            refuse_combination("Cluster mode should be enabled in parameter group, but found it is disabled.")
        clustered = wants or enables
        nodes = 1 + self.get("ReplicasPerNodeGroup", 0) if clustered or not self.get("NumCacheClusters") else self.get("NumCacheClusters")
        check_ids(configured)
        if configured and len(configured) != shards:
            refuse_combination(f"NodeGroupConfiguration must describe each of the {shards} node groups")
        counts = {
            (configured[i].get("NodeGroupId") if configured else None) or f"{i + 1:04}": 1 + configured[i].get("ReplicaCount", nodes - 1)
            if configured
            else nodes
            for i in range(shards)
        }
        if max(counts.values()) > MOST_PER_SHARD or min(counts.values()) < 1 or shards < 1:
            refuse_value(f"A node group can have 0 to {MOST_PER_SHARD - 1} replicas")
        if sum(counts.values()) > MOST_NODES:
            refuse("NodeQuotaForClusterExceeded", f"A cluster can have at most {MOST_NODES} nodes.")
        return clustered, counts

    def check_failover(self, clustered: bool, nodes: int):
        """AutomaticFailoverEnabled, MultiAZEnabled: with cluster mode enabled failover must be on; Multi-AZ needs it, and a replica."""
        failover, multi_az = bool(self.get("AutomaticFailoverEnabled")), bool(self.get("MultiAZEnabled"))
        if clustered and not failover:
            refuse_combination("Automatic failover must be enabled for replication groups with cluster mode enabled")
        if failover and nodes < 2 and not clustered:
            refuse_combination("Replication group with automatic failover enabled must have at least 2 cache clusters")
        if multi_az and not failover:
            refuse_combination("Automatic failover must be enabled for Multi-AZ")
        if multi_az and nodes < 2:
            refuse_combination("Multi-AZ needs at least one replica in each node group")

    def check_tiering(self):
        """DataTieringEnabled: "must be set to true when using r6gd nodes", and is for those only."""
        if bool(self.get("DataTieringEnabled")) != has_data_tiering(self.get("CacheNodeType", "")):
            refuse_combination("Data tiering must be enabled with r6gd nodes, and with those only")

    def new_group(self, group_id: str, engine: str, version: str, clustered: bool) -> dict:
        place, transit, token = self.place, bool(self.get("TransitEncryptionEnabled")), self.get("AuthToken")
        user_groups = self.get("UserGroupIds", [])
        authentication.check_token(token, transit)
        authentication.check_user_groups(self.state, user_groups, transit, engine, version, token is not None)
        # "Default: true when using Valkey, false when using Redis OSS" (API reference, ReplicationGroup, AtRestEncryptionEnabled)
        at_rest = bool(self.get("AtRestEncryptionEnabled", engine == "valkey"))
        neighbours.check_key(at_rest, self.get("KmsKeyId"))
        domain, port = domain_of(place, group_id), self.get("Port", 6379)
        return {
            **group_settings(place, group_id, engine, at_rest, neighbours.key_arn(place, self.get("KmsKeyId"))),
            "Description": self.get("ReplicationGroupDescription"),
            "AutomaticFailover": on_off(self.get("AutomaticFailoverEnabled")),
            "MultiAZ": on_off(self.get("MultiAZEnabled")),
            "ClusterEnabled": clustered,
            "ClusterMode": "enabled" if clustered else "disabled",
            "CacheNodeType": self.get("CacheNodeType"),
            "DataTiering": on_off(self.get("DataTieringEnabled")),
            "NetworkType": self.get("NetworkType", "ipv4"),
            "IpDiscovery": self.get("IpDiscovery", "ipv4"),
            "AuthTokenEnabled": token is not None,
            "TransitEncryptionEnabled": transit,
            "TransitEncryptionMode": self.get("TransitEncryptionMode", "required") if transit else None,
            "UserGroupIds": user_groups,
            "LogDeliveryConfigurations": neighbours.log_deliveries(place, self.get("LogDeliveryConfigurations", []), engine, version),
            "AutoMinorVersionUpgrade": self.get("AutoMinorVersionUpgrade", True),
            **({"ConfigurationEndpoint": {"Address": f"clustercfg.{domain}", "Port": port}} if clustered else {}),
            "auth_tokens": [token] if token else [],
            "domain": domain,
            "port": port,
        }

    def new_nodes(self, group: dict, counts: dict[str, int], family: str, version: str) -> dict[str, dict]:
        nodes: dict[str, dict] = {}
        parameters = self.get("CacheParameterGroupName") or default_parameters(family, group["ClusterEnabled"])
        for shard, count in counts.items():
            for i in range(count):
                name = node_name(group["ReplicationGroupId"], shard if group["ClusterEnabled"] else None, i + 1)
                group["shards"][name] = shard
                nodes[name] = {
                    **self.node_settings(group["Engine"], family, version, name, zone_index=i),
                    "ReplicationGroupId": group["ReplicationGroupId"],
                    "CacheParameterGroup": {"CacheParameterGroupName": parameters, "ParameterApplyStatus": "in-sync"},
                    "SnapshotRetentionLimit": self.get("SnapshotRetentionLimit", 0),
                    **{
                        k: group[k]
                        for k in ("AuthTokenEnabled", "TransitEncryptionEnabled", "TransitEncryptionMode", "AtRestEncryptionEnabled")
                    },
                }
        first = next(iter(nodes.values()))
        group.update(
            MemberClusters=list(nodes),
            SnapshotRetentionLimit=first["SnapshotRetentionLimit"],
            SnapshotWindow=first["SnapshotWindow"],
            # AWS takes the backups of a new group from its first replica (botocore, examples-1.json, CreateReplicationGroup).
            SnapshottingClusterId=None if group["ClusterEnabled"] else list(nodes)[1] if len(nodes) > 1 else list(nodes)[0],
        )
        return nodes

    def begin(self, group: dict, source: dict | None):
        """The snapshot is restoring while its group is created (SnapshotName). Data that does not fit the nodes ends in restore-failed."""
        fault = next_fault("replication-group")
        becomes = (fault["status"] or "create-failed") if fault else "available"
        if source and not fits(source, group["CacheNodeType"]):
            becomes = "restore-failed"
        if keep_busy(group, "creating", becomes) and source:
            source["SnapshotStatus"] = "restoring"

    def group_around(self, group_id: str, primary: dict) -> ActionResult:
        """PrimaryClusterId: an existing node becomes the primary of a new group. IncreaseReplicaCount adds replicas."""
        if primary.get("ReplicationGroupId"):
            refuse_value(f"{primary['CacheClusterId']} is already in a replication group")
        name, tls = primary["CacheClusterId"], primary["TransitEncryptionEnabled"]
        group = {
            **group_settings(self.place, group_id, primary["Engine"], at_rest=False, key=None),
            "Description": self.get("ReplicationGroupDescription"),
            "MemberClusters": [name],
            "SnapshotRetentionLimit": primary["SnapshotRetentionLimit"],
            "SnapshotWindow": primary["SnapshotWindow"],
            "CacheNodeType": primary["CacheNodeType"],
            "AuthTokenEnabled": primary["AuthTokenEnabled"],
            "TransitEncryptionEnabled": tls,
            "TransitEncryptionMode": "required" if tls else None,
            "SnapshottingClusterId": name,
            "auth_tokens": primary["auth_tokens"],
            "port": primary["CacheNodes"][0]["Endpoint"]["Port"],
            "shards": {name: "0001"},
        }
        tag_new_group(self.place, group, self.get("Tags", []))
        primary.update(ReplicationGroupId=group_id, domain=group["domain"])
        self.state.groups[group_id] = group
        lay_out(self.place, group)
        keep_busy(group, "creating")
        return ActionResult({"ReplicationGroup": self.shown_group(group, "creating")})

    def describe_replication_groups(self) -> ActionResult:
        rows = self.selected("groups", "ReplicationGroupId", MISSING)
        return self.page(rows, self.shown_group)

    def shown_group(self, group: dict, status: str | None = None) -> dict:
        """A group that is not there yet has no nodes and no endpoints (botocore, examples-1.json, CreateReplicationGroup)."""
        status = status or status_of(self.place, group)
        hidden = {"NodeGroups", "ConfigurationEndpoint"} if status in ("creating", "create-failed", "restore-failed") else set()
        return {k: v for k, v in group.items() if k not in hidden} | {"Status": status}

    def delete_replication_group(self) -> ActionResult:
        """https://docs.aws.amazon.com/AmazonElastiCache/latest/APIReference/API_DeleteReplicationGroup.html"""
        group = self.named("groups", "ReplicationGroupId", MISSING)
        if group["Status"] not in ("create-failed", "restore-failed"):
            check_available(self.place, group)
        if self.get("FinalSnapshotIdentifier"):
            take(self.place, self.get("FinalSnapshotIdentifier"), final_nodes(group), group)
        if not keep_busy(group, "deleting"):
            remove_group(self.place, group)
        return ActionResult({"ReplicationGroup": {**group, "Status": "deleting"}})


def on_off(enabled) -> str:
    return "enabled" if enabled else "disabled"


def group_settings(place: Place, group_id: str, engine: str, at_rest: bool, key: str | None) -> dict:
    """What every group has, before the request says more."""
    return {
        "ReplicationGroupId": group_id,
        "ARN": place.arn("replicationgroup", group_id),
        "Status": "available",
        "PendingModifiedValues": {},
        "MemberClusters": [],
        "AutomaticFailover": "disabled",
        "MultiAZ": "disabled",
        "ClusterEnabled": False,
        "ClusterMode": "disabled",
        "AtRestEncryptionEnabled": at_rest,
        "StorageEncryptionType": "sse-kms" if key else "sse-elasticache" if at_rest else "none",
        "KmsKeyId": key,
        "UserGroupIds": [],
        "LogDeliveryConfigurations": [],
        "ReplicationGroupCreateTime": now(),
        "DataTiering": "disabled",
        "AutoMinorVersionUpgrade": True,
        "NetworkType": "ipv4",
        "IpDiscovery": "ipv4",
        "Engine": engine,
        # What the lab keeps to itself.
        "restored_from": None,
        "size": "12 MB",
        "domain": domain_of(place, group_id),
        "shards": {},
        "pending": {},
        "auth_tokens": [],
        "ready": None,
    }
