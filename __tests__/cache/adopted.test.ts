import { RedisStack } from "../../stacks/redis-stack";
import { adoptedProd } from "../support/adopted";
import { argumentOf, evaluatedArguments } from "../support/expressions";
import { synthesize } from "../support/synthesize";
import { describeTerraform } from "../support/terraform";

// What an adopted cluster has that a new one does not. Its parameters, description and logs: __tests__/safety.test.ts.

const stack = synthesize((app) => new RedisStack(app, "redis-prod", adoptedProd));
const cache = "aws_elasticache_replication_group.redis";

describeTerraform("an adopted cluster", () => {
  test("keeps its own security groups beside the stack's: its clients would be cut off without them", () => {
    const given = { "aws_security_group.redis": { id: "sg-of-the-stack" } };
    const argument = argumentOf(stack, cache, "security_group_ids");
    expect(evaluatedArguments([{ stack, given, argument }])).toEqual([["sg-of-the-stack", "sg-0123456789abcdef0"]]);
  });

  test.each([true, false])("says in the secret whether clients need TLS, as the cluster has it: %s", (tls) => {
    const given = {
      "random_password.redis_auth": [{ result: "token" }],
      [cache]: {
        port: 6380,
        primary_endpoint_address: "primary",
        reader_endpoint_address: "reader",
        transit_encryption_enabled: tls,
      },
    };
    const argument = argumentOf(stack, "aws_secretsmanager_secret_version.redis_auth", "secret_string");
    const [text] = evaluatedArguments([{ stack, given, argument }]);
    expect(JSON.parse(String(text))).toMatchObject({ tls, port: 6380 });
  });
});

test("another life of a cache hardly ever has the id of an earlier one: its final snapshot could not be taken", () => {
  // 32 bits: with a hundred lives, one in a million pairs.
  expect(argumentOf(stack, "random_id.redis_final_snapshot", "byte_length")).toBeGreaterThanOrEqual(4);
});
