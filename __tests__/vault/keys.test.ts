import { cacheCode, regionCode, writtenWithin } from "../../stacks/vault/keys";
import { everyStack } from "../support/stacks";

test.each([
  ["ap-northeast-1", "apne1"],
  ["eu-central-2", "euc2"],
  ["us-gov-west-1", "usgw1"],
  ["cn-northwest-1", "cnnw1"],
  ["ap-southeast-10", "apse10"],
])("the short form of %s is that of its Availability Zones: %s", (region, code) => {
  expect(regionCode(region)).toBe(code);
});

test.each(["eusc-de-east-1", "us-isob-east-1"])("the short form of %s is no longer than others", (region) => {
  expect(regionCode(region)).toMatch(/^[a-z]{2}[0-9a-f]{4}$/);
});

test.each([
  ["prod", undefined, /^prod$/],
  ["prod", "prod-orders", /^prod-orders$/],
  ["prod", "twelve-chars", /^twelve-chars$/],
  ["prod", "prod-orders-eu", /^prod-or-[0-9a-f]{4}$/],
  ["prod", "orders-long-name", /^orders-[0-9a-f]{4}$/],
])("the cache of %s with the prefix %s is called %s", (environment, namePrefix, code) => {
  expect(cacheCode(environment, namePrefix)).toMatch(code);
});

test("the names of exports fit into 40 characters until 2038, and differ between caches", () => {
  const names = ["orders-production", "orders-producti0n"].map(
    (prefix) =>
      `a123456789012-${regionCode("us-isob-east-1")}-${cacheCode("prod", prefix)}-${(2_145_916_800).toString(36)}`,
  );
  expect(new Set(names).size).toBe(2);
  for (const name of names) {
    expect(name.length).toBeLessThanOrEqual(40);
    // What ElastiCache takes as the name of a snapshot.
    expect(name).toMatch(/^[a-z]([a-z0-9]|-[a-z0-9])*$/);
  }
});

describe("an object with a key of a backup", () => {
  test("may be written until the longest execution of a copy has ended, and no more than four days after the time in the key", () => {
    const seconds = Object.values(everyStack).flatMap((synthesize) => {
      const { vault_copy: copying } = synthesize().resource.aws_sfn_state_machine ?? {};
      if (copying === undefined) return [];
      const { TimeoutSeconds } = JSON.parse(String(copying.definition)) as { readonly TimeoutSeconds: number };
      return [TimeoutSeconds];
    });
    expect(seconds.length).toBeGreaterThan(3);
    expect(writtenWithin.after).toBeGreaterThan(Math.max(...seconds));
    expect(writtenWithin.after).toBeLessThanOrEqual(4 * 24 * 3600);
  });

  // https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html: RequestTimeTooSkewed, beyond 15 minutes
  test("may be written before that time by as much as AWS lets clocks differ, and by no more than an hour or two", () => {
    expect(writtenWithin.before).toBeGreaterThan(15 * 60);
    expect(writtenWithin.before).toBeLessThanOrEqual(2 * 3600);
  });
});
