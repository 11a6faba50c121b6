import { aws, awsByCli, createNetwork, deleteNetwork, type Network } from "./support/aws";
import { destroyStacks } from "./support/clean-up";
import { begin, end, metrics, runCommand, stop, until } from "./support/executions";
import { describeLab, evaluate, lab, runSchedule } from "./support/lab";
import { expectNoChanges, expectOk, Project } from "./support/project";
import { expectRefused } from "./support/refusing";
import { Listener } from "./support/told";
import {
  administratorOfVault,
  as,
  assume,
  CliListener,
  createReader,
  keys,
  refusal,
  vaultAccount,
  vaultRegion,
  versions,
} from "./support/vault";

const account = "123456789012";
const stack = "redis-dev";
const group = "dev-redis-cluster";
const schedule = "dev-redis-vault-copy";
const vault = `redis-vault-objects-${vaultAccount}-${vaultRegion}`;
const landing = `dev-redis-vault-landing-${account}-ap-northeast-1`;
const reader = `arn:aws:iam::${account}:role/disaster-recovery`;
const stem = `a${account}-apne1-dev-`;
const names = ["VaultCopySuccessful", "VaultCopyAgeHours", "VaultCopyBytes", "VaultCopyRunAgeHours"];

/** The vault in another account and Region than the cache. Restoring from it: vault-restore. */
describeLab("backups are copied into a vault", () => {
  let network: Network;
  let project: Project;
  let there: Record<string, string>;
  let people: Listener;
  let keepers: CliListener;
  let ofVault: Record<string, string>;
  const here = { TF_VAR_vault_bucket_arn: `arn:aws:s3:::${vault}` };

  const inVault = <Answer>(act: () => Answer): Answer => as(there, act);
  const snapshot = async (more: object = {}): Promise<string> => {
    const { SnapshotName } = await lab<{ SnapshotName: string }>("automatic-snapshot", {
      replicationGroupId: group,
      ...more,
    });
    return SnapshotName;
  };
  const state = async (alarm: string): Promise<string> => (await evaluate(`dev-redis-${alarm}`)).state;
  /** What the check says by itself, without what a copy published. */
  const check = async (): Promise<void> => {
    await lab("forget", { metrics: true });
    await expect(runSchedule("dev-redis-backup-check")).resolves.toMatchObject({ status: "SUCCEEDED" });
  };
  /** Names of copies and of exports sort by the second. */
  const nextSecond = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 1100));

  beforeAll(async () => {
    network = createNetwork();
    project = new Project(network);
    there = administratorOfVault();
    ofVault = {
      ...there,
      TF_VAR_account_id: vaultAccount,
      TF_VAR_source_account_ids: JSON.stringify([account]),
      TF_VAR_reader_role_arns: JSON.stringify([reader]),
    };
    expectOk(project.deploy("redis-vault", ofVault));
    keepers = inVault(
      () => new CliListener(String(project.outputs("redis-vault").vault_alerts_topic_arn?.value), "keepers"),
    );
    expectOk(project.apply(stack, here));
    await lab("confirm-subscriptions", {});
    people = new Listener(String(project.outputs(stack).redis_notifications_topic_arn?.value), "people");
  });

  afterAll(() => {
    destroyStacks(project, { [stack]: here });
    deleteNetwork(network);
    // The vault stays: what is in it is locked.
    project.remove();
  });

  test("second plans find nothing to change", () => {
    expectNoChanges(project, "redis-vault", ofVault);
    expectNoChanges(project, stack, here);
  });

  test("the newest backup arrives in the vault with its manifest, locked, and the check repeats it", async () => {
    await snapshot();
    const { status, output, cause } = await runSchedule(schedule);
    expect(cause).toBeNull();
    expect(status).toBe("SUCCEEDED");
    const { name, files } = JSON.parse(output ?? "") as { name: string; files: number };
    expect(name).toMatch(new RegExp(`^${stem}[0-9a-z]{6}$`));
    expect(files).toBe(1);
    const arrived = inVault(() => versions(vault));
    expect(arrived.map(({ Key }) => Key)).toEqual([`${name}-0001.rdb`, `${name}.json`]);
    for (const { Key, VersionId } of arrived) {
      const head = inVault(() =>
        awsByCli("s3api", "head-object", "--bucket", vault, "--key", Key, "--version-id", VersionId),
      ) as { ObjectLockMode: string; ObjectLockRetainUntilDate: string; ReplicationStatus: string };
      expect(head).toMatchObject({ ObjectLockMode: "GOVERNANCE", ReplicationStatus: "REPLICA" });
      const days = (Date.parse(head.ObjectLockRetainUntilDate) - Date.now()) / 86_400_000;
      expect(days).toBeGreaterThan(34.9);
      expect(days).toBeLessThan(35.1);
    }
    const published = metrics(names);
    expect(published).toMatchObject({ VaultCopySuccessful: 1 });
    expect(published.VaultCopyBytes).toBeGreaterThan(0);
    await check();
    expect(metrics(names)).toMatchObject({ VaultCopySuccessful: 1, VaultCopyBytes: published.VaultCopyBytes });
    for (const alarm of ["vault-copy-failed", "vault-copy-missing", "vault-copy-too-old"])
      await expect(state(alarm)).resolves.toBe("OK");
  });

  test("on demand, by the command and by the output: what was exported is not exported again", () => {
    const before = keys(landing);
    const run = project.npm("vault-copy", [stack], here);
    expect(run.ok ? "" : run.output).toBe("");
    expect(runCommand(String(project.outputs(stack).vault_copy_command?.value))).toMatch(/^SUCCEEDED/);
    expect(keys(landing)).toEqual(before);
  });

  test("nobody deletes a locked version: not the cache's account, not a reader, and no administrator of the vault by the way", () => {
    const [file] = inVault(() => versions(vault));
    const [Key = "", VersionId = ""] = [file?.Key, file?.VersionId];
    const remove = ["s3api", "delete-object", "--bucket", vault, "--key", Key, "--version-id", VersionId];
    createReader("disaster-recovery");
    const readers = { ...assume(reader), AWS_REGION: vaultRegion };
    for (const credentials of [{ AWS_REGION: vaultRegion }, readers, there])
      for (const how of [[], ["--bypass-governance-retention"]])
        expect(refusal(() => as(credentials, () => awsByCli(...remove, ...how)))).toMatch(/AccessDenied/);
    // The reader reads all the same.
    expect(as(readers, () => versions(vault)).map(({ Key: key }) => key)).toContain(Key);
    expect(inVault(() => versions(vault))).toContainEqual(file);
  });

  test("deletions and delete markers are reported: in the landing bucket, and in the vault once its policy is lifted", () => {
    people.hear();
    const [Key = ""] = keys(landing);
    awsByCli("s3api", "delete-object", "--bucket", landing, "--key", Key);
    expect(people.hear().join("\n")).toMatch(
      new RegExp(
        `Delete Marker Created: ${Key} \\(version .*\\) in the landing bucket ${landing}, at .*, by ${account}`,
      ),
    );
    expect(inVault(() => keys(vault))).toContain(Key);

    inVault(() => {
      awsByCli("s3api", "delete-bucket-policy", "--bucket", vault);
      awsByCli("s3api", "delete-object", "--bucket", vault, "--key", Key);
      expect(keepers.hear().join("\n")).toContain(`Delete Marker Created: ${Key}`);
      const [file] = versions(vault);
      expect(file?.Key).toBe(Key);
      // The lock holds where the policy no longer does.
      expect(
        refusal(() =>
          awsByCli(
            ...["s3api", "delete-object", "--bucket", vault, "--key", Key, "--version-id", file?.VersionId ?? ""],
          ),
        ),
      ).toMatch(/AccessDenied/);
    });
    expectOk(project.apply("redis-vault", ofVault));
  });

  test("a replication that fails is an alarm; the next copy exports the backup again", async () => {
    await nextSecond();
    await snapshot();
    await lab("fail", { action: "replication", times: 1 });
    const failed = await runSchedule(schedule);
    expect(failed).toMatchObject({ status: "FAILED", error: "VaultCopy.Failed" });
    expect(failed.cause).toMatch(
      /The replication of a\S+ from dev-redis-vault-landing\S+ into the vault has the status FAILED/,
    );
    await expect(state("vault-copy-failed")).resolves.toBe("ALARM");
    await nextSecond();

    await expect(runSchedule(schedule)).resolves.toMatchObject({ status: "SUCCEEDED" });
    await check();
    await expect(state("vault-copy-failed")).resolves.toBe("OK");
  });

  test("an export that fails is an alarm", async () => {
    await nextSecond();
    await snapshot();
    await lab("fail", { action: "export", times: 1 });
    const failed = await runSchedule(schedule);
    expect(failed.cause).toMatch(/The export of automatic\S+ to dev-redis-vault-landing\S+ has not completed/);
    await expect(state("vault-copy-failed")).resolves.toBe("ALARM");
    await nextSecond();
  });

  test("while one runs a second one is refused; one that was stopped is an alarm, and the next one waits for its export and succeeds", async () => {
    await lab("export", { seconds: 15 });
    const exports = () => automaticStatuses().includes("copying");
    const slow = await begin(schedule);
    await until("the export has begun", exports);
    await expect(runSchedule(schedule)).resolves.toMatchObject({ status: "FAILED", error: "VaultCopy.Refused" });
    stop(slow);
    await check();
    await expect(state("vault-copy-failed")).resolves.toBe("ALARM");
    await lab("export", { seconds: 0 });

    const next = await end(await begin(schedule));
    expect(next.cause).toBeUndefined();
    expect(next.status).toBe("SUCCEEDED");
    const { name } = JSON.parse(next.output ?? "") as { name: string };
    expect(inVault(() => keys(vault))).toEqual(expect.arrayContaining([`${name}-0001.rdb`, `${name}.json`]));
    await check();
    await expect(state("vault-copy-failed")).resolves.toBe("OK");
  });

  test("copies that are missing, and a backup that is too old, are alarms", async () => {
    awsByCli(
      ...[
        "cloudwatch",
        "put-metric-data",
        "--namespace",
        "ElastiCacheBackups",
        "--metric-name",
        "VaultCopyRunAgeHours",
      ],
      ...["--value", "31", "--dimensions", `ReplicationGroupId=${group}`],
    );
    await expect(state("vault-copy-missing")).resolves.toBe("ALARM");

    await lab("forget", { metrics: true, snapshots: true });
    await snapshot({ ageHours: 60 });
    await nextSecond();
    await expect(runSchedule(schedule)).resolves.toMatchObject({ status: "SUCCEEDED" });
    expect(metrics(names).VaultCopyAgeHours).toBeGreaterThan(59);
    await expect(state("vault-copy-too-old")).resolves.toBe("ALARM");
  });

  test("a destroy of the vault is refused at plan", () => {
    expectRefused(project.terraform("redis-vault", ["plan", "-destroy"], ofVault), "Instance cannot be destroyed");
  });

  const automaticStatuses = (): string[] =>
    (
      aws("elasticache", "describeSnapshots", { SnapshotSource: "system" }) as {
        Snapshots: { SnapshotStatus: string }[];
      }
    ).Snapshots.map(({ SnapshotStatus }) => SnapshotStatus);
});
