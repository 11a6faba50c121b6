import { join } from "node:path";
import { temporaryName } from "../../scripts/commands/restore/vault/temporary-names";
import { edit } from "./support/adoption";
import { aws, awsByCli, createNetwork, deleteNetwork, snapshotNames, type Network } from "./support/aws";
import { destroyStacks } from "./support/clean-up";
import { describeLab, lab, runSchedule } from "./support/lab";
import { expectNoChanges, expectOk, Project } from "./support/project";
import { slowly } from "./support/recovery";
import { expectRefused } from "./support/refusing";
import { addSharded } from "./support/sharded";
import {
  administratorOfVault,
  as,
  assume,
  createReader,
  manifestIn,
  networkByCli,
  vaultAccount,
  vaultRegion,
  versions,
} from "./support/vault";

const account = "123456789012";
const stack = "redis-sharded";
const there = "redis-sharded-osaka";
const group = "sharded-redis-cluster";
const temporary = temporaryName({ name: "sharded-redis" });
const vault = `redis-vault-objects-${vaultAccount}-${vaultRegion}`;
const slots = ["0-5460", "5461-10921", "10922-16383"];

interface Groups {
  readonly ReplicationGroups: {
    readonly ReplicationGroupId: string;
    readonly Status: string;
    readonly ARN: string;
    readonly NodeGroups?: readonly { readonly Slots: string }[];
  }[];
}

/** Of the credentials and Region of the environment at that moment. */
const groups = () => (awsByCli("elasticache", "describe-replication-groups") as Groups).ReplicationGroups;
const found = (id: string) => groups().find(({ ReplicationGroupId }) => ReplicationGroupId === id);
const securityGroups = () =>
  (
    awsByCli("ec2", "describe-security-groups", "--filters", `Name=group-name,Values=${temporary}`) as {
      SecurityGroups: { GroupId: string; IpPermissions: object[] }[];
    }
  ).SecurityGroups;
const restoredFrom = (id: string): string => {
  const { TagList } = awsByCli(
    ...["elasticache", "list-tags-for-resource", "--resource-name", found(id)?.ARN ?? ""],
  ) as { TagList: { Key: string; Value: string }[] };
  return TagList.find(({ Key }) => Key === "RestoredFrom")?.Value ?? "";
};

/** Neither the temporary cache is left, nor what it needed, nor the snapshot of it. */
function expectNothingTemporary(snapshot: string): void {
  expect(groups().map(({ ReplicationGroupId }) => ReplicationGroupId)).toEqual([group]);
  expect(securityGroups()).toEqual([]);
  const subnetGroups = awsByCli("elasticache", "describe-cache-subnet-groups") as {
    CacheSubnetGroups: { CacheSubnetGroupName: string }[];
  };
  expect(subnetGroups.CacheSubnetGroups.map(({ CacheSubnetGroupName: name }) => name)).not.toContain(temporary);
  const { Snapshots } = awsByCli("elasticache", "describe-snapshots") as { Snapshots: { SnapshotName: string }[] };
  expect(Snapshots.map(({ SnapshotName }) => SnapshotName)).not.toContain(snapshot);
}

/** Without shards: vault-restore. */
describeLab("a cache with shards is restored from the vault", () => {
  let network: Network;
  let project: Project;
  let administrator: Record<string, string>;
  let ofVault: Record<string, string>;
  /** With the credentials of a role that may read the vault. */
  let here: Record<string, string>;
  let ofOsaka: Record<string, string>;
  /** The backup in the vault. */
  let name: string;

  const inVault = <Answer>(act: () => Answer): Answer => as(administrator, act);

  beforeAll(() => {
    network = createNetwork();
    project = new Project(network);
    addSharded(project);
    edit(
      join(project.folder, "app.ts"),
      "\n  overrides.refuseUnknownStacks()",
      `  redis("${there}", { ...environments.sharded, region: "${vaultRegion}" });\n\n  overrides.refuseUnknownStacks()`,
    );
    const reader = createReader("disaster-recovery");
    administrator = administratorOfVault();
    ofVault = {
      ...administrator,
      TF_VAR_account_id: vaultAccount,
      TF_VAR_source_account_ids: JSON.stringify([account]),
      TF_VAR_reader_role_arns: JSON.stringify([reader]),
    };
    here = { ...assume(reader), TF_VAR_vault_bucket_arn: `arn:aws:s3:::${vault}` };
    ofOsaka = { ...administrator, ...inVault(networkByCli), TF_VAR_account_id: vaultAccount };
    expectOk(project.apply("redis-vault", ofVault));
    expectOk(project.apply(stack, here));
  });

  afterAll(() => {
    destroyStacks(project, { [stack]: here, [there]: ofOsaka });
    deleteNetwork(network);
    // The vault stays: what is in it is locked.
    project.remove();
  });

  test("each shard's file arrives in the vault, locked, and the manifest names the slots of each", async () => {
    await lab("automatic-snapshot", { replicationGroupId: group });
    const { output, cause } = await runSchedule("sharded-redis-vault-copy");
    expect(cause).toBeNull();
    ({ name } = JSON.parse(output ?? "") as { name: string });
    const arrived = inVault(() => versions(vault));
    const shards = ["0001", "0002", "0003"];
    expect(arrived.map(({ Key }) => Key)).toEqual([...shards.map((shard) => `${name}-${shard}.rdb`), `${name}.json`]);
    for (const { Key } of arrived)
      expect(inVault(() => awsByCli("s3api", "head-object", "--bucket", vault, "--key", Key))).toMatchObject({
        ObjectLockMode: "GOVERNANCE",
        ReplicationStatus: "REPLICA",
      });
    const { clusterMode, files } = inVault(() => manifestIn(vault, `${name}.json`, project.folder));
    expect(clusterMode).toBe(true);
    expect(files.map(({ key, shard, slots: ofShard }) => [key, shard, ofShard])).toEqual(
      shards.map((shard, i) => [`${name}-${shard}.rdb`, shard, slots[i]]),
    );
  });

  test("a cache of somebody else with the name of the temporary one is left alone, and nothing is restored", () => {
    awsByCli(
      ...["elasticache", "create-replication-group", "--replication-group-id", temporary],
      ...["--replication-group-description", "somebody's", "--cache-node-type", "cache.r7g.large", "--engine", "redis"],
      ...["--cache-subnet-group-name", "sharded-redis-subnet-group", "--cache-parameter-group-name", "default.redis7"],
    );
    const before = groups();
    const run = project.restore(stack, ["--from-vault", "latest", "--in-place"], here);
    expectRefused(
      run,
      /The name of the temporary cache, .* is taken by a cache that no restore of this stack has created/,
    );
    expect(groups()).toEqual(before);
    awsByCli("elasticache", "delete-replication-group", "--replication-group-id", temporary);
  });

  test("another number of shards is refused before anything is created", () => {
    const before = groups();
    const run = project.restore(stack, ["--from-vault", "latest", "--in-place", "--var=num_node_groups=2"], here);
    expectRefused(run, /has 3 shards, and the cache would have 2\. Restore it with --var num_node_groups=3/);
    expect(groups()).toEqual(before);
  });

  test("a run that is stopped leaves a cache that nobody reaches; the next one continues with it, over the live cache", async () => {
    await slowly(20);
    const { code } = await project.interruptRestore(
      stack,
      ["--from-vault", "latest", "--in-place"],
      () => found(temporary)?.Status === "creating",
      here,
    );
    expect(code).not.toBe(0);
    expect(securityGroups().map(({ IpPermissions }) => IpPermissions)).toEqual([[]]);
    await slowly(0);

    const run = project.restore(stack, ["--from-vault", "latest", "--in-place"], here);
    expect(run.ok ? "" : run.output).toBe("");
    expect(run.text).not.toContain("Creating the temporary cache");
    expect(run.text).toContain(`${name} is restored. A plain deploy changes nothing.`);
    expect(run.text).toMatch(/The restore took \d+ (s|min)/);
    expect(restoredFrom(group)).toBe(name);
    expect(found(group)?.NodeGroups?.map(({ Slots }) => Slots)).toEqual(slots);
    expectNothingTemporary(name);
    expectNoChanges(project, stack, here);
  });

  test("data that does not fit is reported, and nothing is left of the temporary cache", async () => {
    await lab("fail", { action: "replication-group", status: "restore-failed", times: 1 });
    const run = project.restore(stack, ["--from-vault", "latest", "--in-place"], here);
    expectRefused(run, /The temporary cache \S+ is restore-failed, so \S+ was not restored/);
    expectNothingTemporary(name);
    expectNoChanges(project, stack, here);
  });

  test("the account is emptied, and the cache comes back in the vault's Region from the vault alone", () => {
    expectOk(project.takeDown(stack, here));
    for (const SnapshotName of snapshotNames()) aws("elasticache", "deleteSnapshot", { SnapshotName });

    const run = project.restore(there, ["--from-vault", "latest", "--vault", vault], ofOsaka);
    expect(run.ok ? "" : run.output).toBe("");
    expect(run.text).toContain(`${name} is restored. A plain deploy changes nothing.`);
    process.stderr.write(`${/The restore took [^.]*\./.exec(run.text)?.[0] ?? ""}\n`);
    inVault(() => {
      expect(restoredFrom(group)).toBe(name);
      expect(found(group)?.NodeGroups?.map(({ Slots }) => Slots)).toEqual(slots);
      expectNothingTemporary(name);
    });
    expectNoChanges(project, there, ofOsaka);
  });
});
