import { waysToFail } from "../../support/account";
import { ExecutionError } from "../../support/machine";
import { cache, executed, own, type Account } from "../../support/restore-test";

/** So many backups older than two days, and after them the newest, 5 hours old. */
const lastOf = (count: number): NonNullable<Account["snapshots"]> => ({
  ...Object.fromEntries(
    Array.from({ length: count }, (_one, i) => [own(`older-${i}`), ["available", 50 + i] as const]),
  ),
  [own("newest")]: ["available", 5],
});

// Six nodes are asked for first, then three that may have been removed, then the account.
test.each([
  ["of a node of the cache", `${cache}-001`, 60],
  ["of a node that was removed", `${cache}-008`, 60],
  ["of a node with a higher number, among everybody's", `${cache}-012`, 30],
])("given the newest snapshot on the second page, %s, then it is restored", async (_whose, takenOf, count) => {
  const { ended, restored, argumentsOf } = await executed({ snapshots: lastOf(count), takenOf });
  expect([ended, restored]).toEqual(["SUCCEEDED", own("newest")]);
  const pages = argumentsOf("describeSnapshots").filter(({ Marker }) => Marker !== undefined);
  expect(pages).toHaveLength(1);
});

test.each([
  ["younger than a day and five hours", false, 29 - 1 / 3600],
  ["as old as a day and five hours", true, 29],
])("given a newest snapshot that is %s, then those of the account are looked at: %s", async (_age, expected, hours) => {
  const { ended, asked } = await executed({ snapshots: { [own("newest")]: ["available", hours] } });
  expect(ended).toBe("SUCCEEDED");
  expect(asked.some(({ CacheClusterId }) => CacheClusterId === undefined)).toBe(expected);
});

/** DescribeSnapshots refuses ids that there is no node of. */
const refusing =
  (isGone: (node: string | undefined) => boolean): NonNullable<Account["onSnapshots"]> =>
  ({ CacheClusterId }) => {
    if (isGone(CacheClusterId as string | undefined))
      throw new ExecutionError("ElastiCache.CacheClusterNotFoundException", "no such node");
  };

test.each<[string, (node: string | undefined) => boolean]>([
  ["nodes that were removed long ago", (node) => node?.startsWith(`${cache}-00`) === true && !/00[12]$/.test(node)],
  ["a node that is removed while the test runs", (node) => node === `${cache}-001`],
  ["a node, in answer to the listing of the whole account,", (node) => node === undefined],
])("given that AWS does not know %s, then the newest snapshot of the others is restored", async (_which, isGone) => {
  // Too old, so that it is looked for everywhere.
  const { ended, restored, asked } = await executed({
    nodes: [`${cache}-001`, `${cache}-002`],
    snapshots: { [own("newest")]: ["available", 50] },
    takenOf: `${cache}-002`,
    onSnapshots: refusing(isGone),
  });
  expect([ended, restored]).toEqual(["SUCCEEDED", own("newest")]);
  expect(asked).toHaveLength(10);
});

test.each(waysToFail)(
  "given the newest snapshot of a node with a high number, whichever listing $way, then the test has failed and says so",
  async ({ tooLarge, error }) => {
    const given: Account = { takenOf: `${cache}-012` };
    const { calls, argumentsOf } = await executed(given);
    const listings = calls.flatMap((action, i) => (action === "describeSnapshots" ? [i] : []));
    expect(listings).toHaveLength(10);
    for (const [i, refusedCall] of listings.entries()) {
      const { ended, changes } = await executed({ ...given, refusedCall, tooLarge });
      const isEverybodys = argumentsOf("describeSnapshots")[i]?.CacheClusterId === undefined;
      // A page of the account that is too large ends the search: it is another cache's.
      const none = `There is no available snapshot of ${cache}, so nothing can be restored\\.`;
      expect([i, ended, changes]).toEqual([
        i,
        expect.stringMatching(`^RestoreTest\\.Failed: ${isEverybodys && tooLarge ? none : error}$`),
        [],
      ]);
    }
  },
);
