import { Command } from "commander";
import { command, runProgram } from "../../scripts/shared/command";

test("what a command throws is told without a stack trace, and its exit code is 1", async () => {
  const told = jest.spyOn(console, "error").mockImplementation(() => undefined);
  const before = process.exitCode;
  try {
    await command(() => Promise.reject(new Error("Write something else.")));
    await command(() => {
      throw new TypeError("x is not a function");
    });
    expect(told.mock.calls).toEqual([["Write something else."], ["TypeError: x is not a function"]]);
    expect(process.exitCode).toBe(1);
  } finally {
    process.exitCode = before;
    told.mockRestore();
  }
});

test("an error of AWS is explained for the command that was run", async () => {
  const told = jest.spyOn(console, "error").mockImplementation(() => undefined);
  const before = process.exitCode;
  const denied = Object.assign(new Error("not authorized to perform: states:StartExecution"), { name: "AccessDenied" });
  const failing = (name: string): Command =>
    new Command(name).argument("<stack>").action(() => {
      throw denied;
    });
  try {
    await runProgram(new Command().addCommand(failing("backup")).addCommand(failing("recover")), [
      "backup",
      "redis-dev",
    ]);
    expect(told.mock.calls).toEqual([[expect.stringContaining("npm run backup needs the policy operate")]]);
  } finally {
    process.exitCode = before;
    told.mockRestore();
  }
});

describe("a warning of Node.js", () => {
  test.each([
    ["about the code of cdktf is not shown", "DeprecationWarning", "DEP0044", []],
    ["about anything else is shown without a stack trace", "Warning", "OTHER", [["Warning: mind the gap"]]],
  ])("%s", async (_what, type, code, shown) => {
    const before = process.listeners("warning");
    const error = jest.spyOn(console, "error").mockImplementation();
    await command(() => {
      process.emit("warning", Object.assign(new Error("mind the gap"), { name: type, code }));
    });
    expect(error.mock.calls).toEqual(shown);
    process.removeAllListeners("warning");
    for (const listener of before) process.on("warning", listener);
  });
});
