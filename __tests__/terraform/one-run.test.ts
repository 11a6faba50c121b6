import { oneRun } from "../../stacks/terraform/one-run";

test("a plain deploy may do nothing special", () => {
  expect(oneRun("redis-prod", {})).toEqual({ upgrade: false, rotateAuth: false, unprotect: false });
});

test.each([
  ["UPGRADE_STACK", "upgrade"],
  ["ROTATE_AUTH_STACK", "rotateAuth"],
  ["UNPROTECT_STACK", "unprotect"],
])("%s allows it for the stack it names, and no other", (variable, permission) => {
  expect(oneRun("redis-prod", { [variable]: "redis-prod" })).toHaveProperty(permission, true);
  expect(oneRun("redis-prod", { [variable]: "redis-dev" })).toHaveProperty(permission, false);
  expect(oneRun("redis-prod", { [variable]: "" })).toHaveProperty(permission, false);
});

test.each(["true", "1", "prod", "redis-prod,redis-dev", "Redis-prod"])("%j names no stack and is refused", (value) => {
  expect(() => oneRun("redis-prod", { UPGRADE_STACK: value })).toThrow(/UPGRADE_STACK=redis-prod/);
});
