import { execFile, spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { CreateReplicationGroupCommandInput } from "@aws-sdk/client-elasticache";
import { terraformBinary } from "../../support/terraform";
import { aws, type Network } from "./aws";
import { printed, type Project, type Run } from "./project";
import { dropChecksums } from "./provider-lock";

type Attributes = Readonly<Record<string, unknown>>;

/** Everything that AWS returns for a replication group: itself, its nodes, their parameters, and the tags of all, by name. */
export function everything(id: string): Attributes {
  const one = (service: "describeReplicationGroups" | "describeCacheClusters", named: object): Attributes => {
    const answer = aws("elasticache", service, named) as {
      ReplicationGroups?: Attributes[];
      CacheClusters?: Attributes[];
    };
    return (answer.ReplicationGroups ?? answer.CacheClusters ?? [])[0] ?? {};
  };
  const live = one("describeReplicationGroups", { ReplicationGroupId: id });
  const nodes = (live.MemberClusters as string[]).map((node) =>
    one("describeCacheClusters", { CacheClusterId: node, ShowCacheNodeInfo: true }),
  );
  const { CacheParameterGroupName: parameterGroup } = nodes[0]?.CacheParameterGroup as {
    CacheParameterGroupName: string;
  };
  const { Parameters } = aws("elasticache", "describeCacheParameters", { CacheParameterGroupName: parameterGroup }) as {
    Parameters: { ParameterName: string; ParameterValue?: string }[];
  };
  const tagsOf = (what: string, { ARN }: Attributes): [string, unknown][] =>
    (
      aws("elasticache", "listTagsForResource", { ResourceName: String(ARN) }) as {
        TagList: { Key: string; Value: string }[];
      }
    ).TagList.map(({ Key, Value }) => [`tag ${Key} of ${what}`, Value]);
  return Object.fromEntries([
    ...Object.entries(live),
    ...tagsOf("the group", live),
    ...nodes.flatMap((node) => [
      ...Object.entries(node).map(([name, value]): [string, unknown] => [
        `${name} of ${String(node.CacheClusterId)}`,
        value,
      ]),
      ...tagsOf(String(node.CacheClusterId), node),
    ]),
    ...Parameters.map((one): [string, unknown] => [`parameter ${one.ParameterName}`, one.ParameterValue]),
  ]);
}

/** What a report says when an attribute, by the begin of its name, is about to change. */
const announcements: readonly (readonly [RegExp, RegExp])[] = [
  [/^(SnapshotRetentionLimit|SnapshottingClusterId)/, /- Backups(:| kept:)/],
  [/^SnapshotWindow/, /- Back(ups: off|up window:)/],
  [/^(MemberClusters|NodeGroups)/, /- Nodes: /],
  [/^AutomaticFailover/, /- Automatic failover: /],
  [/^MultiAZ/, /- Multi-AZ: /],
  [/^AutoMinorVersionUpgrade/, /- Minor versions: /],
  [/^LogDeliveryConfigurations/, /- Logs: /],
  [/^PreferredMaintenanceWindow/, /- Maintenance window: /],
  [/^CacheParameterGroup of/, /- Parameter group: /],
  [/^SecurityGroups of/, /- Security groups: /],
  [/^NotificationConfiguration of/, /- Notifications: /],
];

/** What differs between two looks at a cluster although its report did not say so. */
export function unannounced(before: Attributes, after: Attributes, report: string): string[] {
  const addedNodes = new Set(
    (after.MemberClusters as string[]).filter((id) => !(before.MemberClusters as string[]).includes(id)),
  );
  const said = (name: string): boolean => {
    const tag = /^tag (.+) of/.exec(name)?.[1];
    const node = / of (\S+)$/.exec(name)?.[1];
    if (node !== undefined && addedNodes.has(node)) return report.includes("- Nodes: ");
    if (tag !== undefined) return /- Tags: .*/.exec(report)?.[0].includes(tag) ?? false;
    return announcements.some(([attribute, line]) => attribute.test(name) && line.test(report));
  };
  return [...new Set([...Object.keys(before), ...Object.keys(after)])]
    .filter((name) => JSON.stringify(before[name]) !== JSON.stringify(after[name]) && !said(name))
    .map((name) => `${name}: ${JSON.stringify(before[name])} -> ${JSON.stringify(after[name])}`);
}

/** A subnet group and a security group that were there before any Terraform. */
export function legacyNetwork({ vpcId, subnetIds }: Network): { subnetGroup: string; securityGroup: string } {
  const subnetGroup = "legacy-subnets";
  aws("elasticache", "createCacheSubnetGroup", {
    CacheSubnetGroupName: subnetGroup,
    CacheSubnetGroupDescription: "made by hand",
    SubnetIds: [...subnetIds],
  });
  const { GroupId } = aws("ec2", "createSecurityGroup", {
    GroupName: "legacy",
    Description: "made by hand",
    VpcId: vpcId,
  }) as { GroupId: string };
  return { subnetGroup, securityGroup: GroupId };
}

/** A replication group as people have them: backups off, and whatever else is said. */
export function createByHand(
  id: string,
  { subnetGroup, securityGroup }: ReturnType<typeof legacyNetwork>,
  options: Partial<CreateReplicationGroupCommandInput>,
): void {
  aws("elasticache", "createReplicationGroup", {
    ReplicationGroupId: id,
    ReplicationGroupDescription: "made by hand",
    CacheNodeType: "cache.r6g.large",
    CacheSubnetGroupName: subnetGroup,
    SecurityGroupIds: [securityGroup],
    ...options,
  });
}

/** Runs the commands of the aws CLI among the lines of a report that name something. */
export function runCommands(lines: readonly string[], named: string): void {
  const commands = lines.filter((line) => line.startsWith("  aws ") && line.includes(named));
  expect(commands).not.toEqual([]);
  for (const command of commands) expect(spawnSync("bash", ["-c", command], { encoding: "utf8" }).stderr).toBe("");
}

/** Puts what `npm run adopt` wrote where its report says: the entry into the table, the report's line into app.ts, the email into the values. */
export function follow(folder: string, id: string, environment: string): void {
  const [line = "the report has no line for app.ts"] =
    /redis\(".*?\);/.exec(readFileSync(join(folder, "adopt", id, "report.md"), "utf8")) ?? [];
  const entry = readFileSync(join(folder, "adopt", id, "entry.ts"), "utf8");
  const [, object = ""] = /export const entry = (\{[\s\S]*\}) as const/.exec(entry) ?? [];
  edit(
    join(folder, "stacks/environments.ts"),
    "} as const satisfies Record",
    `  "${environment}": ${object},\n} as const satisfies Record`,
  );
  edit(join(folder, "app.ts"), "\n  overrides.refuseUnknownStacks()", `  ${line}\n  overrides.refuseUnknownStacks()`);
  const values = readFileSync(join(folder, "adopt", id, `${environment}.tfvars`), "utf8");
  writeFileSync(
    join(folder, `${environment}.tfvars`),
    values.replace('notification_email = ""', 'notification_email = "oncall@example.com"'),
  );
}

export function edit(file: string, before: string, after: string): void {
  const text = readFileSync(file, "utf8");
  expect(text).toContain(before);
  writeFileSync(file, text.replace(before, after));
}

export interface Planned {
  readonly address: string;
  readonly actions: readonly string[];
  readonly imported: boolean;
}

/** Terraform in the folder of a stack, beside others. */
export function terraform(
  project: Project,
  environment: string,
  args: readonly string[],
): Promise<Run & { stdout: string }> {
  const began = Date.now();
  const cwd = join(project.folder, "cdktf.out/stacks", `redis-${environment}`);
  if (args[0] !== "init") dropChecksums(cwd);
  return new Promise((done) => {
    execFile(terraformBinary, [...args], { cwd, maxBuffer: 256 * 1024 * 1024 }, (error, stdout, stderr) => {
      const seconds = ((Date.now() - began) / 1000).toFixed(0);
      process.stderr.write(
        `    ${error === null ? "ok  " : "FAIL"} ${seconds.padStart(4)} s  terraform ${args[0] ?? ""} (${environment})\n`,
      );
      done({ ok: error === null, stdout, ...printed(`${stdout}${stderr}`) });
    });
  });
}

/** What a plan of the stack would do. */
export async function planned(project: Project, environment: string): Promise<Planned[]> {
  const plan = await terraform(project, environment, [
    "plan",
    "-no-color",
    "-input=false",
    "-out=plan",
    `-var-file=../../../${environment}.tfvars`,
  ]);
  expect(plan.ok ? "" : plan.text).toBe("");
  const { stdout } = await terraform(project, environment, ["show", "-json", "plan"]);
  const { resource_changes: changes = [] } = JSON.parse(stdout) as {
    resource_changes?: { address: string; change: { actions: string[]; importing?: object } }[];
  };
  return changes.map(({ address, change }) => ({
    address,
    actions: change.actions,
    imported: change.importing !== undefined,
  }));
}
