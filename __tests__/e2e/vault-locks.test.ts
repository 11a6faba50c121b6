import { join } from "node:path";
import { awsByCli, createNetwork, deleteNetwork, type Network } from "./support/aws";
import { describeLab } from "./support/lab";
import { expectNoChanges, expectOk, Project } from "./support/project";
import { expectRefused } from "./support/refusing";
import { as, CliListener, refusal, vaultRegion, versions } from "./support/vault";

const days = 86_400_000;
const key = "a123456789012-apne1-dev-t5k2m0-0001.rdb";

/** Of the vault, which is deployed by the root user of its account: the lab's own credentials are those. */
const account = "123456789012";
const vault = `redis-vault-objects-${account}-${vaultRegion}`;
const credentials = { AWS_REGION: vaultRegion, AWS_DEFAULT_REGION: vaultRegion };
const values = {
  ...credentials,
  TF_VAR_account_id: account,
  TF_VAR_vault_lock_mode: "compliance",
  TF_VAR_compliance_locks_cannot_be_removed_by_anyone_before_they_expire: "true",
  TF_VAR_vault_data_events: "true",
};

const inVault = <Answer>(act: () => Answer): Answer => as(credentials, act);
const call = (command: string, ...args: readonly string[]): unknown =>
  awsByCli("s3api", command, "--bucket", vault, ...args);
const stored = () => versions(vault).map(({ VersionId }) => VersionId);
const retention = (mode: string, inDays: number): string =>
  `Mode=${mode},RetainUntilDate=${new Date(Date.now() + inDays * days).toISOString()}`;

/** What can be done once somebody has lifted the policy of the bucket; it is put back. */
function withoutPolicy(act: () => void): void {
  inVault(() => {
    const { Policy } = call("get-bucket-policy") as { Policy: string };
    call("delete-bucket-policy");
    act();
    call("put-bucket-policy", "--policy", Policy);
  });
}

describeLab("a vault in compliance mode, with data events", () => {
  let network: Network;
  let project: Project;
  let keepers: CliListener;
  let version: string;

  beforeAll(() => {
    network = createNetwork();
    project = new Project(network);
    expectOk(project.apply("redis-vault", values));
    withoutPolicy(() => {
      call("put-object", "--key", key, "--body", join(project.folder, "app.ts"));
      version = versions(vault)[0]?.VersionId ?? "";
    });
    keepers = inVault(
      () => new CliListener(String(project.outputs("redis-vault").vault_alerts_topic_arn?.value), "keepers"),
    );
  });

  afterAll(() => {
    deleteNetwork(network);
    // The vault stays: what is in it is locked.
    project.remove();
  });

  test("what arrives is locked in compliance mode, and a second plan finds nothing to change", () => {
    const head = inVault(() => call("head-object", "--key", key)) as {
      ObjectLockMode: string;
      ObjectLockRetainUntilDate: string;
    };
    expect(head.ObjectLockMode).toBe("COMPLIANCE");
    expect((Date.parse(head.ObjectLockRetainUntilDate) - Date.now()) / days).toBeGreaterThan(34.9);
    expectNoChanges(project, "redis-vault", values);
  });

  test("a denied deletion and a denied overwrite raise an alert, and what is allowed does not", () => {
    inVault(() => {
      keepers.hear();
      call("get-object", "--key", key, join(project.folder, "copy"));
      expect(keepers.hear()).toEqual([]);
      expect(refusal(() => call("delete-object", "--key", key, "--version-id", version))).toMatch(/AccessDenied/);
      expect(keepers.hear().join("\n")).toMatch(
        new RegExp(
          `^"Denied: DeleteObject of ${key} in the vault, at .*, by arn:aws:iam::${account}:\\S+\\. Runbook: `,
        ),
      );
      expect(refusal(() => call("put-object", "--key", key, "--body", join(project.folder, "app.ts")))).toMatch(
        /AccessDenied/,
      );
      expect(keepers.hear().join("\n")).toMatch(new RegExp(`^"Denied: PutObject of ${key} `));
    });
  });

  test("without the policy of the bucket the lock holds all the same: the root user can neither delete, shorten nor lift it", () => {
    const ofVersion = ["--key", key, "--version-id", version];
    const bypass = "--bypass-governance-retention";
    withoutPolicy(() => {
      const several = JSON.stringify({ Objects: [{ Key: key, VersionId: version }] });
      for (const attempt of [
        ["delete-object", ...ofVersion],
        ["delete-object", ...ofVersion, bypass],
        ["put-object-retention", ...ofVersion, "--retention", retention("COMPLIANCE", 1), bypass],
        ["put-object-retention", ...ofVersion, "--retention", retention("GOVERNANCE", 40), bypass],
        ["put-object-retention", ...ofVersion, "--retention", "{}", bypass],
      ])
        expect([attempt, refusal(() => awsByCli("s3api", ...attempt, "--bucket", vault))]).toEqual([
          attempt,
          expect.stringContaining("AccessDenied"),
        ]);
      const { Errors } = call("delete-objects", "--delete", several, bypass) as { Errors: { Code: string }[] };
      expect(Errors.map(({ Code }) => Code)).toEqual(["AccessDenied"]);
      expect(refusal(() => call("put-bucket-versioning", "--versioning-configuration", "Status=Suspended"))).toMatch(
        /InvalidBucketState/,
      );
      expect(refusal(() => call("delete-bucket"))).toMatch(/BucketNotEmpty/);
      expect(stored()).toEqual([version]);

      // A longer lock is no loss, and a delete marker hides the version and is undone.
      call("put-object-retention", ...ofVersion, "--retention", retention("COMPLIANCE", 40));
      const { VersionId: marker = "" } = call("delete-object", "--key", key) as { VersionId?: string };
      expect(stored()).toEqual([version]);
      call("delete-object", "--key", key, "--version-id", marker);
    });
  });

  test("a shorter default lock, or governance mode, is for what arrives later only", () => {
    const shorter = { ...values, TF_VAR_vault_lock_mode: "governance", TF_VAR_vault_lock_days: "7" };
    expectOk(project.apply("redis-vault", shorter));
    withoutPolicy(() => {
      expect(call("head-object", "--key", key)).toMatchObject({ ObjectLockMode: "COMPLIANCE" });
      expect(
        refusal(() => call("delete-object", "--key", key, "--version-id", version, "--bypass-governance-retention")),
      ).toMatch(/AccessDenied/);
    });
  });

  test("compliance mode is refused without its confirmation", () => {
    const run = project.terraform("redis-vault", ["plan"], {
      ...values,
      TF_VAR_compliance_locks_cannot_be_removed_by_anyone_before_they_expire: "false",
    });
    expectRefused(run, /compliance_locks_cannot_be_removed_by_anyone_before_they_expire/);
  });
});
