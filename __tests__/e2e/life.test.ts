import { aws, createNetwork, deleteNetwork, inventoryOfAccount, snapshotNames, type Network } from "./support/aws";
import { expectNoChanges, expectOk, Project } from "./support/project";

let network: Network;
let project: Project;
let before: object;

beforeAll(() => {
  network = createNetwork();
  project = new Project(network);
  before = inventoryOfAccount();
});

afterAll(() => {
  for (const stack of ["redis-dev", "redis-prod"]) project.destroy(stack, { UNPROTECT_STACK: stack });
  deleteNetwork(network);
  project.remove();
});

const finalSnapshots = (stack: string): string[] =>
  snapshotNames().filter((name) => name.startsWith(`${stack.replace("redis-", "")}-redis-final-`));

test.each(["redis-dev", "redis-staging", "redis-prod"])("%s is valid Terraform", (stack) => {
  expectOk(project.synth());
  expectOk(project.terraform(stack, ["init", "-backend=false", "-input=false"]));
  expect(project.terraform(stack, ["validate"]).text).toContain("The configuration is valid.");
});

describe("dev", () => {
  const stack = "redis-dev";

  test("is deployed with the four required values, and the second plan finds nothing to change", () => {
    expectOk(project.deploy(stack));
    expectNoChanges(project, stack);
  });

  test("tells what a client needs, and no secret", () => {
    const outputs = project.outputs(stack);
    const value = (name: string) => outputs[name]?.value;
    expect(value("redis_replication_group_id")).toBe("dev-redis-cluster");
    expect(value("redis_port")).toBe(6379);
    expect(value("backup_retention_days")).toBe(7);

    const { SecretString } = aws(
      ...["secretsmanager", "get-secret-value", "--secret-id", String(value("redis_auth_secret_arn"))],
    ) as { SecretString: string };
    const secret = JSON.parse(SecretString) as Record<string, unknown>;
    expect(secret).toEqual({
      auth_token: expect.stringMatching(/^[A-Za-z0-9!&#$^<>-]{16,128}$/) as unknown,
      host: value("redis_endpoint"),
      reader_host: value("redis_reader_endpoint"),
      port: 6379,
      tls: true,
    });
    expect(JSON.stringify(outputs)).not.toContain(secret.auth_token);
  });

  test("is heard: the topic that ElastiCache publishes to is active", () => {
    const { CacheClusters } = aws(...["elasticache", "describe-cache-clusters"]) as {
      CacheClusters: { NotificationConfiguration: { TopicStatus: string } }[];
    };
    expect(CacheClusters.map(({ NotificationConfiguration }) => NotificationConfiguration.TopicStatus)).toEqual([
      "active",
      "active",
    ]);
  });

  test("refuses another version of a live cache at plan, and says how to upgrade", () => {
    const plan = project.terraform(stack, ["plan"], { TF_VAR_redis_version: "7.0" });
    expect(plan.ok).toBe(false);
    expect(plan.text).toContain("UPGRADE_STACK=redis-dev npx cdktf deploy redis-dev");
  });

  test("refuses to turn AUTH off on a live cache at plan", () => {
    const plan = project.terraform(stack, ["plan"], { TF_VAR_enable_auth: "false" });
    expect(plan.ok).toBe(false);
    expect(plan.text).toContain("Set enable_auth = true");
  });

  test("says that nothing is restored into a live cache, and changes nothing", () => {
    const plan = project.terraform(stack, ["plan", "-detailed-exitcode"], {
      TF_VAR_restore_from_snapshot: "automatic.dev-redis-cluster-2026-01-01-03-00",
    });
    expect(plan.text).toContain("the cache is live, so nothing is restored");
    expect(plan.text).toContain("No changes.");
  });

  test("leaves one final snapshot and nothing else when destroyed, and deploys again at once", () => {
    expectOk(project.destroy(stack));
    expect(finalSnapshots(stack)).toHaveLength(1);
    expect(inventoryOfAccount()).toEqual(before);
    expectOk(project.deploy(stack));
  });

  test("leaves a final snapshot of each life when it is replaced twice and destroyed", () => {
    const earlier = finalSnapshots(stack).length;
    const replace = { TF_CLI_ARGS_apply: "-replace=random_id.redis_final_snapshot" };
    expectOk(project.deploy(stack, replace));
    expectOk(project.deploy(stack, replace));
    expectNoChanges(project, stack);
    expectOk(project.destroy(stack));
    expect(finalSnapshots(stack)).toHaveLength(earlier + 3);
    expect(inventoryOfAccount()).toEqual(before);
  });
});

describe("prod", () => {
  const stack = "redis-prod";

  test("is deployed with the four required values, and the second plan finds nothing to change", () => {
    expectOk(project.deploy(stack));
    expectNoChanges(project, stack);
  });

  test("refuses to destroy the data", () => {
    const destroy = project.destroy(stack);
    expect(destroy.ok).toBe(false);
    expect(destroy.text).toContain("aws_elasticache_replication_group.redis");
    expectNoChanges(project, stack);
  });

  test("refuses to replace the data", () => {
    const plan = project.terraform(stack, ["plan", "-replace=random_id.redis_final_snapshot"]);
    expect(plan.ok).toBe(false);
    expect(plan.text).toContain("prevent_destroy");
  });

  test("is destroyed when the run names it, leaving a final snapshot", () => {
    expectOk(project.destroy(stack, { UNPROTECT_STACK: stack }));
    expect(finalSnapshots(stack)).toHaveLength(1);
  });
});
