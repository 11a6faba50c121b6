import { argumentOf, evaluatedArguments } from "../support/expressions";
import { everyStack } from "../support/stacks";
import { describeTerraform } from "../support/terraform";

// When an execution that hangs is ended. That it has time for its waits: waiting.test.ts; for the retries of its calls: retries.test.ts.

interface Machine {
  readonly TimeoutSeconds: number;
}

const machines = Object.entries(everyStack).flatMap(([stack, synthesize]) =>
  Object.entries(synthesize().resource.aws_sfn_state_machine ?? {}).map(([name, { definition }]) => ({
    stack,
    name,
    machine: JSON.parse(String(definition)) as Machine,
  })),
);

const hour = 3600;

test("an execution that hangs is ended within two days, when the next backups are there", () => {
  const longer = machines.filter(({ machine }) => !(machine.TimeoutSeconds <= 48 * hour));
  expect(longer.map(({ stack, name, machine }) => [stack, name, machine.TimeoutSeconds])).toEqual([]);
  expect(machines.length).toBeGreaterThan(15);
});

describeTerraform("the check of redis-backup-policy", () => {
  const ofPolicy = machines.filter(({ stack }) => stack === "redis-backup-policy");
  const seconds = Object.fromEntries(ofPolicy.map(({ name, machine }) => [name, machine.TimeoutSeconds]));

  test("that hangs is ended before the next one is due: that one waits for it", () => {
    const stack = everyStack["redis-backup-policy"]?.();
    const [schedule] =
      stack === undefined
        ? []
        : evaluatedArguments([
            { stack, argument: argumentOf(stack, "aws_scheduler_schedule.check", "schedule_expression") },
          ]);
    expect(schedule).toBe("rate(1 day)");
    expect(seconds.check).toBeLessThan(24 * hour);
  });

  test("outlives the executions that it starts, of which one that hangs is ended and reported", () => {
    expect(Object.keys(seconds).sort()).toEqual(["check", "check_clusters"]);
    expect(seconds.check_clusters).toBeLessThan(seconds.check ?? 0);
  });
});
