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
jest.mock("node:timers/promises", () => ({ setTimeout: () => Promise.resolve() }));
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

/** Lines that have made a client. */
const clients = new Set<string>();
const places = new Set<string>();

async function run(row: Row): Promise<Recorded> {
  const { clientIn } = jest.requireActual<typeof aws>("../../scripts/shared/aws-sdk");
  jest.mocked(aws.clientIn).mockImplementation((of) => {
    clients.add(linesOnStack()[0] ?? "");
    return clientIn(of);
  });
  jest.mocked(shared.terraformIn).mockReturnValue(terraformOf(row));
  jest
    .mocked(shared.runInTerminal)
    .mockImplementation((_folder, [command]) => Promise.resolve(command === "plan" ? "changes" : "succeeded"));
  const act = row.error === undefined ? row.act : () => expect(row.act()).rejects.toThrow(row.error);
  const found = await recorded(packages, answersOf(row), act);
  for (const place of found.places) places.add(place);
  return found;
}

/** Without the repetitions of one who waits. */
const once = (asked: readonly Asked[]): readonly Asked[] =>
  asked.filter((one, i) => JSON.stringify(one) !== JSON.stringify(asked[i - 1]));

test.each(rows)("$what asks AWS this and nothing else, in these Regions, as the caller", async (row) => {
  const { asked, keys } = await run(row);
  expect(once(asked)).toEqual(once(row.asked));
  expect([...keys]).toEqual(["the-caller"]);
});

test("every line that makes a client has made one here, with the settings of all clients", () => {
  const made = linesWith(commands, /\bnew \w+Client\(/g);
  expect(linesWith(commands, /\bnew \w+Client\(\s*(?:\{\s*\.\.\.)?clientIn\(/g)).toEqual(made);
  expect([...clients].sort()).toEqual(
    linesWith(commands, /(?<!function )\bclientIn\(/g)
      .map(({ at }) => at)
      .sort(),
  );
});

test("every operation that a file has was asked by it here", () => {
  const all = operationsOf(commands).map(({ file, name }) => `${file} ${name}`);
  expect([...places].sort()).toEqual([...new Set(all)].sort());
});
