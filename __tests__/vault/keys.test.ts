import { cacheCode, regionCode } from "../../stacks/vault/keys";

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
