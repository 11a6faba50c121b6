import validate from "asl-validator";
import { everyStack } from "../support/stacks";

// Environments without shards differ in values only.
const machines = ["redis-dev", "redis-sharded", "redis-backup-policy"].flatMap((name) =>
  Object.entries((everyStack[name] ?? fail)().resource.aws_sfn_state_machine ?? {}).map(
    ([machine, { definition }]) => [`${name} ${machine}`, definition] as const,
  ),
);

describe.each(machines)("the state machine of %s", (_machine, definition) => {
  // Terraform fills in the expressions; a number where one stands alone in JSONata, a text elsewhere.
  const filled = String(definition).replaceAll(/\$\{[^}]*\}/g, "1");
  // The validator takes no empty text; AWS does.
  const text = filled.replaceAll(':""', ':"empty"');

  test("is valid in the Amazon States Language", () => {
    const verdict = validate(JSON.parse(text) as object, { checkPaths: true });
    expect(verdict.isValid ? "" : verdict.errorsText("\n")).toBe("");
  });
});

test.each(machines)("%s asks for no more snapshots at once than 256 KiB hold", (_machine, definition) => {
  const pages = [...String(definition).matchAll(/describeSnapshots","Arguments":"[^"]*\$marker/g)];
  // Without shards a snapshot of one's own nodes is a kilobyte; that of any cache may list 90 shards.
  const small = (page: string): boolean =>
    page.includes("'MaxRecords': 20") ||
    page.includes("'MaxRecords': $cluster.perPage") ||
    (page.includes("'MaxRecords': 50") &&
      page.includes("$snapshotsOf") &&
      String(definition).includes("{'CacheClusterId': $}"));
  expect(pages.filter(([page]) => !small(page))).toEqual([]);
});

test("the pages of snapshots are looked at where there are some", () => {
  const paged = machines.filter(([, definition]) =>
    /describeSnapshots","Arguments":"[^"]*\$marker/.test(String(definition)),
  );
  expect(paged.map(([machine]) => machine).sort()).toEqual([
    "redis-backup-policy check_clusters",
    "redis-dev backup_check",
    "redis-dev manual_backup",
    "redis-dev restore_test",
    "redis-dev vault_copy",
    "redis-sharded backup_check",
    "redis-sharded manual_backup",
    "redis-sharded restore_test",
    "redis-sharded vault_copy",
  ]);
});

test("a broken definition is found", () => {
  const broken = {
    QueryLanguage: "JSONata",
    StartAt: "Only",
    States: { Only: { Type: "Pass", Output: "{% $a[ %}", Next: "Nowhere" } },
  };
  expect(validate(broken, { checkPaths: true }).isValid).toBe(false);
});

function fail(): never {
  throw new Error("There is no stack.");
}
