import { existsSync, readFileSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { runningLab } from "../../../scripts/commands/lab/running";
import { Server } from "../../../scripts/commands/lab/server";
import { labPythonOfEachTest, shownByEachTest } from "../../support/lab-python";

const python = labPythonOfEachTest();
const url = "http://127.0.0.1:5055";
const shown = shownByEachTest();

beforeEach(() => {
  process.env.AWS_REGION = "eu-west-1";
});

afterEach(() => {
  jest.restoreAllMocks();
});

/** Waits until it holds, for seconds at most. */
async function until(holds: () => boolean): Promise<void> {
  for (let i = 0; i < 200 && !holds(); i += 1) await setTimeout(25);
}

test.each([true, false])(
  "a lab that has started is found until it is stopped; its log is kept only where it may be needed: %j",
  async (keepLog) => {
    python.does({ serve: `echo starting >&2; echo ${url}; cat > /dev/null` });
    const server = await Server.start();
    expect(server).toMatchObject({ url, region: "eu-west-1" });
    expect(readFileSync(server.log, "utf8")).toBe("starting\n");
    expect(runningLab()).toBe(url);

    shown.text = "";
    server.stop(keepLog);
    expect(runningLab()).toBeUndefined();
    expect(existsSync(dirname(server.log))).toBe(keepLog);
    expect(shown.text).toBe(keepLog ? `starting\nThe lab's log: ${server.log}\n` : "");
    await setTimeout(200);
    expect(shown.text).not.toContain("stopped unexpectedly");
  },
);

test("a lab whose log somebody has deleted is stopped all the same", async () => {
  python.does({ serve: `echo ${url}; cat > /dev/null` });
  const server = await Server.start();
  rmSync(dirname(server.log), { recursive: true });
  server.stop(false);
  expect(runningLab()).toBeUndefined();
});

test.each([
  ["exit 3", "3"],
  ["kill -KILL $$", "SIGKILL"],
])("a lab that stops by itself says so, with its log: %s", async (end, how) => {
  python.does({ serve: `echo ${url}; sleep 0.1; ${end}` });
  const server = await Server.start();
  await until(() => shown.text.includes("stopped"));
  expect(shown.text).toContain(`The lab has stopped unexpectedly (${how}). Its log: ${server.log}\n`);
  server.stop(false);
});

// One that is busy reads its input late, and one that is stopping ignores signals.
test.each([
  ["by a signal", 'trap "touch $here/ended; exit" TERM; while :; do sleep 0.05; done'],
  ["by the end of its input", 'trap "" TERM; cat > /dev/null; touch "$here/ended"'],
])("a lab is ended %s", async (_how, serve) => {
  python.does({ serve: `trap "" PIPE; echo ${url}; ${serve}` });
  const server = await Server.start();
  await setTimeout(100);
  server.stop(false);
  const ended = (): boolean => existsSync(join(python.folder, "ended"));
  await until(ended);
  expect(ended()).toBe(true);
});

// Something that it has started has its output still, so that its end is known before that of its output.
test.each([
  ["exit 3", "exit code 3"],
  ["kill -KILL $$", "SIGKILL"],
])("a lab that does not start is refused with how it ended: %s", async (end, how) => {
  python.does({ serve: `sleep 0.3 & ${end}` });
  await expect(Server.start()).rejects.toThrow(`The lab did not start (${how}).`);
});

test("a lab that does not start is refused, with how it ended and the last 20 lines of its log", async () => {
  // It closes its output before it ends.
  python.does({ serve: "seq 30 >&2; exec 1>&-; sleep 0.2; exit 1" });
  await expect(Server.start()).rejects.toThrow(
    /^The lab did not start \(its output ended\)\. .*lab\.log:\n11\n12\n[^]*\n30$/,
  );
  expect(runningLab()).toBeUndefined();
});
