import { command } from "../../scripts/shared/command";

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
