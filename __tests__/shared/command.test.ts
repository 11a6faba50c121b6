import { Command } from "commander";
import { argumentsOf, command, runProgram } from "../../scripts/shared/command";

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

describe("the arguments of a script", () => {
  /** Runs it; answers what its action got, and what was printed for a person. */
  async function run(program: Command, args: readonly string[]) {
    const before = process.exitCode;
    let printed = "";
    const got: unknown[] = [];
    const write = (text: string): void => {
      printed += text;
    };
    const all = [program, ...program.commands];
    for (const each of all) each.configureOutput({ writeOut: write, writeErr: write });
    (program.commands[0] ?? program)
      .argument("[words...]")
      .option("--flag")
      .action((words: string[], options: object) => {
        got.push([words, options]);
      });
    await runProgram(program, [...args]);
    const { exitCode } = process;
    process.exitCode = before;
    return { got, printed, exitCode };
  }
  const withCommand = (): Command => new Command("npm run").addCommand(new Command("deploy"));

  // npm removes the first --, other package managers do not.
  test.each<[() => Command, readonly string[], readonly unknown[]]>([
    [() => new Command("bench"), ["--", "a", "--flag"], [["a"], { flag: true }]],
    [() => new Command("bench"), ["a", "--flag"], [["a"], { flag: true }]],
    [() => new Command("bench"), ["a", "b", "--", "--flag"], [["a", "b", "--flag"], {}]],
    [withCommand, ["deploy", "--", "a", "--flag"], [["a"], { flag: true }]],
    [withCommand, ["deploy", "a", "--flag"], [["a"], { flag: true }]],
    [withCommand, ["deploy", "a", "--", "--flag"], [["a", "--flag"], {}]],
  ])("%# are the same without the first --: %j", async (program, args, expected) => {
    expect((await run(program(), args)).got).toEqual([expected]);
  });

  test.each<[string, () => Command, readonly string[]]>([
    ["an unknown option of a command", withCommand, ["deploy", "--typo"]],
    ["an unknown command", withCommand, ["typo"]],
    ["an unknown option of a script", () => new Command("bench"), ["--typo"]],
  ])("with %s do nothing, and fail with what to do", async (_what, program, args) => {
    const { got, printed, exitCode } = await run(program(), args);
    expect([got, exitCode]).toEqual([[], 1]);
    expect(printed).toMatch(/^error: unknown (option|command)[^]*\nAdd --help for what the command takes\.\n$/);
  });

  test("that ask for help succeed", async () => {
    expect((await run(withCommand(), ["deploy", "--help"])).exitCode).toBe(0);
  });

  test("are described as they are typed", async () => {
    expect((await run(new Command("bench"), ["--help"])).printed).toMatch(/^Usage: npm run bench /);
    expect((await run(withCommand(), ["deploy", "--help"])).printed).toMatch(/^Usage: npm run deploy /);
    expect((await run(withCommand(), ["--help"])).printed).toMatch(/^Usage: npm run \[options\]/);
  });

  test.each([
    [["node", "script"], []],
    [
      ["node", "script", "--", "npm", "test"],
      ["npm", "test"],
    ],
    [
      ["node", "script", "npm", "run", "a", "--", "b"],
      ["npm", "run", "a", "--", "b"],
    ],
  ])("of %j are %j", (argv, expected) => {
    expect(argumentsOf(argv)).toEqual(expected);
  });
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
