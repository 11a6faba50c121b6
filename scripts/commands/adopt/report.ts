import type { Environment } from "../../../stacks/environments";
import { switchOnFirst, type Change } from "./changes";
import type { LiveCluster, LoneNode } from "./live";
import { explainTaken } from "../recover/taken";
import type { NotPlanned, Planned } from "./plan";
import { isUneven, replicasPerShard } from "./shards";
import type { Result } from "./validate";

export interface ReportProps {
  readonly live: LiveCluster;
  readonly environment: Environment;
  readonly result: Result;
  readonly changes: readonly Change[];
  /** What a plan of the deploy says; undefined when there was none, because the values or Terraform are missing. */
  readonly planned: Planned | NotPlanned | undefined;
  /** Prefix of physical names, if it is not the environment's. */
  readonly namePrefix: string | undefined;
  /** False where Terraform is not on the PATH: the values are the live ones, and were not validated. */
  readonly validated: boolean;
  /** What a variable is in the deploy. */
  readonly value: (variable: string) => unknown;
  /** Where the files were written. */
  readonly folder: string;
}

/** What a person needs to decide whether the cluster is adopted, in Markdown. */
export function report(props: ReportProps): string {
  const { live, environment, folder } = props;
  const stack = `redis-${environment.name}`;
  const first = switchOnFirst(live, props.value);
  return [
    `# Adopting ${live.id} (${live.region}) as ${stack}`,
    `${live.engine} ${live.version} on ${live.nodes.length} x ${live.nodeType}, ${shape(live)}, backups ${live.retentionDays === 0 ? "OFF" : `kept ${live.retentionDays} days`}. Nothing was changed.`,
    section("Do this on the live cluster first", blockers(props)),
    section(
      "What the deploy will change in place",
      props.changes.map(({ what, effect }) => `${what}. ${effect}`),
    ),
    section("What stays, because only a new cluster or the clients can change it", kept(live, environment)),
    section(
      "Live values that the environment does not accept",
      Object.entries(props.result.replaced).map(
        ([name, message]) => `${message} The environment's default of ${name} will be used instead.`,
      ),
    ),
    ...(unchecked(props).length === 0 ? [] : [section("What was not checked", unchecked(props))]),
    section("How to adopt it", [
      ...(first === undefined
        ? []
        : [
            `Switch backups on${live.shards === null ? " from a replica" : ", so that the deploy has nothing to change there"}:\n\n  ${first}\n`,
          ]),
      `Put ${folder}/entry.ts into stacks/environments.ts, as the column ${asKey(environment.name)} (it says how), and have the line \`redis("${stack}", environments${asProperty(environment.name)}${props.namePrefix === undefined ? "" : `, { namePrefix: ${JSON.stringify(props.namePrefix)} }`});\` in app.ts. If ${stack} is deployed already with a cluster of its own, adopt under another name: --environment.`,
      `Copy ${folder}/${environment.name}.tfvars to ${environment.name}.tfvars, and set notification_email.`,
      `Make sure that no other Terraform, CloudFormation or script manages the cluster any more (terraform state rm, DeletionPolicy: Retain).`,
      `Review the plan: \`npm run diff -- ${stack} --var-file=${environment.name}.tfvars\`. It must say 1 to import and 0 to destroy.`,
      `Deploy: \`npm run deploy -- ${stack} --var-file=${environment.name}.tfvars\`.`,
    ]),
  ].join("\n\n");
}

function shape({ nodes, shards }: LiveCluster): string {
  if (shards === null) return `primary ${nodes.find(({ role }) => role === "primary")?.id ?? "unknown"}`;
  return `cluster mode enabled with ${shards.length} shards (${shards.map(({ id }) => id).join(", ")}) of 1 + ${replicasPerShard({ nodes }, shards)} nodes`;
}

const isIdentifier = (name: string): boolean => /^[a-z][a-z0-9]*$/.test(name);

/** The name of an environment as the key of an object. */
export const asKey = (name: string): string => (isIdentifier(name) ? name : JSON.stringify(name));

/** The name of an environment as it is read from an object. */
const asProperty = (name: string): string => (isIdentifier(name) ? `.${name}` : `[${JSON.stringify(name)}]`);

const section = (title: string, lines: readonly string[]): string =>
  [`## ${title}`, lines.length === 0 ? "Nothing." : lines.map((line) => `- ${line}`).join("\n")].join("\n\n");

function blockers({ live, result, environment, planned, namePrefix }: ReportProps): string[] {
  const again = `npm run adopt -- ${live.id} --region ${live.region} --environment ${environment.name}`;
  const other = `${environment.name}-${namePrefix === `${environment.name}-cache` ? "store" : "cache"}`;
  return [
    ...Object.values(result.blocking),
    ...(planned === undefined || "failure" in planned ? [] : planned.refusals),
    ...(planned === undefined || "failure" in planned || planned.taken.size === 0
      ? []
      : [
          explainTaken(
            planned.taken,
            `redis-${environment.name}`,
            `choose another prefix for its names, and follow the new report:\n\n  ${again} --name-prefix ${other}\n`,
          ),
        ]),
    ...(live.formation === null || live.formation === undefined
      ? []
      : [
          `The CloudFormation stack ${live.formation} manages this cluster. Set DeletionPolicy: Retain there and remove it from the template.`,
        ]),
  ];
}

function unchecked({ planned, validated, live }: ReportProps): string[] {
  return [
    ...(!validated
      ? ["Terraform is not on the PATH, so neither the values nor the deploy were checked. The plan will check them."]
      : planned === undefined
        ? ["The deploy itself: run this command again when the above is done."]
        : []),
    ...(planned !== undefined && "failure" in planned
      ? [`The deploy itself: Terraform could not plan it. ${planned.failure}`]
      : []),
    ...(live.formation === undefined
      ? [
          "Whether CloudFormation manages the cluster: that requires the permission cloudformation:DescribeStackResources.",
        ]
      : []),
  ];
}

function kept({ id, region, shards }: LiveCluster, { adopted }: Environment): string[] {
  if (adopted === null) return [];
  const optOuts: [string, unknown][] = [
    ["Encryption at rest", adopted.encryptionAtRest],
    ["Encryption in transit", adopted.encryptionInTransit],
    ["Authentication", adopted.authToken],
    ["Multi-AZ", adopted.multiAz],
  ];
  return [
    `Its id, description, endpoints, port ${adopted.port}, subnet group ${adopted.subnetGroupName} and security groups.`,
    ...(shards === null || !isUneven(shards)
      ? []
      : [
          `Its slots, which the shards have in different numbers (${shards.map((shard) => `${shard.id}: ${shard.slots}`).join(", ")}). The entry does not contain them, because Terraform would then replace the cluster when the number of shards changes. To distribute them evenly, which moves keys while the cluster is in use: \`aws elasticache modify-replication-group-shard-configuration --region ${region} --replication-group-id ${id} --node-group-count ${shards.length} --apply-immediately\`.`,
        ]),
    ...optOuts.flatMap(([what, choice]) =>
      choice === true
        ? []
        : `${what}: not as the environment requires. ${(choice as { optOutReason: string }).optOutReason}`,
    ),
  ];
}

/** How to bring a Redis node that is in no replication group under management. */
export function loneNodeReport({ id, region }: LoneNode): string {
  const group = `${id.slice(0, 37)}-rg`;
  const aws = (command: string): string => `  aws elasticache ${command} --region ${region}`;
  return [
    `# ${id} (${region}) is a node without a replication group`,
    "Backups need a replica to be taken from and a group that fails over, so it becomes a replication group first. Nothing was changed.",
    section("In place: the data stays, the node becomes the primary", [
      [
        "The node keeps its own endpoint, so clients go on working; the group has a new primary endpoint, which clients must use from then on, since it follows a failover.",
        "",
        aws(
          `create-replication-group --replication-group-id ${group} --replication-group-description "made of ${id}" --primary-cluster-id ${id}`,
        ),
        aws(`wait replication-group-available --replication-group-id ${group}`),
        aws(`increase-replica-count --replication-group-id ${group} --new-replica-count 1 --apply-immediately`),
        aws(`wait replication-group-available --replication-group-id ${group}`),
        aws(
          `modify-replication-group --replication-group-id ${group} --automatic-failover-enabled --multi-az-enabled --apply-immediately`,
        ),
        `  npm run adopt -- ${group} --region ${region}`,
      ].join("\n"),
    ]),
    section("By a backup: a new cluster, with encryption and AUTH", [
      [
        "The endpoint is another one, clients need TLS and the token, and what is written after the backup is not in it: stop writing first. With one node, the backup slows it down while it saves.",
        "",
        aws(`create-snapshot --cache-cluster-id ${id} --snapshot-name ${id.slice(0, 30)}-move`),
        `  npm run deploy -- redis-<environment> --var-file=<environment>.tfvars --var='restore_from_snapshot=${id.slice(0, 30)}-move'`,
      ].join("\n"),
    ]),
  ].join("\n\n");
}
