import { otherChanges } from "../../scripts/commands/adopt/changes";
import { explainTaken, isFirstDeploy } from "../../scripts/commands/recover/taken";

const created = { mode: "managed", change: { actions: ["create"] } } as const;
const read = { mode: "data", change: { actions: ["read"] } } as const;
const adopted = { mode: "managed", change: { actions: ["update"], importing: { id: "orders" } } } as const;

test.each([
  ["creates everything", [read, created], true],
  ["imports an adopted cluster and creates the rest", [adopted, created], true],
  ["has something to leave alone", [created, { mode: "managed", change: { actions: ["no-op"] } }], false],
  ["has something to replace", [{ mode: "managed", change: { actions: ["delete", "create"] } }], false],
] as const)("a plan that %s: is it the first deploy?", (_what, changes, expected) => {
  expect(isFirstDeploy(changes)).toBe(expected);
});

test("names that AWS already has are listed, with both ways out", () => {
  const text = explainTaken(
    new Map([["aws_elasticache_parameter_group.redis", "prod-redis-redis7"]]),
    "redis-prod",
    "rename them.",
  );
  expect(text).toContain("AWS already has a resource with a name that redis-prod would use");
  expect(text).toContain("\n  aws_elasticache_parameter_group.redis: prod-redis-redis7\n");
  expect(text).toMatch(/import them: npm run recover -- redis-prod\. Otherwise rename them\.$/);
  const two = new Map(["a", "b"].map((name) => [`aws_sns_topic.${name}`, name]));
  expect(explainTaken(two, "redis-prod", "")).toContain(
    "AWS already has resources with names that redis-prod would use",
  );
});

test("a change that a report does not know is reported, and nothing is none", () => {
  const before = {
    ...{ user_group_ids: ["users"], kms_key_id: "", description: "a", snapshot_window: "03:00-05:00" },
    ...{ snapshot_arns: [], subnet_ids: ["a"], port: 6379 },
  };
  const after = {
    ...{ user_group_ids: [], kms_key_id: null, description: "b", snapshot_window: "04:00-06:00" },
    ...{ snapshot_arns: null, subnet_ids: ["b"], port: 6379, engine: "redis", ip_discovery: "" },
  };
  expect(otherChanges({ before, after }).map(({ what }) => what)).toEqual([
    'user_group_ids: ["users"] -> []',
    'description: "a" -> "b"',
    'subnet_ids: ["a"] -> ["b"]',
    'engine: null -> "redis"',
  ]);
});
