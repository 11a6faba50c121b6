import { setTimeout } from "node:timers/promises";
import { aws, createNetwork, type Network } from "./support/aws";
import { destroyAll } from "./support/clean-up";
import { describeLab, lab } from "./support/lab";
import { nodes } from "./support/live";
import { expectOk, Project } from "./support/project";
import { expectRefused } from "./support/refusing";
import { expectRestored, takeSnapshot } from "./support/restoring";

const stack = "redis-dev";
const cache = "dev-redis-cluster";
const valkey = { TF_VAR_engine: "valkey", TF_VAR_redis_version: "8.0" };
let network: Network;
let project: Project;

beforeAll(() => {
  network = createNetwork();
  project = new Project(network);
  expectOk(project.apply(stack, valkey));
  takeSnapshot(cache, "e2e-good");
});

afterAll(() => {
  destroyAll(project, network, { [stack]: valkey });
});

test.each<[string, string, NodeJS.ProcessEnv, RegExp]>([
  [
    "no such stack",
    "redis-foo",
    {},
    /Invalid stack "redis-foo": the app has no such stack\. Choose one of redis-dev, redis-staging, redis-prod\. $/,
  ],
  [
    "no cache",
    "redis-backup-policy",
    {},
    /Invalid stack "redis-backup-policy": it has no cache\. Choose one of redis-dev/,
  ],
  [
    "no credentials",
    stack,
    { AWS_ACCESS_KEY_ID: "", AWS_SECRET_ACCESS_KEY: "", AWS_SHARED_CREDENTIALS_FILE: "/dev/null" },
    /Missing AWS credentials\. Log in .* AWS_SECRET_ACCESS_KEY\. $/,
  ],
  [
    "no AWS",
    stack,
    { AWS_ENDPOINT_URL: "http://127.0.0.1:1" },
    /AWS could not be reached \(.*\)\. Check .* network\. $/,
  ],
])("%s: one sentence says what to do", (_case, name, environment, sentence) => {
  expectRefused(project.restore(name, ["--snapshot", "e2e-good"], { ...valkey, ...environment }), sentence);
});

const status = (): string | undefined =>
  (aws("elasticache", "describeReplicationGroups") as { ReplicationGroups: { Status: string }[] }).ReplicationGroups[0]
    ?.Status;

describeLab("with a cache of Valkey that takes its time", () => {
  test("Ctrl-C while the cache is deleted: what to run next is said, and does it", async () => {
    await lab("delay", { groupSeconds: 90 });
    const { code, text } = await project.interruptRestore(
      stack,
      ["--snapshot", "e2e-good", "--in-place"],
      () => status() === "deleting",
      valkey,
    );
    expect(code).toBe(130);
    expect(text).toMatch(
      /Restoring e2e-good was interrupted\. The cache dev-redis-cluster is being deleted\. When it is gone .* continue with:\n\n +npm run restore -- redis-dev --snapshot e2e-good --auto-approve\n/,
    );
    expectRefused(
      project.restore(stack, ["--snapshot", "e2e-good", "--in-place"], valkey),
      /The cache dev-redis-cluster is being deleted\. Wait until it is gone .* without --in-place\./,
    );
    await lab("delay", { groupSeconds: 0 });
    while (status() !== undefined) await setTimeout(1000);

    const run = project.restore(stack, ["--snapshot", "e2e-good"], valkey);
    expect(run.text).toContain("e2e-good is restored. A plain deploy changes nothing.");
    expect(run.ok).toBe(true);
    await expectRestored(cache, "e2e-good");
    expect(nodes()[0].Engine).toBe("valkey");
  });
});
