import fs, { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { interrupted, run } from "../../../scripts/commands/lab/run";

const folder = mkdtempSync(join(tmpdir(), "lab-run-"));
const env = { PATH: process.env.PATH };

afterEach(() => {
  jest.restoreAllMocks();
});

afterAll(() => {
  rmSync(folder, { recursive: true });
});

test.each<[string, string, number]>([
  ["succeeds", "exit 0", 0],
  ["fails", "exit 3", 3],
  ["is ended by a signal", "kill -TERM $$", 128 + 15],
])("a command that %s has the exit code that a shell would report: %s", async (_how, script, code) => {
  await expect(run(["sh", "-c", script], env)).resolves.toBe(code);
});

test("a command that does not exist has the exit code 127, and is named", async () => {
  const shown = jest.spyOn(process.stderr, "write").mockReturnValue(true);
  await expect(run(["no-such-command", "a"], env)).resolves.toBe(127);
  expect(shown.mock.calls.join("")).toMatch(/^no-such-command could not be run: .*ENOENT/);
});

test("a command gets the environment of the lab, and no other", async () => {
  await expect(
    run(["sh", "-c", 'test "$AWS_ENDPOINT_URL" = http://lab -a -z "$HOME"'], {
      ...env,
      AWS_ENDPOINT_URL: "http://lab",
    }),
  ).resolves.toBe(0);
});

// In a terminal, Ctrl-C reaches the command by itself, and a second one would have Terraform give up what it is doing.
test.each<[NodeJS.Signals, boolean, boolean]>([
  ["SIGTERM", true, true],
  ["SIGHUP", true, true],
  ["SIGTERM", false, true],
  ["SIGINT", false, true],
  ["SIGINT", true, false],
])("%s goes on to the command, with a terminal %j: %j", async (signal, hasTerminal, expected) => {
  const open = fs.openSync.bind(fs);
  jest.spyOn(fs, "openSync").mockImplementation((path, ...flags) => {
    if (path !== "/dev/tty") return open(path, ...flags);
    if (hasTerminal) return open("/dev/null", ...flags);
    throw new Error("ENXIO");
  });
  const ready = join(folder, `${signal}-${String(hasTerminal)}`);
  const waits = "i=0; while [ $i -lt 4 ]; do sleep 0.1; i=$((i + 1)); done";
  const command = run(["sh", "-c", `trap "exit 9" INT TERM HUP; touch ${ready}; ${waits}; exit 0`], env);
  while (!existsSync(ready)) await setTimeout(20);
  process.emit(signal, signal);
  await expect(command).resolves.toBe(expected ? 9 : 0);
  expect(process.listenerCount(signal)).toBe(0);
});

test.each<NodeJS.Signals>(["SIGINT", "SIGTERM", "SIGHUP"])("the lab stays up until %s", async (signal) => {
  jest.spyOn(global, "setInterval").mockReturnValue(0 as never);
  const ended = jest.fn();
  const waiting = interrupted().then(ended);
  await setTimeout(10);
  expect(ended).not.toHaveBeenCalled();
  // Nothing else keeps the process alive.
  expect(setInterval).toHaveBeenCalledTimes(1);
  process.emit(signal, signal);
  await waiting;
  process.removeAllListeners(signal);
});
