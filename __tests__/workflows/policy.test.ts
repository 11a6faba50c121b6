import { restoreTest } from "../../stacks/backups/restore-test/definition";
import { created } from "../../stacks/backups/snapshots";
import { replicas } from "../../stacks/cache/topology";
import { policiesOf } from "../../stacks/workflows/policy";

type Statements = ReturnType<typeof policiesOf>["always"];

const allowedBy = (statements: Statements): readonly string[] =>
  statements.flatMap(({ actions = [], resources = [], condition = [] }) =>
    actions.flatMap((action) => resources.map((resource) => `${action} ${resource} ${JSON.stringify(condition)}`)),
  );

test("the role of a restore test has each permission once: always, or while the vault is enabled", () => {
  const { always, withParts } = policiesOf(restoreTest(replicas, created));
  expect(withParts.map(({ part: { name } }) => name)).toEqual(["vault"]);
  const all = [...allowedBy(always), ...withParts.flatMap(({ statement }) => allowedBy(statement))];
  expect([...new Set(all)].sort()).toEqual([...all].sort());
});
