import lock from "../../package-lock.json";
import { accepted, unexplained } from "../../scripts/maintain/audit/unexplained";
import { everyStack } from "../support/stacks";

const bundled = "node_modules/cdktf/node_modules/glob";
const advisory = (severity: string) => ({ title: "Injection", url: "https://github.com/advisories/x", severity });
const report = (severity: string, nodes: readonly string[]) => ({
  vulnerabilities: {
    glob: { severity, via: [advisory(severity)], nodes },
    // Reported because of what it depends on.
    cdktf: { severity, via: ["glob"], nodes: ["node_modules/cdktf"] },
  },
});

test.each<[string, string, readonly string[], readonly string[]]>([
  ["bundled in cdktf, with a reason", "high", [bundled], []],
  [
    "installed elsewhere too",
    "high",
    [bundled, "node_modules/glob"],
    ["glob (node_modules/glob): high: Injection https://github.com/advisories/x"],
  ],
  [
    "critical, whatever the reason",
    "critical",
    [bundled],
    [`glob (${bundled}): critical: Injection https://github.com/advisories/x`],
  ],
  ["moderate", "moderate", ["node_modules/glob"], []],
])("an advisory that is %s", (_what, severity, nodes, findings) => {
  expect(unexplained(report(severity, nodes))).toEqual(findings);
});

const packages = lock.packages as Readonly<Record<string, { readonly version: string; readonly inBundle?: boolean }>>;

test.each(Object.keys(accepted))("%s is there, in cdktf's tarball, where no override reaches it", (node) => {
  expect(packages[node]).toMatchObject({ inBundle: true });
});

test("no stack has an asset, for which cdktf would use what is accepted", () => {
  for (const synthesize of Object.values(everyStack)) expect(JSON.stringify(synthesize())).not.toMatch(/"assets\//);
});

/** What fixed known advisories; npm's answer cannot be had where only a mirror is reachable. */
const fixed: readonly (readonly [string, number, string, string])[] = [
  ["glob", 10, "10.5.0", "https://github.com/advisories/GHSA-5j98-mcp5-4vw2"],
  ["minimatch", 5, "5.1.8", "https://github.com/advisories/GHSA-7r86-cg39-jmmj"],
  ["minimatch", 9, "9.0.7", "https://github.com/advisories/GHSA-7r86-cg39-jmmj"],
  ["minimatch", 10, "10.2.3", "https://github.com/advisories/GHSA-7r86-cg39-jmmj"],
  ["lodash", 4, "4.18.0", "https://github.com/advisories/GHSA-f23m-r3pf-42rh"],
  ["tmp", 0, "0.2.4", "https://github.com/advisories/GHSA-52f5-9888-hmc6"],
  ["brace-expansion", 2, "2.0.3", "https://github.com/advisories/GHSA-f886-m6hf-6m8v"],
  ["brace-expansion", 5, "5.0.5", "https://github.com/advisories/GHSA-f886-m6hf-6m8v"],
];

const parts = (version: string): number[] => version.split(".").map(Number);
const isBefore = (one: string, other: string): boolean => {
  const [left, right] = [parts(one), parts(other)];
  const at = left.findIndex((part, i) => part !== right[i]);
  return at >= 0 && (left[at] ?? 0) < (right[at] ?? 0);
};

test.each(fixed)("every %s %d that can be chosen has the fix of %s: %s", (name, major, fix) => {
  const old = Object.entries(packages).filter(
    ([node, { version }]) =>
      node.endsWith(`node_modules/${name}`) && parts(version)[0] === major && isBefore(version, fix),
  );
  expect(old.map(([node]) => node).filter((node) => !(node in accepted))).toEqual([]);
});
