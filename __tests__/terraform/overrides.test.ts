import { InputError } from "../../stacks/terraform/input-error";
import { RequestedOverrides } from "../../stacks/terraform/overrides";

const none = { upgrade: false, rotateAuth: false, unprotect: false };

test("a plain deploy overrides nothing", () => {
  expect(new RequestedOverrides({}).for("redis-prod")).toEqual(none);
});

describe.each([
  ["UPGRADE_STACK", "upgrade"],
  ["ROTATE_AUTH_STACK", "rotateAuth"],
  ["UNPROTECT_STACK", "unprotect"],
])("%s", (variable, override) => {
  test.each(["redis-prod", "Sessions_2", "x"])("is for the stack it names, %s, and no other", (name) => {
    const requested = new RequestedOverrides({ [variable]: name });
    expect(requested.for(name)).toEqual({ ...none, [override]: true });
    for (const other of ["another", `${name}-eu`, `${name}2`, `my-${name}`])
      expect({ [other]: requested.for(other) }).toEqual({ [other]: none });
    expect(() => {
      requested.refuseUnknownStacks();
    }).not.toThrow();
  });

  const refuse = (value: string) => () => {
    const requested = new RequestedOverrides({ [variable]: value });
    for (const stack of ["redis-dev", "redis-prod"]) requested.for(stack);
    requested.refuseUnknownStacks();
  };

  test.each(["redis-pord", "true", "redis-prod,redis-dev", "Redis-prod"])("%j is refused with the stacks", (value) => {
    expect(refuse(value)).toThrow(InputError);
    expect(refuse(value)).toThrow(
      `Invalid ${variable} "${value}": this app has no such stack with a cache. Set it to one of redis-dev, redis-prod.`,
    );
  });

  test("set to nothing is not set", () => {
    expect(refuse("")).not.toThrow();
  });
});

test("a stack that supports some of the overrides gets no other, and is refused with it", () => {
  const requested = new RequestedOverrides({ UNPROTECT_STACK: "redis-vault", UPGRADE_STACK: "redis-vault" });
  requested.for("redis-prod");
  expect(requested.for("redis-vault", ["unprotect"])).toEqual({ ...none, unprotect: true });
  expect(() => {
    requested.refuseUnknownStacks();
  }).toThrow(/^Invalid UPGRADE_STACK "redis-vault": .* Set it to one of redis-prod\.$/);
});
