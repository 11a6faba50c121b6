import type { Adopted } from "../../../stacks/cache/adopted";
import type { Environment } from "../../../stacks/environments";
import type { LiveCluster } from "./live";
import { nodesByShard } from "./shards";
import { timesOf } from "./times";

/** What the stack itself writes, which a live cluster's own must not hide. */
export interface OfTheStack {
  readonly tagNames: ReadonlySet<string>;
  readonly parameterNames: ReadonlySet<string>;
}

/** The environment `base`, under a name, with the live cluster in it as it is. */
export function entryFor(
  live: LiveCluster,
  base: Environment,
  name: string,
  { tagNames, parameterNames }: OfTheStack,
): Environment {
  const others = (all: Readonly<Record<string, string>>, left: (key: string) => boolean): Record<string, string> =>
    Object.fromEntries(Object.entries(all).filter(([key]) => !left(key)));
  return {
    ...base,
    name,
    region: live.region,
    shards: live.shards?.length ?? null,
    ...timesOf(live, base),
    adopted: {
      replicationGroupId: live.id,
      description: live.description,
      subnetGroupName: live.subnetGroup.name,
      securityGroupIds: live.securityGroupIds,
      port: live.port,
      ...(Object.keys(live.logs).length > 0 && { logDelivery: live.logs }),
      ...(live.network.type !== "ipv4" && { network: live.network }),
      // AWS keeps the names that begin with aws: to itself.
      tags: others(live.tags, (key) => tagNames.has(key) || key.startsWith("aws:")),
      parameters: others(live.parameters, (key) => parameterNames.has(key)),
      encryptionAtRest: live.encryptedAtRest || {
        enabled: false,
        optOutReason: "It was created without; only a new cluster, restored from a backup, can have it.",
      },
      encryptionInTransit: inTransit(live),
      authToken: authToken(live),
      multiAz: multiAz(live),
    },
  };
}

/** Whether Multi-AZ is on, or the deploy can switch it on. */
function multiAz(live: LiveCluster): Adopted["multiAz"] {
  const canSpread = zonesOfSubnets(live).length > 1;
  const inOneZone = [...nodesByShard(live)].find(([, nodes]) => {
    // A replica that the deploy adds goes where there is none.
    const gainsZone = nodes.length === 1 && canSpread;
    return new Set(nodes.map(({ zone }) => zone)).size < 2 && !gainsZone;
  });
  if (live.multiAz || inOneZone === undefined) return true;
  const [shard, nodes] = inOneZone;
  return {
    enabled: false,
    optOutReason: `All ${live.shards === null ? "its nodes" : `nodes of its shard ${shard}`} are in ${nodes[0]?.zone ?? ""}; ElastiCache takes Multi-AZ once a replica is in another zone.${
      canSpread ? "" : ` Its subnet group ${live.subnetGroup.name} has no other: add a subnet to it first.`
    }`,
  };
}

const zonesOfSubnets = ({ subnetGroup }: LiveCluster): string[] => [
  ...new Set(subnetGroup.subnets.map(({ zone }) => zone)),
];

function inTransit({ inTransit: mode, version }: LiveCluster): Adopted["encryptionInTransit"] {
  if (mode === "required") return true;
  return {
    mode,
    optOutReason:
      mode === "preferred"
        ? "Some clients may not use TLS yet; write true here once all do."
        : `It was created without TLS, and its clients do not use it. ElastiCache can switch it on in place from 7.0.5 on (this is ${version}): write preferred here, then true.`,
  };
}

function authToken({ auth, userGroupIds }: LiveCluster): Adopted["authToken"] {
  if (auth === "users")
    return {
      managedHere: false,
      live: auth,
      userGroupIds,
      optOutReason: `Its clients are users (RBAC) of ${userGroupIds.join(", ")}. It keeps the user groups, and this stack does not manage their users.`,
    };
  const reasons = {
    none: "Its clients present no token; write true here to give them one (ROTATE_AUTH_STACK).",
    token:
      "Its clients have a token that nobody can read from AWS; write true here to rotate to one of this stack (ROTATE_AUTH_STACK).",
  };
  return { managedHere: false, live: auth, optOutReason: reasons[auth] };
}
