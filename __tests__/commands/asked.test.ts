import * as aws from "../../scripts/shared/aws-sdk";
import * as shared from "../../scripts/shared/terraform";
import { linesOnStack, linesWith, recorded, type Asked, type Recorded } from "../support/asked";
import { operationsOf } from "../support/sdk-calls";
import { terminalOfEachTest } from "../support/terminal";
import { rows as adopting } from "./asked/adopt";
import { rows as deploying } from "./asked/deploy";
import { rows as executing } from "./asked/execution";
import { rows as recovering } from "./asked/recover";
import { rows as restoring } from "./asked/restore";
import { answersOf, region, terraformOf, type Row } from "./asked/row";

// Everything that the commands ask AWS: in which Region, as whom and with which arguments. Terraform and AWS themselves: __tests__/e2e.
jest.mock("node:timers/promises", () => ({
  ...jest.requireActual<object>("node:timers/promises"),
  setTimeout: () => Promise.resolve(),
}));
jest.mock("../../scripts/shared/terraform-binary", () => ({ requireTerraform: () => undefined }));
jest.mock("../../scripts/shared/environment", () => ({ refuseOtherEnvironment: () => Promise.resolve() }));
jest.mock("../../scripts/shared/synthesize", () => ({
  ...jest.requireActual<object>("../../scripts/shared/synthesize"),
  hasCache: () => true,
  writeStack: () => jest.requireActual<{ written: object }>("./asked/row").written,
}));
jest.mock("../../scripts/shared/terraform", () => ({
  ...jest.requireActual<typeof shared>("../../scripts/shared/terraform"),
  ...{ terraformIn: jest.fn(), runInTerminal: jest.fn() },
  withConfiguration: (_configuration: object, act: (folder: string) => unknown) =>
    jest.requireActual<typeof shared>("../../scripts/shared/terraform").withFolder(act),
}));
jest.mock("../../scripts/shared/aws-sdk", () => {
  const actual = jest.requireActual<typeof aws>("../../scripts/shared/aws-sdk");
  return { ...actual, clientIn: jest.fn(actual.clientIn) };
});
// Jest does not find a TypeScript file by the name that it gets when it is compiled.
for (const name of ["deploy/full-vault", "deploy/test-cache", "restore/vault/from-vault", "restore/vault/sharded"])
  jest.doMock(`../../scripts/commands/${name}.js`, () => jest.requireActual<object>(`../../scripts/commands/${name}`), {
    virtual: true,
  });

const rows: readonly Row[] = [...adopting, ...deploying, ...executing, ...recovering, ...restoring];
const commands = "scripts/commands/index.ts";
const packages = [...new Set(operationsOf(commands).map(({ client }) => client))];

const before = process.env;
beforeEach(() => {
  process.env = {
    ...{ PATH: before.PATH, HOME: "/nowhere", AWS_EC2_METADATA_DISABLED: "true" },
    ...{ AWS_REGION: region.caller, AWS_ACCESS_KEY_ID: "the-caller", AWS_SECRET_ACCESS_KEY: "secret" },
  };
  jest.useFakeTimers({
    now: Date.parse("2026-01-31T12:00:00Z"),
    doNotFake: ["nextTick", "setImmediate", "setTimeout", "setInterval", "queueMicrotask", "performance"],
  });
});
afterEach(() => {
  jest.useRealTimers();
  process.env = before;
});
terminalOfEachTest();

interface Result extends Recorded {
  /** Lines that have made a client. */
  readonly clients: ReadonlySet<string>;
}

async function run(row: Row): Promise<Result> {
  const { clientIn } = jest.requireActual<typeof aws>("../../scripts/shared/aws-sdk");
  const clients = new Set<string>();
  jest.mocked(aws.clientIn).mockImplementation((of) => {
    clients.add(linesOnStack()[0] ?? "");
    return clientIn(of);
  });
  jest.mocked(shared.terraformIn).mockReturnValue(terraformOf(row));
  jest
    .mocked(shared.runInTerminal)
    .mockImplementation((_folder, [command]) => Promise.resolve(command === "plan" ? "changes" : "succeeded"));
  const act = row.error === undefined ? row.act : () => expect(row.act()).rejects.toThrow(row.error);
  return { ...(await recorded(packages, answersOf(row), act)), clients };
}

/** Each is run once: what some answer depends on what was asked before. */
const results = new Map<Row, Promise<Result>>();
const resultOf = (row: Row): Promise<Result> => {
  const result = results.get(row) ?? run(row);
  results.set(row, result);
  return result;
};
/** One after the other: they share the clients' classes. */
async function allResults(): Promise<readonly Result[]> {
  const all: Result[] = [];
  for (const row of rows) all.push(await resultOf(row));
  return all;
}

/** Without the repetitions of one who waits. */
const once = (asked: readonly Asked[]): readonly Asked[] =>
  asked.filter((one, i) => JSON.stringify(one) !== JSON.stringify(asked[i - 1]));

test.each(rows)("$what asks AWS this and nothing else, in these Regions, as the caller", async (row) => {
  const { asked, keys } = await resultOf(row);
  expect(once(asked)).toEqual(once(row.asked));
  expect([...keys]).toEqual(["the-caller"]);
});

test("every line that makes a client has made one here, with the settings of all clients", async () => {
  const made = linesWith(commands, /\bnew \w+Client\(/g);
  expect(linesWith(commands, /\bnew \w+Client\(\s*(?:\{\s*\.\.\.)?clientIn\(/g)).toEqual(made);
  const clients = new Set((await allResults()).flatMap((result) => [...result.clients]));
  expect([...clients].sort()).toEqual(
    linesWith(commands, /(?<!function )\bclientIn\(/g)
      .map(({ at }) => at)
      .sort(),
  );
});

test("every operation that a file has was asked by it here", async () => {
  const all = operationsOf(commands).map(({ file, name }) => `${file} ${name}`);
  const places = new Set((await allResults()).flatMap((result) => [...result.places]));
  expect([...places].sort()).toEqual([...new Set(all)].sort());
});
