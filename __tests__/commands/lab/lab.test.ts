import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type * as commands from "../../../scripts/commands/lab/run";
import type * as server from "../../../scripts/commands/lab/server";
import type * as values from "../../../scripts/commands/lab/values-file";
import { environments } from "../../../stacks/environments";
import { runsScript } from "../../support/script";
import { terminalOfEachTest } from "../../support/terminal";

// npm run lab. How it starts and stops, and how a command is run: server.test.ts, run.test.ts.
jest.mock("node:readline/promises");
jest.mock("../../../scripts/shared/command", () => ({
  ...jest.requireActual<object>("../../../scripts/shared/command"),
  command: jest.fn(),
}));
jest.mock("../../../scripts/shared/terraform-binary", () => ({ requireTerraform: () => undefined }));
jest.mock("../../../scripts/commands/lab/server", () => ({ Server: { start: jest.fn() } }));
jest.mock("../../../scripts/commands/lab/run", () => ({ run: jest.fn(), interrupted: jest.fn() }));
jest.mock("../../../scripts/commands/lab/values-file", () => ({
  ...jest.requireActual<object>("../../../scripts/commands/lab/values-file"),
  writeValuesFile: jest.fn(),
}));

const terminal = terminalOfEachTest();
const running = { url: "http://127.0.0.1:5055", log: "/tmp/lab.log", region: "eu-west-1", stop: jest.fn() };
/** What the file has mocked, as the script gets it. */
const mocked = <Module extends object>(name: string) =>
  jest.mocked(jest.requireMock<Module>(`../../../scripts/commands/lab/${name}`));

/** Runs npm run lab; answers what was done, in order. */
async function lab(args: readonly string[], code = 0) {
  const done: string[] = [];
  const as =
    <Result>(what: string, result: Result) =>
    () => {
      done.push(what);
      return Promise.resolve(result);
    };
  jest.spyOn(process, "exit").mockImplementation((status) => {
    done.push(`exit ${String(status)}`);
    return undefined as never;
  });
  running.stop.mockImplementation((keepLog: boolean) => done.push(keepLog ? "stop, and keep the log" : "stop"));
  const environment = jest.fn();
  await runsScript(() => {
    mocked<typeof values>("values-file").writeValuesFile.mockImplementation(as("write the values", undefined));
    mocked<typeof server>("server").Server.start.mockImplementation(as("start", running as never));
    mocked<typeof commands>("run").interrupted.mockImplementation(as("wait", undefined));
    mocked<typeof commands>("run").run.mockImplementation((command, env) => {
      environment(env);
      return as(`run ${command.join(" ")}`, code)();
    });
    jest.requireActual("../../../scripts/commands/lab");
  }, args);
  return { done, environment };
}

test.each(["--help", "-h"])("%s shows how it is used, and starts nothing", async (option) => {
  const { done } = await lab([option]);
  expect(done).toEqual([]);
  expect(terminal.stdout).toMatch(/^Usage: npm run lab \[-- COMMAND\.\.\.\]/);
});

test("without a command it stays up until it is interrupted, and shows what to set in another terminal", async () => {
  const { done } = await lab([]);
  expect(done.slice(0, 5)).toEqual(["start", "write the values", "wait", "stop", "exit 0"]);
  expect(terminal.stdout).toContain("\n  export AWS_ENDPOINT_URL=http://127.0.0.1:5055\n");
  expect(terminal.stdout).toContain("\n  export AWS_REGION=eu-west-1\n");
});

test.each([
  [0, "stop"],
  [3, "stop, and keep the log"],
])(
  "a command is run against it; its exit code is passed on, and the log kept unless it is 0: %i",
  async (code, stopped) => {
    const { done, environment } = await lab(["--", "npm", "run", "test:e2e", "--", "vault"], code);
    expect(done).toEqual(["start", "write the values", "run npm run test:e2e -- vault", stopped]);
    expect(process.exitCode).toBe(code);
    expect(environment).toHaveBeenCalledWith(expect.objectContaining({ AWS_ENDPOINT_URL: "http://127.0.0.1:5055" }));
  },
);

describe("the values of a deploy into the lab", () => {
  const network = { vpcId: "vpc-1", cidr: "10.0.0.0/16", privateSubnetIds: ["subnet-1", "subnet-2"] };
  const { valuesFor, writeValuesFile } = jest.requireActual<typeof values>("../../../scripts/commands/lab/values-file");

  test("are those of a network in the Region of each environment", async () => {
    const folder = mkdtempSync(join(tmpdir(), "lab-values-"));
    const before = process.cwd();
    const asked: unknown[] = [];
    jest.spyOn(global, "fetch").mockImplementation((address, { body } = {}) => {
      asked.push([address, JSON.parse(body as string) as unknown]);
      return Promise.resolve(Response.json(network));
    });
    try {
      process.chdir(folder);
      await writeValuesFile("http://lab");
      const regions = [...new Set(Object.values(environments).map(({ region }) => region))];
      expect(asked).toEqual(regions.map((region) => ["http://lab/_lab/network", { region }]));
      expect(readdirSync(folder)).toEqual(["lab.tfvars"]);
      expect(readFileSync("lab.tfvars", "utf8")).toBe(valuesFor(network));
    } finally {
      process.chdir(before);
      rmSync(folder, { recursive: true });
    }
  });

  test("name the network, and turn the restore test on", () => {
    const lines = Object.fromEntries(
      valuesFor(network)
        .split("\n")
        .flatMap((line) => {
          const [, name, value = ""] = /^(\w+) += (.*)$/.exec(line) ?? [];
          return name === undefined ? [] : [[name, JSON.parse(value) as unknown]];
        }),
    );
    expect(lines).toMatchObject({
      ...{ vpc_id: "vpc-1", vpc_cidr: "10.0.0.0/16", private_subnet_ids: ["subnet-1", "subnet-2"] },
      enable_restore_test: true,
    });
  });
});
