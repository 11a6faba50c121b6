import { everyStack } from "../support/stacks";
import { memberName, errorName, serviceName } from "./shapes/api";
import { typeOf } from "./shapes/inference";
import { walk, withoutTerraform, type Machine, type Outputs, type Read, type Report } from "./shapes/machine";
import { mutations, tasks } from "./shapes/mutations";
import { alternatives, never } from "./shapes/type";

/** Every state machine, once: the environments have mostly the same. */
const machines = new Map(
  Object.entries(everyStack)
    .flatMap(([stack, synthesize]) =>
      Object.entries(synthesize().resource.aws_sfn_state_machine ?? {}).map(
        ([name, { definition }]) => [String(definition), `${name} of ${stack}`] as const,
      ),
    )
    .reverse()
    .map(([definition, name]) => [definition, [name, withoutTerraform(definition)] as const] as const),
);

const walkedAlone = new Map<Machine, Report>();

/** What is seen of a machine by itself: each mutation of one that runs it asks for its output again. */
function walkAlone(machine: Machine): Report {
  const report = walkedAlone.get(machine) ?? walk(machine);
  walkedAlone.set(machine, report);
  return report;
}

/** What an execution answers of a machine that another one of the stack runs, by the end of its ARN. */
const outputs: Outputs = (arn) => {
  const [, name = ""] = /:stateMachine:[0-9]+-([a-z-]+)$/.exec(typeof arn === "string" ? arn : "") ?? [];
  const [, machine] = [...machines.values()].find(([of]) => of.startsWith(`${name.replaceAll("-", "_")} of `)) ?? [];
  return machine && walkAlone(machine).output;
};

/** What the machines read of which no model of AWS says anything, and why it cannot. */
const unmodelled: Readonly<Record<string, string>> = {
  "the input of the execution": "Whoever starts it gives it. The first states refuse what they do not know.",
  "$parse($states.result.Input)": "The input of another execution, a text for Step Functions.",
  "$parse($states.result.Output)": "The output of another execution, a text for Step Functions.",
  "$parse(70777)": "The tags that whoever deploys gives: Terraform writes them in place of the number.",
  "$parse($states.result.Body)": "The manifest that an earlier execution wrote.",
  "$parse($body)": "The same, where Step Functions has quoted it once more.",
  "BackupFloorDays of map(text)": "The key of a tag.",
  "BackupPolicyExemption of map(text)": "The key of a tag.",
};

/** Whether a member is read of AWS's answer alone, so that another name cannot be meant for something else. */
const isOfAws = ({ owner, position }: Read): boolean =>
  position !== undefined &&
  alternatives(owner).length > 0 &&
  alternatives(owner).every((one) => one.kind === "object" && one.shape !== undefined);

/** What is wrong with an expression that reads a member of another name. */
function problemsOf({ expression: { text, variables }, position = 0, member }: Read, name: string): readonly string[] {
  const problems: string[] = [];
  const ignore = (): void => undefined;
  const notes = {
    problem: (what: string) => problems.push(what),
    read: ignore,
    opaque: ignore,
    written: ignore,
    called: ignore,
  };
  typeOf(`${text.slice(0, position - member.length)}${name}${text.slice(position)}`, {
    context: never,
    variables,
    notes,
  });
  return problems;
}

describe.each([...machines.values()])("the state machine %s", (_name, machine) => {
  const report = walk(machine, outputs);

  test("reads what AWS answers, passes what AWS takes, and catches what AWS throws", () => {
    expect(report.problems).toEqual([]);
  });

  test("reads nothing else that no model tells", () => {
    expect(report.opaque.filter((reason) => !(reason in unmodelled))).toEqual([]);
  });

  // Below, what is read of what AWS answers is looked at; a machine of which nothing is seen would pass.
  test("is seen to read every answer of AWS that it uses", () => {
    const usesResult = tasks(machine).filter((state) => /\$states\.result\b/.test(JSON.stringify(state)));
    const read = new Set(report.reads.filter(isOfAws).map(({ place }) => place[place.lastIndexOf("States") + 1]));
    expect(usesResult.map((state) => state.name).filter((name) => !read.has(name))).toEqual([]);
  });

  test("fails here for each member of another name", () => {
    const missed = report.reads.filter((read) => isOfAws(read) && problemsOf(read, `${read.member}s`).length === 0);
    expect(missed.map(({ place, member }) => [...place, member].join(" / "))).toEqual([]);
  });

  test.each(mutations(machine))("fails here when %s", (_what, mutated) => {
    expect(walk(mutated, outputs).problems.filter((problem) => !report.problems.includes(problem))).not.toEqual([]);
  });
});

test("everything that no model tells is read somewhere", () => {
  const read = new Set([...machines.values()].flatMap(([, machine]) => walkAlone(machine).opaque));
  expect(Object.keys(unmodelled).filter((reason) => !read.has(reason))).toEqual([]);
});

// As aws-sdk-java-v2's own tests and AWS's samples have them; see shapes/api.ts.
test.each([
  ["ARN", "Arn"],
  ["DBInstances", "DbInstances"],
  ["MFAToken", "MfaToken"],
  ["AToken", "AToken"],
  ["MultiAZEnabled", "MultiAZEnabled"],
  ["executionArn", "ExecutionArn"],
  ["Equals", "EqualsValue"],
])("Step Functions shows the member %s as %s", (name, shown) => {
  expect(memberName(name)).toBe(shown);
});

test.each([
  ["ElastiCache", "SnapshotNotFoundFault", "ElastiCache.SnapshotNotFoundException"],
  ["ElastiCache", "InvalidARNFault", "ElastiCache.InvalidArnException"],
  ["ElastiCache", "InvalidParameterValueException", "ElastiCache.InvalidParameterValueException"],
  ["SFN", "ExecutionDoesNotExist", "Sfn.ExecutionDoesNotExistException"],
  ["Config Service", "NoSuchConfigRuleException", "Config.NoSuchConfigRuleException"],
])("the error %s %s has the name %s", (serviceId, shape, name) => {
  expect(`${serviceName(serviceId)}.${errorName(shape)}`).toBe(name);
});
