import type { Machine } from "../support/machine";
import { everyStack } from "../support/stacks";

interface Catcher {
  readonly ErrorEquals: readonly string[];
  readonly Next: string;
}

const machines = ["redis-dev", "redis-sharded", "redis-backup-policy"].flatMap((stack) =>
  Object.entries(everyStack[stack]?.().resource.aws_sfn_state_machine ?? {}).map(
    ([name, { definition }]) => [`${stack} ${name}`, JSON.parse(String(definition)) as Machine] as const,
  ),
);

/** What catches errors in a scope and in those inside of it, by the state's name. */
const catchers = ({ States }: Machine): readonly (readonly [state: string, catchers: readonly Catcher[]])[] =>
  Object.entries(States).flatMap(([name, { Catch = [], ItemProcessor, Branches = [] }]) => [
    ...(Catch.length > 0 ? [[name, Catch] as const] : []),
    ...[...(ItemProcessor ? [ItemProcessor] : []), ...Branches].flatMap(catchers),
  ]);

/** Whether an error that has no entry of its own goes another way than any other. */
const isLeftOut = (error: string, all: readonly Catcher[]): boolean => {
  const [own, others] = [error, "States.ALL"].map((one) => all.find(({ ErrorEquals }) => ErrorEquals.includes(one)));
  const way = (one: Catcher | undefined) => one && { ...one, ErrorEquals: undefined };
  return others !== undefined && JSON.stringify(way(own)) !== JSON.stringify(way(others));
};

/** A result that is too large is the validator's own there, and is named in the reason. */
const named = ["RunValidator"];

// States.ALL does not match it.
// https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html
test.each(machines)("what catches any error in %s does the same with a result that is too large", (_name, machine) => {
  const leftOut = catchers(machine).filter(([, all]) => isLeftOut("States.DataLimitExceeded", all));
  expect(leftOut.map(([state]) => state).filter((state) => !named.includes(state))).toEqual([]);
});

test("a result of the validator that is too large is caught as well", () => {
  const found = machines.flatMap(([, machine]) => catchers(machine)).filter(([state]) => named.includes(state));
  expect(found.length).toBeGreaterThan(0);
  for (const [, all] of found)
    expect(all.flatMap(({ ErrorEquals }) => ErrorEquals)).toEqual(
      expect.arrayContaining(["States.DataLimitExceeded", "States.ALL"]),
    );
});

// https://states-language.net/spec.html#errors
test.each(machines)("States.ALL stands alone and last in %s, or AWS refuses the definition", (_name, machine) => {
  const wrong = catchers(machine).filter(([, all]) =>
    all.some(
      ({ ErrorEquals }, i) => ErrorEquals.includes("States.ALL") && (ErrorEquals.length > 1 || i < all.length - 1),
    ),
  );
  expect(wrong).toEqual([]);
});

test("most machines catch any error somewhere", () => {
  const catching = machines.filter(([, machine]) =>
    catchers(machine).some(([, all]) => all.at(-1)?.ErrorEquals.includes("States.ALL")),
  );
  expect(catching.map(([name]) => name.split(" ")[1])).toEqual(
    expect.arrayContaining(["backup_check", "manual_backup", "restore_test", "vault_copy", "check"]),
  );
});
