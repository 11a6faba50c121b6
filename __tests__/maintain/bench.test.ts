import { isMissed, limits, report, type Results } from "../../scripts/maintain/bench/report";
import type { Sample } from "../../scripts/maintain/bench/run";
import { median, quantile, ratio } from "../../scripts/maintain/bench/statistics";

test.each([
  [[3, 1, 2], 2],
  [[4, 1, 2, 3], 2.5],
])("the median of %j is %d", (values, expected) => {
  expect(median(values)).toBe(expected);
});

test("quantiles are interpolated, and of nothing refused", () => {
  expect(quantile([1, 2, 3, 4], 0.25)).toBe(1.75);
  expect(() => quantile([], 0.5)).toThrow(/measure at least once/);
});

test("a ratio compares round by round, so a slow moment that hits both does not count", () => {
  expect(ratio([2, 20, 2], [1, 10, 1])).toEqual({ median: 2, quartiles: [2, 2] });
});

describe("limits", () => {
  const samples = (milliseconds: number, peakMemory = 100, stdout = ""): Sample[] => [
    { milliseconds, cpu: milliseconds, peakMemory, stdout },
  ];
  const results = (change: Partial<Results>): Results => ({
    rounds: { app: 1, cli: 1, stacks: 1 },
    app: { ours: samples(110), reference: samples(100) },
    cli: { ours: samples(44), reference: samples(100) },
    stacks: [
      { count: 3, samples: samples(0, 100, "90") },
      { count: 30, samples: samples(0, 105, "300") },
      { count: 300, samples: samples(0, 150, "3000") },
    ],
    empty: [
      { count: 3, samples: samples(0, 95, "70") },
      { count: 30, samples: samples(0, 100, "300") },
      { count: 300, samples: samples(0, 127, "2460") },
    ],
    load: samples(500),
    tests: { count: 1000, milliseconds: 2100, synths: samples(100) },
    machine: "a machine",
    ...change,
  });
  const missed = (change: Partial<Results>) => limits(results(change)).filter(isMissed).length;

  test("hold", () => {
    expect(missed({})).toBe(0);
  });

  test.each<[string, Partial<Results>]>([
    ["a slow app", { app: { ours: samples(113), reference: samples(100) } }],
    ["a slow cdktf synth", { cli: { ours: samples(46), reference: samples(100) } }],
    [
      "slow stacks",
      {
        stacks: [
          { count: 30, samples: samples(0, 105, "400") },
          { count: 300, samples: samples(0, 150, "4000") },
        ],
      },
    ],
    [
      "large stacks",
      {
        stacks: [
          { count: 30, samples: samples(0, 105, "300") },
          { count: 300, samples: samples(0, 220, "3000") },
        ],
      },
    ],
    [
      "stacks that slow each other down",
      {
        stacks: [
          { count: 30, samples: samples(0, 105, "250") },
          { count: 300, samples: samples(0, 150, "2800") },
        ],
      },
    ],
    ["slow tests", { tests: { count: 1000, milliseconds: 2200, synths: samples(100) } }],
    ["no measurement at all", { app: { ours: samples(Number.NaN), reference: samples(100) } }],
  ])("are missed by %s", (_case, change) => {
    expect(missed(change)).toBe(1);
  });

  test("stand beside what cdktf takes for as many empty elements", () => {
    const page = report(results({}));
    expect(page).toMatch(/\| empty elements, synthesized by cdktf +\| 70 +\| 1\.60 % \(1\.60–1\.60\) +\| 0\.10 MB/);
    expect(page).toMatch(/\| this project's stacks +\| 90 +\| 2\.00 % \(2\.00–2\.00\) +\| 0\.17 MB/);
  });
});
