import { createNetwork, type Network } from "./support/aws";
import { destroyAll } from "./support/clean-up";
import { describeLab } from "./support/lab";
import { group } from "./support/live";
import { expectNoChanges, expectOk, Project } from "./support/project";
import { expectRefused } from "./support/refusing";
import { expectOnlySecretLetsIn, letIn, token } from "./support/token";

const stack = "redis-staging";
const cache = "staging-redis-cluster";
const valkey = { TF_VAR_engine: "valkey", TF_VAR_redis_version: "8.0" };
const withoutToken = { ...valkey, TF_VAR_enable_auth: "false" };
const rotate = { ...valkey, ROTATE_AUTH_STACK: stack };
const replacePassword = { ...valkey, TF_CLI_ARGS_apply: "-replace=random_password.redis_auth[0]" };
let network: Network;
let project: Project;

beforeAll(() => {
  network = createNetwork();
  project = new Project(network);
  expectOk(project.apply(stack, withoutToken));
});

afterAll(() => {
  destroyAll(project, network, { [stack]: valkey });
});

describe("a live cache without a token", () => {
  test("has no secret, and nothing to change", () => {
    expect(group(cache).AuthTokenEnabled).toBe(false);
    expect(project.outputs(stack).redis_auth_secret_arn?.value).toBe("");
    expectNoChanges(project, stack, withoutToken);
  });

  test("is not given one by a plain deploy, which would lock its clients out", () => {
    const plan = project.terraform(stack, ["plan"], valkey);
    expectRefused(plan, "ROTATE_AUTH_STACK=redis-staging npx cdktf deploy redis-staging");
  });

  test("is given one by a deploy, and its secret has it", () => {
    expectOk(project.apply(stack, rotate));
  });

  describeLab("while clients learn it", () => {
    test("lets them in with the token of the secret, and still without", async () => {
      await expect(letIn(cache, { "the secret's": token(project, stack) })).resolves.toEqual(["none", "the secret's"]);
    });
  });

  test("demands it after the next plain deploy", () => {
    expectOk(project.apply(stack, valkey));
    expectNoChanges(project, stack, valkey);
    expect(group(cache).AuthTokenEnabled).toBe(true);
  });

  describeLab("after that", () => {
    test("lets nobody in without the token of the secret", async () => {
      await expectOnlySecretLetsIn(project, stack, cache);
    });
  });
});

test("AUTH of a live cache is not turned off: refused at plan", () => {
  expectRefused(project.terraform(stack, ["plan"], withoutToken), "Set enable_auth = true");
});

describe("the token", () => {
  const known: Record<string, string> = {};

  test("is not replaced by accident: nothing reaches the cache or the secret, and the message says the way out", () => {
    known.old = token(project, stack);
    expectRefused(project.apply(stack, replacePassword));
    expectRefused(project.terraform(stack, ["plan"], valkey), "ROTATE_AUTH_STACK=redis-staging");
    expect(token(project, stack) === known.old).toBe(true);
  });

  describeLab("after that", () => {
    test("is still the one that the cache lets in", async () => {
      await expectOnlySecretLetsIn(project, stack, cache);
    });
  });

  test("is rotated: the secret has the new one", () => {
    expectOk(project.apply(stack, { ...rotate, ...replacePassword }));
    known.new = token(project, stack);
    expect(known.new === known.old).toBe(false);
  });

  describeLab("while clients change over", () => {
    test("both are let in, and nobody without", async () => {
      await expect(letIn(cache, known)).resolves.toEqual(["old", "new"]);
    });
  });

  test("is the only one after the next plain deploy", () => {
    expectOk(project.apply(stack, valkey));
    expectNoChanges(project, stack, valkey);
    expect(token(project, stack) === known.new).toBe(true);
  });

  describeLab("after that", () => {
    test("the old one is not let in any more", async () => {
      await expect(letIn(cache, known)).resolves.toEqual(["new"]);
    });
  });
});
