import { printResult, progress, tellerOf } from "../../scripts/shared/result";

/** What was written, by where. */
let written: { readonly stdout: unknown[][]; readonly stderr: unknown[][] };

beforeEach(() => {
  written = { stdout: [], stderr: [] };
  jest.spyOn(console, "log").mockImplementation((...all) => written.stdout.push(all));
  jest.spyOn(console, "error").mockImplementation((...all) => written.stderr.push(all));
});

afterEach(() => {
  jest.restoreAllMocks();
});

test("the result is JSON for scripts, a text for people, and nothing where people have read it already", () => {
  const result = { stack: "redis-dev", changes: [1] };
  printResult({ json: true }, result, "a text");
  printResult({ json: true }, result);
  printResult({}, result, "a text");
  printResult({ json: false }, result, "");
  expect(written).toEqual({
    stdout: [[JSON.stringify(result, null, 2)], [JSON.stringify(result, null, 2)], ["a text"], [""]],
    stderr: [],
  });
  printResult({}, result);
  expect(written.stdout).toHaveLength(4);
});

test("with --json, stdout has the result alone; what a command is doing is never on it", () => {
  tellerOf({ json: true })("a message");
  tellerOf({})("a message");
  tellerOf({ json: false })("another");
  progress("Reading");
  expect(written).toEqual({ stdout: [["a message"], ["another"]], stderr: [["a message"], ["Reading ..."]] });
});
