import { execFile } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { CreateReplicationGroupCommandInput } from "@aws-sdk/client-elasticache";
import { terraformBinary } from "../../support/terraform";
import { aws, type Network } from "./aws";
import { group } from "./live";
import { printed, type Project, type Run } from "./project";

/** What must be the same before and after a cluster is adopted. */
export interface Identity {
  readonly arn: string;
  readonly created: string;
  readonly endpoints: readonly (string | number)[];
  readonly atRest: boolean;
  readonly transit: boolean;
  readonly auth: boolean;
  readonly nodeType: string;
}

export function identity(id: string): Identity {
  const live = group(id);
  const [{ PrimaryEndpoint: primary, ReaderEndpoint: reader }] = live.NodeGroups;
  return {
    arn: live.ARN,
    created: live.ReplicationGroupCreateTime,
    endpoints: [primary.Address, primary.Port, reader.Address, reader.Port],
    atRest: live.AtRestEncryptionEnabled,
    transit: live.TransitEncryptionEnabled,
    auth: live.AuthTokenEnabled,
    nodeType: live.CacheNodeType,
  };
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
  return new Promise((done) => {
    execFile(
      terraformBinary,
      [...args],
      { cwd: join(project.folder, "cdktf.out/stacks", `redis-${environment}`), maxBuffer: 256 * 1024 * 1024 },
      (error, stdout, stderr) => {
        const seconds = ((Date.now() - began) / 1000).toFixed(0);
        process.stderr.write(
          `    ${error === null ? "ok  " : "FAIL"} ${seconds.padStart(4)} s  terraform ${args[0] ?? ""} (${environment})\n`,
        );
        done({ ok: error === null, stdout, ...printed(`${stdout}${stderr}`) });
      },
    );
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
