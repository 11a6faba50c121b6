"""The change from cluster mode disabled to enabled, by way of compatible.

https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/modify-cluster-mode.html
"""

from aws.elasticache.authentication import AuthenticationChanges
from aws.elasticache.engines import number
from aws.elasticache.nodes import lay_out
from aws.elasticache.parameter_groups import enables_cluster_mode
from aws.elasticache.refusals import refuse_combination

SINCE = {"redis": (7, 0), "valkey": (7, 2)}
STEPS = {("disabled", "compatible"), ("compatible", "enabled"), ("compatible", "disabled")}
ALONE = ("ReplicationGroupId", "ApplyImmediately", "ClusterMode", "CacheParameterGroupName")


def check_not_compatible(group: dict):
    """In compatible "other modification operations such as scaling and engine version are not allowed"."""
    if group["ClusterMode"] == "compatible":
        refuse_combination("In cluster mode compatible, a replication group cannot be scaled or upgraded")


class ClusterModeChanges(AuthenticationChanges):
    def requested_cluster_mode(self, group: dict, cluster: dict) -> str | None:
        """The new mode. It changes alone, but for the parameter group, and with automatic failover only."""
        mode, before = self.get("ClusterMode"), group["ClusterMode"]
        others = [name for name, value in self.params.items() if value is not None and name not in ALONE]
        if not mode or mode == before:
            if before == "compatible" and {"CacheNodeType", "EngineVersion"} & set(others):
                check_not_compatible(group)
            return None
        if (before, mode) not in STEPS:
            refuse_combination(f"Cluster mode cannot be changed from {before} to {mode}")
        if others:
            refuse_combination(f"ClusterMode cannot be changed together with {', '.join(others)}")
        if number(cluster["EngineVersion"]) < SINCE[group["Engine"]] or group["AutomaticFailover"] != "enabled":
            refuse_combination("Cluster mode can be changed from Redis OSS 7.0 or Valkey 7.2 on, with automatic failover")
        # "You need to provide a parameter group with cluster-enabled configuration"; a default one is exchanged by AWS.
        name = self.new_parameter_group(cluster)
        if mode != "disabled" and not name.startswith("default.") and not enables_cluster_mode(self.state, name):
            refuse_combination("Cluster mode should be enabled in parameter group, but found it is disabled.")
        return mode

    def new_parameter_group(self, cluster: dict) -> str:
        return self.get("CacheParameterGroupName", cluster["CacheParameterGroup"]["CacheParameterGroupName"])

    def change_cluster_mode(self, group: dict, clusters: list[dict], mode: str):
        group["ClusterMode"] = mode
        for parameters in (cluster["CacheParameterGroup"] for cluster in clusters):
            name = parameters["CacheParameterGroupName"].removesuffix(".cluster.on")
            if name.startswith("default."):
                parameters["CacheParameterGroupName"] = name if mode == "disabled" else f"{name}.cluster.on"
        if mode == "enabled":
            endpoint = {"Address": f"clustercfg.{group['domain']}", "Port": group["port"]}
            group.update(ClusterEnabled=True, ConfigurationEndpoint=endpoint, SnapshottingClusterId=None)
            lay_out(self.place, group)
