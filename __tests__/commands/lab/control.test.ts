import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { controlCalls, request, type ControlCall } from "../../../scripts/commands/lab/control-calls";
import { anyLab, register, runningLab, unregister } from "../../../scripts/commands/lab/running";
import { labPythonOfEachTest } from "../../support/lab-python";
import { runsScript } from "../../support/script";
import { terminalOfEachTest } from "../../support/terminal";

// npm run lab:control. What the calls do: lab/tests.
jest.mock("node:readline/promises");
jest.mock("../../../scripts/shared/command", () => ({
  ...jest.requireActual<object>("../../../scripts/shared/command"),
  command: jest.fn(),
}));

const python = labPythonOfEachTest();
const terminal = terminalOfEachTest();
const control = (...args: readonly string[]): Promise<void> =>
  runsScript(() => jest.requireActual("../../../scripts/commands/lab-control"), args);

const region = { name: "region", type: "str", required: true } as const;
const calls: readonly ControlCall[] = [
  {
    name: "failover",
    summary: "Fails a primary over",
    help: "Fails a primary over, as AWS does.",
    parameters: [{ name: "replicationGroupId", type: "str", required: true }, region],
  },
  { name: "age", summary: "Ages everything", help: "Ages everything.", parameters: [region] },
];

let server: Server;
let url: string;
/** What the lab was asked, in order: the call and its body. */
let asked: (readonly [path: string | undefined, body: string])[];
/** What it answers to a call; to an empty name, which calls there are. */
let answers: Record<string, readonly [status: number, body: object]>;

beforeEach(async () => {
  jest.spyOn(process.stderr, "write").mockReturnValue(true);
  asked = [];
  answers = { "/_lab/": [200, calls], "/_lab/failover": [200, { Status: "modifying" }] };
  server = createServer((request, response) => {
    let body = "";
    request.on("data", (piece) => (body += String(piece)));
    request.on("end", () => {
      asked.push([request.url, body]);
      const [status, answer] = answers[request.url ?? ""] ?? [404, {}];
      response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(answer));
    });
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

afterEach(async () => {
  server.closeAllConnections();
  await new Promise((done) => server.close(done));
});

describe("which lab is asked which control calls there are", () => {
  test("is the one that LAB_URL names, or else any that runs", () => {
    expect(anyLab()).toBeUndefined();
    register({ url, log: "", region: "eu-west-1", pid: process.pid });
    expect(anyLab()).toBe(url);
    process.env.LAB_URL = "http://127.0.0.1:1";
    expect(anyLab()).toBe("http://127.0.0.1:1");
    process.env.LAB_URL = "";
    expect(anyLab()).toBe(url);
    expect(runningLab()).toBe(url);
    register({ url: "http://127.0.0.1:2", log: "", region: "eu-west-1", pid: process.ppid });
    expect([url, "http://127.0.0.1:2"]).toContain(anyLab());
    unregister(process.pid);
    unregister(process.ppid);
  });

  test("where none runs, they are those of this checkout", async () => {
    python.does({ describe: `echo '${JSON.stringify(calls)}'` });
    await expect(controlCalls(undefined)).resolves.toEqual(calls);
    python.does({ describe: "echo the reason >&2; exit 1" });
    await expect(controlCalls(undefined)).rejects.toThrow("the reason");
  });

  test("where one runs, they are its own, and Python is not needed", async () => {
    await expect(controlCalls(url)).resolves.toEqual(calls);
    expect([asked, python.runs()]).toEqual([[["/_lab/", "{}"]], []]);
  });
});

describe("what the lab answers", () => {
  test("is the result of a call", async () => {
    await expect(request(url, "failover", { replicationGroupId: "cache" })).resolves.toEqual({ Status: "modifying" });
    expect(asked).toEqual([["/_lab/failover", '{"replicationGroupId":"cache"}']]);
  });

  test.each([
    [{ error: "There is no such cache." }, "failover failed: There is no such cache."],
    [{ message: "?" }, 'failover failed: {"message":"?"}'],
  ])("with an error is refused with its reason: %j", async (answer, message) => {
    answers["/_lab/failover"] = [400, answer];
    await expect(request(url, "failover", {})).rejects.toThrow(message);
  });

  test("where nothing answers, the command that starts one is named", async () => {
    await expect(request("http://127.0.0.1:1", "failover", {})).rejects.toThrow(
      "No lab answers at http://127.0.0.1:1. Start one in another terminal: npm run lab",
    );
  });
});

describe("npm run lab:control", () => {
  beforeEach(() => {
    process.env.LAB_URL = url;
  });

  test.each([[[]], [["--help"]], [["-h"]], [["--help", "failover"]]])(
    "%j lists the calls, and does none",
    async (args) => {
      await control(...args);
      expect(terminal.stdout).toMatch(/^Usage: npm run lab:control -- CALL/);
      expect(terminal.stdout).toContain("\n  failover  Fails a primary over\n  age       Ages everything\n");
      expect(asked).toEqual([["/_lab/", "{}"]]);
    },
  );

  test.each([
    [
      ["failover", "--help"],
      "Fails a primary over, as AWS does.\n\nUsage: npm run lab:control -- failover <replication-group-id> [--region=…]\n",
    ],
    [["age", "-h"], "Ages everything.\n\nUsage: npm run lab:control -- age [--region=…]\n"],
  ])("%j describes the call, and does not do it", async (args, text) => {
    await control(...args);
    expect(terminal.stdout).toBe(text);
    expect(asked).toEqual([["/_lab/", "{}"]]);
  });

  test("has the lab do a call, and shows its answer with JSON inside of JSON as what it says", async () => {
    answers["/_lab/failover"] = [
      200,
      { Status: "modifying", Count: 2, output: '{"a":[1]}', text: "{not JSON", input: "" },
    ];
    await control("failover", "cache", "--region=eu-west-1");
    expect(asked.slice(1)).toEqual([["/_lab/failover", '{"replicationGroupId":"cache","region":"eu-west-1"}']]);
    expect(JSON.parse(terminal.stdout)).toEqual({
      ...{ Status: "modifying", Count: 2, output: { a: [1] }, text: "{not JSON", input: "" },
    });
  });

  test.each(["fail-over", "fail", "failover2"])(
    "refuses %s, which is no call, with those that there are",
    async (name) => {
      await expect(control(name, "cache")).rejects.toThrow(
        `Unknown control call "${name}". Choose one of failover, age.`,
      );
      expect(asked).toEqual([["/_lab/", "{}"]]);
    },
  );

  test("refuses several labs, of which a call would reach any, but not to describe their calls", async () => {
    delete process.env.LAB_URL;
    register({ url, log: "", region: "eu-west-1", pid: process.pid });
    register({ url, log: "", region: "eu-west-1", pid: process.ppid });
    await expect(control("failover", "cache")).rejects.toThrow(/^Several labs are running/);
    await control("failover", "--help");
    expect(terminal.stdout).toContain("as AWS does.");
  });

  test("without a lab says how to start one, and describes the calls of this checkout all the same", async () => {
    delete process.env.LAB_URL;
    await expect(control("failover", "cache")).rejects.toThrow(
      "No lab is running. Start one in another terminal: npm run lab",
    );
    python.does({ describe: `echo '${JSON.stringify(calls)}'` });
    await control();
    await control("age", "--help");
    expect(terminal.stdout).toMatch(
      /\n {2}failover {2}Fails[^]*Ages everything\.\n\nUsage: npm run lab:control -- age/,
    );
    expect(asked).toEqual([]);
  });
});
