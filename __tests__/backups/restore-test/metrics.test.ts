import { cache, executed, holding, own, restoredNode } from "../../support/restore-test";

interface Result {
  readonly Id: string;
  readonly StatusCode: string;
  readonly Timestamps: readonly string[];
  readonly Values: readonly unknown[];
}
interface Answer {
  readonly MetricDataResults: readonly Result[];
  readonly Messages?: readonly object[];
  readonly NextToken?: string;
}

/** Changes the answers of GetMetricData on one node, as many of them as are said. */
const changed = (node: string, change: (answer: Answer) => Answer, times = Infinity) => {
  let left = times;
  return (value: unknown): unknown => {
    const id = (value as Partial<Answer> | null)?.MetricDataResults?.[0]?.Id;
    if (id?.includes(node.replaceAll("-", "_")) !== true || left-- <= 0) return value;
    return change(value as Answer);
  };
};
const results = (change: (result: Result) => Partial<Result>) => (answer: Answer) => ({
  ...answer,
  MetricDataResults: answer.MetricDataResults.map((result) => ({ ...result, ...change(result) })),
});
const ofKind =
  (letters: string, change: (result: Result) => Partial<Result>) =>
  (result: Result): Partial<Result> =>
    letters.includes(result.Id.charAt(0)) ? change(result) : {};
const source = `${cache}-001`;

const partial = results(ofKind("k", () => ({ StatusCode: "PartialData" })));

describe("an answer of CloudWatch", () => {
  test.each<[string, string, (answer: Answer) => Answer]>([
    ["a part of the keys", source, partial],
    ["a part of the keys, of the restored cache", restoredNode, partial],
    ["an error for those that expire", source, results(ofKind("v", () => ({ StatusCode: "InternalError" })))],
    ["a message", source, (answer) => ({ ...answer, Messages: [{ Code: "Limit", Value: "too many" }] })],
    ["another page", source, (answer) => ({ ...answer, NextToken: "next" })],
  ])("given one with %s, then it is asked for again", async (_what, node, change) => {
    const { output, argumentsOf } = await executed({ reshape: changed(node, change, 2) });
    expect(output).toMatchObject({ data: "verified", restoredKeys: 600, expectedKeys: 600 });
    expect(argumentsOf("getMetricData").length).toBeGreaterThanOrEqual(4);
  });

  test.each<[string, string, string, object]>([
    ["the cache", source, "CloudWatch does not have the key metrics of every shard when", { restoredKeys: 600 }],
    ["the restored cache", restoredNode, "CloudWatch has no key metrics of the restored cache", { expectedKeys: 600 }],
  ])(
    "given one that stays incomplete for %s, then the data are not known after twenty minutes",
    async (_whose, node, why, known) => {
      const { ended, output, published, hours } = await executed({ reshape: changed(node, partial) });
      expect(ended).toBe("SUCCEEDED");
      expect(output).toMatchObject({
        data: "not known",
        dataVerified: false,
        reason: expect.stringMatching(`^${why}.*[.] CloudWatch returned only a part: PartialData[.]$`) as string,
        ...known,
      });
      expect(published.RestoreTestDataVerified).toBe(0);
      expect(hours).toBeLessThan(0.4);
    },
  );
});

test("given a long message, then the reason has 100 characters of it: results of 500 shards with all would exceed 256 KiB", async () => {
  const long = (answer: Answer) => ({ ...answer, Messages: [{ Code: "Limit", Value: "x".repeat(2000) }] });
  const { output } = await executed({ reshape: changed(source, long) });
  expect(output).toMatchObject({
    data: "not known",
    reason: expect.stringMatching(/ CloudWatch returned only a part: Limit x{94}[.]$/) as string,
  });
});

test("given no more than a part of the bytes, then that says nothing about the keys", async () => {
  const { output } = await executed({
    reshape: changed(source, results(ofKind("bt", () => ({ StatusCode: "PartialData", Timestamps: [], Values: [] })))),
  });
  expect(output).toMatchObject({ data: "verified" });
  expect(output).not.toHaveProperty("bytes");
});

describe("points", () => {
  const first = ({ Timestamps, Values }: Result) => ({
    Timestamps: Timestamps.slice(0, 1),
    Values: Values.slice(0, 1),
  });

  test("given only one, then it is enough", async () => {
    for (const node of [source, restoredNode])
      await expect(executed({ reshape: changed(node, results(first)) })).resolves.toMatchObject({
        output: { data: "verified", restoredKeys: 600, expectedKeys: 600, bytes: 100_000 },
      });
  });

  test.each<[string, (result: Result) => Partial<Result>]>([
    ["no points", () => ({ Timestamps: [], Values: [] })],
    ["points that are not numbers", ({ Values }) => ({ Values: Values.map(() => "NaN") })],
    ["points without values", () => ({ Values: [] })],
  ])("given %s, then there is no data", async (_what, change) => {
    await expect(executed({ reshape: changed(source, results(change)) })).resolves.toMatchObject({
      output: { data: "not known", restoredKeys: 600 },
    });
  });

  test("given some that are not numbers beside others, then these are left out", async () => {
    const someNaN = ({ Values }: Result) => ({ Values: Values.map((value, i) => (i === 1 ? "NaN" : value)) });
    await expect(executed({ reshape: changed(source, results(someNaN)) })).resolves.toMatchObject({
      output: { data: "verified", expectedKeys: 600 },
    });
  });
});

/** How often the metrics of a node were asked for. */
const readingsOf = (node: string, all: readonly Readonly<Record<string, unknown>>[]): number =>
  all.filter(({ MetricDataQueries }) => JSON.stringify(MetricDataQueries).includes(`"${node}"`)).length;

test.each([
  ["are all there", "verified", holding([1000, 400], [1000, 400])],
  ["were none before", "empty", holding([0, 0], [0, 0])],
])("given keys that %s, then they are read once", async (_what, data, of) => {
  const { output, argumentsOf } = await executed({ holding: of });
  expect(output).toMatchObject({ data });
  expect(readingsOf(restoredNode, argumentsOf("getMetricData"))).toBe(1);
});

describe("keys that are missing", () => {
  const tooFew = holding([1000, 0], [900, 0]);

  test.each([
    ["an old backup", 5],
    ["a backup that was just taken", 0.01],
  ])("given %s, then they are read each minute for five minutes", async (_what, hours) => {
    const { ended, argumentsOf } = await executed({
      snapshots: { [own("newest")]: ["available", hours] },
      holding: tooFew,
    });
    expect(ended).toMatch(/^RestoreTest.KeysMissing/);
    expect(readingsOf(restoredNode, argumentsOf("getMetricData"))).toBe(6);
  });

  test.each([
    ["the restored cache", restoredNode],
    ["the cache", source],
  ])("given that %s reports late, then they are read for five minutes after its first report", async (_whose, node) => {
    const { ended, hours } = await executed({
      snapshots: { [own("newest")]: ["available", 0.01] },
      holding: tooFew,
      reshape: changed(
        node,
        results(() => ({ Timestamps: [], Values: [] })),
        10,
      ),
    });
    expect(ended).toMatch(/^RestoreTest.KeysMissing/);
    expect(hours * 60).toBeGreaterThanOrEqual(15);
    expect(hours * 60).toBeLessThan(17);
  });
});

describe("metrics of the time of the backup", () => {
  const none = results(() => ({ Timestamps: [], Values: [] }));

  test.each([
    ["was just taken", 0.01, 5],
    ["is so young that those after it may still come", 22 / 60, 2],
  ])("given a backup that %s, then they are waited for", async (_what, hours, times) => {
    const { output } = await executed({
      snapshots: { [own("newest")]: ["available", hours] },
      holding: holding([1000, 0], [1000, 0]),
      reshape: changed(source, none, times),
    });
    expect(output).toMatchObject({ data: "verified", expectedKeys: 1000 });
  });

  test("given that they never come, then they are waited for no longer than those of the restored cache", async () => {
    const { output, hours } = await executed({
      snapshots: { [own("newest")]: ["available", 0.01] },
      reshape: changed(source, none),
    });
    expect(output).toMatchObject({ data: "not known", restoredKeys: 600 });
    expect(hours).toBeCloseTo(1 / 3, 1);
  });

  test.each([
    ["there", undefined],
    ["not there", changed(source, none)],
  ])("given an old backup, when they are %s, then they are read once", async (_what, reshape) => {
    const { argumentsOf, hours } = await executed({
      ...(reshape && { reshape }),
      holding: holding([1000, 0], [900, 0]),
    });
    expect(readingsOf(source, argumentsOf("getMetricData"))).toBe(1);
    expect(hours).toBeLessThan(0.2);
  });
});
