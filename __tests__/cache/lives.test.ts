import { environments, type Environment } from "../../stacks/environments";
import { RedisStack } from "../../stacks/redis-stack";
import type { Overrides } from "../../stacks/terraform/overrides";
import { adoptedProd } from "../support/adopted";
import { blockAt, cacheStacks, evaluatedArguments, promised, type Given, type Promised } from "../support/expressions";
import { synthesize } from "../support/synthesize";
import { describeTerraform } from "../support/terraform";

// What belongs to one life of the cache, from its creation to its end: the name of its final snapshot, what is remembered of it, and what
// it was restored from.

const key = "arn:aws:kms:ap-northeast-1:111111111111:key/1";
const subnetGroup = { "aws_elasticache_subnet_group.redis": { name: "subnets" } };
const keepers = (argument: string, promise: string, is: unknown, given: Given = {}): Promised => ({
  address: "random_id.redis_final_snapshot",
  argument: `keepers.${argument}`,
  promise,
  given: { "local.name": "orders", ...subnetGroup, ...given },
  is,
});

// Of those that Terraform changes only by replacing the cache, a stack can change these.
describeTerraform("the final snapshot has a name of its own", () => {
  test.each(
    promised(cacheStacks, [
      keepers("replication_group_id", "when the cache is replaced because its ID changes", "orders-cluster"),
      keepers("subnet_group_name", "when the cache is replaced because its subnet group changes", "subnets"),
      keepers("kms_key_id", "when the cache is replaced because its key changes", key, { "var.kms_key_id": key }),
      keepers("kms_key_id", "when the cache is replaced because it gets a key, or loses it", "aws-owned"),
    ]),
  )("%s", (_promise, expectKept) => {
    expectKept();
  });

  test("that shows which cache it is of, and which life", () => {
    const names = evaluatedArguments(
      Object.values(cacheStacks).map((synthesize) => ({
        stack: synthesize(),
        given: { "random_id.redis_final_snapshot": { hex: "1a2b3c4d" } },
        argument: "${local.final_snapshot_name}",
      })),
    );
    expect(names).toEqual(
      Object.keys(cacheStacks).map((stack) => `${stack.slice("redis-".length)}-redis-final-1a2b3c4d`),
    );
  });
});

const remembered = (name: string, argument: string, promise: string, is: unknown, given: Given = {}): Promised => ({
  address: `terraform_data.${name}`,
  argument,
  promise,
  given,
  is,
});
const token = { "random_password.redis_auth": [{ result: "token" }] };

describeTerraform("what is remembered of the live cache", () => {
  test.each(
    promised(cacheStacks, [
      remembered(
        "redis_engine",
        "input",
        "is the engine, version and family that it was created with",
        {
          engine: "valkey",
          version: "8.0",
          family: "valkey8",
        },
        { "var.engine": "valkey", "var.redis_version": "8.0" },
      ),
      remembered("redis_vpc", "input", "is the VPC that it is in", "vpc-1", { "var.vpc_id": "vpc-1" }),
      // echo -n token | sha256sum
      remembered(
        "redis_auth",
        "input",
        "is the token that it has, as a few digits of its hash",
        { enabled: true, fingerprint: "3c469e9d" },
        token,
      ),
      remembered(
        "redis_auth",
        "input",
        "is that it has no token",
        { enabled: false, fingerprint: "" },
        {
          ...token,
          "var.enable_auth": false,
        },
      ),
      ...["redis_engine", "redis_vpc", "redis_auth"].map((name) =>
        remembered(name, "triggers_replace", `is forgotten with its life: ${name}`, "1a2b3c4d", {
          "random_id.redis_final_snapshot": { hex: "1a2b3c4d" },
        }),
      ),
    ]),
  )("%s", (_promise, expectKept) => {
    expectKept();
  });

  test.each(["redis_engine", "redis_vpc", "redis_auth"])("does not change with the variables: %s", (name) => {
    for (const synthesize of Object.values(cacheStacks))
      expect(blockAt(synthesize(), `terraform_data.${name}`).lifecycle).toEqual({ ignore_changes: ["input"] });
  });
});

const kept = { lifecycle: { ignore_changes: ["input"] } };
/** Changes once the cache has changed: a failure before that leaves the old value. */
const updated = { lifecycle: {}, depends_on: ["aws_elasticache_replication_group.redis"] };
/** Changes first: a precondition of the cache reads it, to refuse the rotation of a token that is not this stack's. */
const readFirst = { lifecycle: {} };

test.each<[string, Environment, Overrides, engine: object, auth: object]>([
  ["a plain deploy", environments.dev, {}, kept, kept],
  ["an upgrade", environments.dev, { upgrade: true }, updated, kept],
  ["a rotation", environments.dev, { rotateAuth: true }, kept, updated],
  ["a plain deploy of an adopted cluster", adoptedProd, {}, kept, kept],
  ["an upgrade of an adopted cluster", adoptedProd, { upgrade: true }, updated, kept],
  ["a rotation of an adopted cluster", adoptedProd, { rotateAuth: true }, kept, readFirst],
])("what is remembered of the live cache changes with nothing but what %s has changed", (...row) => {
  const [, environment, overrides, engine, auth] = row;
  const stack = synthesize((app) => new RedisStack(app, "redis-x", { ...environment, overrides }));
  const found = ["redis_engine", "redis_auth"].map((name) => {
    const { lifecycle = {}, depends_on } = blockAt(stack, `terraform_data.${name}`);
    return depends_on === undefined ? { lifecycle } : { lifecycle, depends_on };
  });
  expect(found).toEqual([engine, auth]);
});

const restoredFrom = (promise: string, is: string, given: Given = {}): Promised => ({
  address: "aws_elasticache_replication_group.redis",
  argument: "tags.RestoredFrom",
  promise,
  given,
  is,
});
const file = (key: string): string => `arn:aws:s3:::bucket/${key}`;

describeTerraform("the cache shows in a tag", () => {
  test.each(
    promised(cacheStacks, [
      restoredFrom("that it began empty", "nothing"),
      restoredFrom("which snapshot it was restored from", "before-the-accident", {
        "var.restore_from_snapshot": "before-the-accident",
      }),
      restoredFrom(
        "which backup of the vault it was restored from, without the number of the file",
        "s3://bucket/a1-prod-abc",
        {
          "var.restore_from_vault": [file("a1-prod-abc-0001.rdb")],
        },
      ),
      restoredFrom("the first of several files, in whatever order they are named", "s3://bucket/a1-prod-abc", {
        "var.restore_from_vault": [file("a1-prod-abd-0002.rdb"), file("a1-prod-abc-0001.rdb")],
      }),
      restoredFrom("the whole key of a file, whatever it looks like", "s3://bucket/arn:aws:s3:::a1-prod-abc", {
        "var.restore_from_vault": [file("arn:aws:s3:::a1-prod-abc-0001.rdb")],
      }),
      // https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/Tagging-Resources.html
      restoredFrom("no more of a long key than a tag can hold", `s3://bucket/${"k".repeat(256)}`.slice(0, 256), {
        "var.restore_from_vault": [file(`${"k".repeat(300)}-0001.rdb`)],
      }),
    ]),
  )("%s", (_promise, expectKept) => {
    expectKept();
  });
});
