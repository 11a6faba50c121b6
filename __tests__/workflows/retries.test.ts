import { readFileSync } from "node:fs";
import type { Machine } from "../support/machine";
import { everyStack } from "../support/stacks";
import { statesOf, type State } from "../support/states";
import { operation } from "./shapes/api";

interface Retrier {
  readonly ErrorEquals: readonly string[];
  readonly IntervalSeconds: number;
  readonly BackoffRate: number;
  readonly MaxAttempts: number;
  readonly JitterStrategy?: string;
}
interface Call {
  readonly stack: string;
  readonly machine: string;
  /** How long an execution of the machine may take. */
  readonly seconds: number;
  readonly type: string;
  /** The state, under its machine and stack. */
  readonly id: string;
  readonly service: string;
  readonly action: string;
  readonly retry: readonly Retrier[];
}

const tasksOf = (machine: Machine): readonly (readonly [string, State])[] =>
  statesOf(machine).filter(([, { Type }]) => Type === "Task");

/** Every call of every state machine. */
const calls = Object.entries(everyStack).flatMap(([stack, synthesize]) =>
  Object.entries(synthesize().resource.aws_sfn_state_machine ?? {}).flatMap(([machine, { definition, type }]) =>
    tasksOf(JSON.parse(String(definition)) as Machine).map(([name, { Resource = "", Retry = [] }]): Call => {
      const { TimeoutSeconds: seconds } = JSON.parse(String(definition)) as { readonly TimeoutSeconds: number };
      const [, service = "", action = ""] = /:states:::(?:aws-sdk:)?(\w+):(\w+)/.exec(Resource) ?? [];
      return {
        stack,
        machine,
        seconds,
        type: String(type),
        id: `${stack} ${machine} ${name}`,
        service,
        action,
        retry: Retry as readonly Retrier[],
      };
    }),
  ),
);
const ofApis = calls.filter(({ service }) => service !== "states");
const byId = (of: readonly Call[], value: (call: Call) => unknown): Readonly<Record<string, unknown>> =>
  Object.fromEntries(of.map((call) => [call.id, value(call)]));

/** The waits before each further attempt, in seconds. */
const waitsOf = ({ IntervalSeconds, BackoffRate, MaxAttempts }: Retrier): readonly number[] =>
  Array.from({ length: MaxAttempts }, (_one, i) => IntervalSeconds * BackoffRate ** i);

/** The longest time that the waits of a call take, in seconds. */
const longest = ({ retry }: Call): number => retry.flatMap(waitsOf).reduce((sum, seconds) => sum + seconds, 0);

// An error that the model of an API does not list, such as throttling, has the name of the service.
// https://docs.aws.amazon.com/step-functions/latest/dg/supported-services-awssdk.html
test("a call that is throttled is made again, and none that AWS refuses for a reason of its own", () => {
  expect(byId(ofApis, ({ retry }) => retry.at(-1)?.ErrorEquals)).toEqual(
    byId(ofApis, ({ service, action }) => [operation(service, action)?.errors.at(-1)]),
  );
  // The source moves while ElastiCache is still busy with the group.
  const others = ofApis.filter(({ retry }) => retry.length > 1);
  expect([...new Set(others.map(({ action, retry }) => [action, ...(retry[0]?.ErrorEquals ?? [])].join(" ")))]).toEqual(
    ["modifyReplicationGroup ElastiCache.InvalidReplicationGroupStateException"],
  );
});

test("a call is made again three times, and six times where many clusters are read or a role is seconds old", () => {
  const isPatient = ({ stack, service, action }: Call): boolean =>
    stack === "redis-backup-policy" && (service === "elasticache" || action === "listExecutions");
  expect(byId(ofApis, ({ retry }) => retry.at(-1)?.MaxAttempts)).toEqual(
    byId(ofApis, (call) => (isPatient(call) ? 6 : 3)),
  );
});

test("a call waits 5 seconds before it is made again, and twice as long each time, as docs/scaling.md says", () => {
  expect(readFileSync("docs/scaling.md", "utf8")).toContain(
    "is repeated six times, after up to 5, 10, 20, 40, 80 and 160 seconds",
  );
  expect(byId(ofApis, ({ retry }) => retry.slice(-1).map(waitsOf))).toEqual(
    byId(ofApis, ({ retry }) => [[5, 10, 20, 40, 80, 160].slice(0, retry.at(-1)?.MaxAttempts)]),
  );
});

test("the source of backups is moved as soon as ElastiCache is done with the group, for up to two minutes", () => {
  const patient = ofApis.filter(({ action }) => action === "modifyReplicationGroup");
  expect(patient.length).toBeGreaterThan(0);
  expect(byId(patient, ({ retry }) => retry.slice(0, -1).map(waitsOf))).toEqual(
    byId(patient, () => [[30, 30, 30, 30]]),
  );
});

test("calls that were throttled together are not made again together", () => {
  expect(byId(ofApis, ({ retry }) => retry.at(-1)?.JitterStrategy)).toEqual(byId(ofApis, () => "FULL"));
});

test("an express execution, which has five minutes, has them for the retries of several calls", () => {
  const express = calls.filter(({ type }) => type === "EXPRESS");
  expect(express.length).toBeGreaterThan(20);
  expect(express.filter((call) => longest(call) > 180).map(({ id }) => id)).toEqual([]);
});

test("an execution that evaluates clusters is run again when it fails; a validator of one's own is not, since nobody knows what it does", () => {
  const runs = calls.filter(({ service }) => service === "states");
  const retried = [["States.TaskFailed"]];
  expect(byId(runs, ({ retry }) => retry.map(({ ErrorEquals }) => ErrorEquals))).toEqual(
    byId(runs, ({ machine }) => (machine === "check" ? retried : [])),
  );
  // Throttling that has outlasted the retries of a call is over by then.
  expect(readFileSync("docs/scaling.md", "utf8")).toContain("is started again twice, after up to 60 and 120 seconds.");
  expect(byId(runs, ({ retry }) => retry.map(waitsOf))).toEqual(
    byId(runs, ({ machine }) => (machine === "check" ? [[60, 120]] : [])),
  );
});

test("no call is made again for longer than a tenth of what its execution may take, and none of an express one beyond its end", () => {
  expect(
    calls.filter((call) => longest(call) > (call.type === "EXPRESS" ? 180 : call.seconds / 10)).map(({ id }) => id),
  ).toEqual([]);
});

// https://docs.aws.amazon.com/step-functions/latest/dg/choosing-workflow-type.html: after five minutes AWS ends it, and what it had to say is lost
test("an express execution ends by itself, with its own error, before AWS ends it", () => {
  const express = calls.filter(({ type }) => type === "EXPRESS");
  expect(express.filter(({ seconds }) => !(seconds > 180 && seconds < 300)).map(({ id }) => id)).toEqual([]);
});
