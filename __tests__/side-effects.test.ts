import { Lazy } from "cdktf";

test("importing the stacks and the app changes neither cdktf nor the environment variables", () => {
  const creationStack = () => Lazy.anyValue({ produce: () => "x" }).creationStack;
  const env = { ...process.env };
  jest.requireActual("../app");
  expect(process.env).toEqual(env);
  expect(creationStack()).not.toEqual([]);
});
