import { call } from "../../stacks/workflows/call";
import { jsonata } from "../../stacks/workflows/definition";
import { branch } from "../../stacks/workflows/states";
import { inSteps } from "../../stacks/workflows/steps";
import { ExecutionError, filledIn, run } from "../support/machine";

const names = ["First", "Second", "Third"] as const;

/** Each step makes a call and tells it what the steps before have left. */
const machine = filledIn(
  inSteps(
    names.map((name, i) => ({
      name,
      assign: { [name]: jsonata("$states.result[0].answer") },
      otherwise: { [name]: "unknown" },
      branch: branch("Call", {
        Call: {
          ...call({
            service: "sfn",
            action: "describeExecution",
            arguments: { Name: name, Before: names.slice(0, i).map((one) => jsonata(`$${one}`)) },
            resources: ["*"],
          }),
          End: true,
        },
      }),
    })),
    "Incomplete",
  ),
  {},
);

/** Every set of steps. */
const sets = Array.from({ length: 2 ** names.length }, (_one, set) => names.filter((_name, i) => (set >> i) & 1));

test.each(sets.map((failing) => [failing]))(
  "when %j fail, every step runs, and the reasons are told",
  async (failing) => {
    const isFailing = (name: unknown): boolean => failing.some((one) => one === name);
    const calls: object[] = [];
    const ended = await run(machine, (_action, args) => {
      calls.push(args);
      if (isFailing(args.Name)) throw new ExecutionError("Aws.Refused", `not ${String(args.Name)}`);
      return { answer: `of ${String(args.Name)}` };
    }).then(
      () => "",
      (error: unknown) => String(error),
    );
    const left = names.map((name) => (isFailing(name) ? "unknown" : `of ${name}`));
    expect(calls).toEqual(names.map((Name, i) => ({ Name, Before: left.slice(0, i) })));
    const reasons = failing.map((name) => `${name}: Aws.Refused: not ${name}`).join(" ");
    expect(ended).toBe(failing.length === 0 ? "" : `Error: Incomplete: ${reasons}`);
  },
);

test("no steps are refused", () => {
  expect(() => inSteps([], "Incomplete")).toThrow("A state machine needs at least one step.");
});
