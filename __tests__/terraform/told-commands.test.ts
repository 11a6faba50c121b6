import { findings } from "../../stacks/policy/findings";
import { problemsOf } from "../support/aws-cli";
import { everyStack, policyStack } from "../support/stacks";

// Commands of the AWS CLI that messages, errors and outputs tell people to run. Those of alarms: monitoring/first-commands.test.ts.

interface Told {
  readonly service: string;
  readonly operation: string;
  readonly options: readonly string[];
  readonly text: string;
}

const pascalCase = (dashed: string): string =>
  dashed.replaceAll(/(?:^|-)([a-z])/g, (_all, one: string) => one.toUpperCase());

/** The commands in a text: each ends with its line, its sentence, or where the next begins. */
const commandsIn = (text: string): readonly Told[] =>
  [...text.matchAll(/\baws ([a-z]+) ([a-z]+(?:-[a-z]+)+)((?:(?!\baws [a-z]|\n|; |\. |, then).)*)/g)].map(
    ([all, service = "", operation = "", rest = ""]) => ({
      service,
      operation: pascalCase(operation),
      options: [...rest.matchAll(/ --([a-z-]+)/g)].map(([, option = ""]) => option),
      text: all,
    }),
  );

/** Every text in a value; one that is JSON itself has its lines as escapes. */
function textsIn(value: unknown): readonly string[] {
  if (typeof value === "string") return [value.replaceAll("\\n", "\n")];
  return typeof value === "object" && value !== null ? Object.values(value).flatMap(textsIn) : [];
}

const told = [
  ...new Map(
    Object.values(everyStack)
      .flatMap((synthesize) => textsIn(synthesize()).flatMap(commandsIn))
      .map((one) => [one.text, one]),
  ).values(),
];

/**
 * Operations of which neither the clients of the SDK nor the extracts of its models are here, with their options.
 *
 * @see https://docs.aws.amazon.com/cli/latest/reference/cloudtrail/lookup-events.html
 * @see https://docs.aws.amazon.com/cli/latest/reference/kms/cancel-key-deletion.html and enable-key.html
 */
const others: Readonly<Record<string, readonly string[]>> = {
  "cloudtrail LookupEvents": ["region", "lookup-attributes", "start-time", "end-time", "max-results"],
  "kms CancelKeyDeletion": ["region", "key-id"],
  "kms EnableKey": ["region", "key-id"],
};

const problems = ({ service, operation, options }: Told): readonly string[] => {
  const known = others[`${service} ${operation}`];
  if (known !== undefined) return options.filter((option) => !known.includes(option));
  return problemsOf({ service, operation, options: Object.fromEntries(options.map((option) => [option, ""])) });
};

test("AWS takes every command that a text of a stack tells people to run", () => {
  expect(new Set(told.map(({ operation }) => operation)).size).toBeGreaterThan(12);
  expect(told.flatMap((one) => problems(one).map((problem) => `${problem}: ${one.text}`))).toEqual([]);
});

// Whoever runs it may use another Region by default.
test("every command names its Region, unless only its name is mentioned", () => {
  const run = told.filter(({ options }) => options.length > 0);
  expect(run.filter(({ options }) => !options.includes("region")).map(({ text }) => text)).toEqual([]);
});

// https://docs.aws.amazon.com/AmazonElastiCache/latest/APIReference/API_DescribeEvents.html: Duration is in minutes, and events are kept for 14 days
test("events are listed of a day at least, and of no more than AWS keeps", () => {
  const minutes = told.flatMap(({ text }) =>
    [...text.matchAll(/ --duration (\d+)/g)].map(([, number]) => Number(number)),
  );
  expect(minutes.length).toBeGreaterThan(2);
  expect(minutes.filter((one) => !(one >= 24 * 60 && one <= 14 * 24 * 60))).toEqual([]);
});

test("what is found again and again is looked up as far back as AWS has it, and backups go to a replica", () => {
  const remedies = Object.fromEntries(findings.map(({ code, remedy }) => [code, remedy]));
  expect(remedies.snapshot).toContain(` --duration ${(14 * 24 * 60).toString()} `);
  expect(remedies.source).toContain(" --snapshotting-cluster-id <a replica> ");
});

test("the subject of a message of redis-backup-policy says which account and Region it is about", () => {
  const { definition } = policyStack().resource.aws_sfn_state_machine?.check ?? {};
  expect(String(definition)).toContain('"place":"${local.account_id}, ${local.region}"');
});
