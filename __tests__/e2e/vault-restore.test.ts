import { join } from "node:path";
import { edit } from "./support/adoption";
import { aws, awsByCli, createNetwork, deleteNetwork, snapshotNames, type Network } from "./support/aws";
import { destroyStacks } from "./support/clean-up";
import { describeLab, lab, runSchedule } from "./support/lab";
import { expectNoChanges, expectOk, Project } from "./support/project";
import { expectRefused } from "./support/refusing";
import {
  administratorOfVault,
  as,
  assume,
  createReader,
  keys,
  networkByCli,
  vaultAccount,
  vaultRegion,
  versions,
} from "./support/vault";

const account = "123456789012";
const stack = "redis-dev";
const there = "redis-dev-osaka";
const group = "dev-redis-cluster";
const vault = `redis-vault-objects-${vaultAccount}-${vaultRegion}`;
const recovery = `redis-vault-recovery-${vaultAccount}-${vaultRegion}`;
const landing = `dev-redis-vault-landing-${account}-ap-northeast-1`;

/** What copies are made of, and how failures of copies are noticed: vault. What is refused: __tests__/commands/restore-from-vault.test.ts. */
describeLab("a cache is restored from the vault", () => {
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
  const restoredFrom = (id: string, region: string, of: string): string => {
    const { TagList } = awsByCli(
      ...["elasticache", "list-tags-for-resource", "--region", region, "--resource-name"],
      `arn:aws:elasticache:${region}:${of}:replicationgroup:${id}`,
    ) as { TagList: { Key: string; Value: string }[] };
    return TagList.find(({ Key }) => Key === "RestoredFrom")?.Value ?? "";
  };

  beforeAll(async () => {
    network = createNetwork();
    project = new Project(network);
    edit(
      join(project.folder, "app.ts"),
      "  overrides.refuseUnknownStacks()",
      `  redis("${there}", { ...environments.dev, region: "${vaultRegion}" });\n  overrides.refuseUnknownStacks()`,
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
    expectOk(project.apply("redis-vault", ofVault));
    expectOk(project.apply(stack, here));
    await lab("automatic-snapshot", { replicationGroupId: group });
    const { output, cause } = await runSchedule("dev-redis-vault-copy");
    if (output === null) throw new Error(`The copy into the vault failed: ${cause ?? ""}`);
    ({ name } = JSON.parse(output) as { name: string });
    ofOsaka = { ...administrator, ...inVault(networkByCli), TF_VAR_account_id: vaultAccount };
  });

  afterAll(() => {
    destroyStacks(project, { [stack]: here, [there]: ofOsaka });
    deleteNetwork(network);
    // The vault stays: what is in it is locked.
    project.remove();
  });

  test("whoever owns the account of the cache puts other versions on top, and an administrator of the vault delete markers", () => {
    for (const key of keys(landing))
      awsByCli("s3api", "put-object", "--bucket", landing, "--key", key, "--body", join(project.folder, "app.ts"));
    inVault(() => {
      expect(versions(vault).map(({ Key }) => Key)).toEqual([
        ...[`${name}-0001.rdb`, `${name}-0001.rdb`],
        ...[`${name}.json`, `${name}.json`],
      ]);
      const { Policy } = awsByCli("s3api", "get-bucket-policy", "--bucket", vault) as { Policy: string };
      awsByCli("s3api", "delete-bucket-policy", "--bucket", vault);
      for (const key of keys(vault)) awsByCli("s3api", "delete-object", "--bucket", vault, "--key", key);
      awsByCli("s3api", "put-bucket-policy", "--bucket", vault, "--policy", Policy);
      expect(keys(vault)).toEqual([]);
    });
  });

  test("a restore test of the vault verifies the first version all the same, and deletes the copies it made", () => {
    const run = project.restoreTest(stack, ["--from-vault", "--json"], here);
    expect(run.ok ? "" : run.output).toBe("");
    // The result is between what the command says on stderr.
    expect(JSON.parse(/\{.*\}/.exec(run.text)?.[0] ?? "{}")).toMatchObject({
      from: "vault",
      vaultKey: `${name}.json`,
      data: "verified",
      dataVerified: true,
      copiesDeleted: true,
    });
    expect(keys(landing).filter((key) => !key.startsWith(name))).toEqual([]);
    expect(versions(landing).filter(({ Key }) => Key.startsWith("restore-test/"))).toEqual([]);
  });

  test("a restore test of the vault fails when a file of the newest backup is no longer in it, and says which", async () => {
    await lab("automatic-snapshot", { replicationGroupId: group });
    const { output, cause } = await runSchedule("dev-redis-vault-copy");
    if (output === null) throw new Error(`The copy into the vault failed: ${cause ?? ""}`);
    const { name: newest } = JSON.parse(output) as { name: string };
    const remove = (lost: (key: string) => boolean): void => {
      const { Policy } = awsByCli("s3api", "get-bucket-policy", "--bucket", vault) as { Policy: string };
      awsByCli("s3api", "delete-bucket-policy", "--bucket", vault);
      for (const { Key, VersionId } of versions(vault).filter(({ Key: key }) => lost(key)))
        awsByCli(
          ...["s3api", "delete-object", "--bucket", vault, "--key", Key, "--version-id", VersionId],
          "--bypass-governance-retention",
        );
      awsByCli("s3api", "put-bucket-policy", "--bucket", vault, "--policy", Policy);
    };
    inVault(() => {
      remove((key) => key === `${newest}-0001.rdb`);
    });
    expectRefused(
      project.restoreTest(stack, ["--from-vault"], here),
      "RestoreTest.Failed",
      `The vault ${vault} did not give the version`,
      `of ${newest}-0001.rdb`,
    );
    expect(versions(landing).filter(({ Key }) => Key.startsWith("restore-test/"))).toEqual([]);
    inVault(() => {
      remove((key) => key.startsWith(newest));
    });
  });

  test("over the live cache, from a copy in the landing bucket; the copy is not replicated to the vault", () => {
    const run = project.restore(stack, ["--from-vault", "latest", "--in-place"], here);
    expect(run.ok ? "" : run.output).toBe("");
    expect(run.text).toContain(`${name} is restored. A plain deploy changes nothing.`);
    expect(run.text).toContain(`Its files were copied to ${landing}, and are as its manifest says.`);
    expect(restoredFrom(group, "ap-northeast-1", account)).toMatch(
      new RegExp(`^s3://${landing}/restored/\\d{8}T\\d{6}Z/${name}$`),
    );
    expectNoChanges(project, stack, here);
    expect(inVault(() => versions(vault))).toHaveLength(4);
  });

  test("on a live cache the variable restores nothing, and the plan says so", () => {
    const plan = project.terraform(stack, ["plan"], {
      ...here,
      TF_VAR_restore_from_vault: JSON.stringify([`arn:aws:s3:::${landing}/other-0001.rdb`]),
    });
    expect(plan.text).toContain("but the cache is live, so nothing is restored");
    expect(plan.text).not.toContain("must be replaced");
  });

  test("the account is emptied, and the cache comes back in the vault's Region from the vault alone", () => {
    expectOk(project.takeDown(stack, here));
    for (const SnapshotName of snapshotNames()) aws("elasticache", "deleteSnapshot", { SnapshotName });

    const began = Date.now();
    const run = project.restore(there, ["--from-vault", "latest", "--vault", vault], ofOsaka);
    process.stderr.write(`Restored from the vault in ${((Date.now() - began) / 1000).toFixed(0)} s.\n`);
    expect(run.ok ? "" : run.output).toBe("");
    expect(run.text).toContain(`${name} is restored. A plain deploy changes nothing.`);
    expect(inVault(() => restoredFrom(group, vaultRegion, vaultAccount))).toMatch(
      new RegExp(`^s3://${recovery}/restored/\\d{8}T\\d{6}Z/${name}$`),
    );
    expectNoChanges(project, there, ofOsaka);
  });

  test("the vault is not destroyed while something is in it, also by a run that may", () => {
    const run = project.npm("destroy", ["redis-vault", "--auto-approve"], {
      ...ofVault,
      UNPROTECT_STACK: "redis-vault",
    });
    expectRefused(run, `redis-vault cannot be destroyed: the vault ${vault} is not empty`, "Nothing was changed.");
    expectNoChanges(project, "redis-vault", ofVault);
  });
});
