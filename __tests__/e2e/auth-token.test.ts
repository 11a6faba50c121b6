import { aws, createNetwork, type Network } from "./support/aws";
import { destroyAll } from "./support/clean-up";
import { describeLab, lab } from "./support/lab";
import { group } from "./support/live";
import { expectNoChanges, expectOk, Project } from "./support/project";

const stack = "redis-dev";
const cache = "dev-redis-cluster";
const rotate = { ROTATE_AUTH_STACK: stack };
const replacePassword = { TF_CLI_ARGS_apply: "-replace=random_password.redis_auth[0]" };
let network: Network;
let project: Project;

beforeAll(() => {
  network = createNetwork();
  project = new Project(network);
  expectOk(project.deploy(stack, { TF_VAR_enable_auth: "false" }));
});

afterAll(() => {
  destroyAll(project, network, { [stack]: {} });
});

const token = (): string => {
  const arn = String(project.outputs(stack).redis_auth_secret_arn?.value);
  const { SecretString } = aws("secretsmanager", "getSecretValue", { SecretId: arn }) as { SecretString: string };
  return (JSON.parse(SecretString) as { auth_token: string }).auth_token;
};

/** What the cache lets in, told without the tokens: "none" is a client without one. */
const letIn = async (known: Readonly<Record<string, string>>): Promise<string[]> => {
  const { auth_tokens: tokens } = await lab<{ auth_tokens: (string | null)[] }>("replication-group", {
    replicationGroupId: cache,
  });
  const names = Object.entries(known);
  return tokens.map((one) => (one === null ? "none" : (names.find(([, is]) => is === one)?.[0] ?? "an unknown one")));
};

describe("a live cache without a token", () => {
  test("has no secret, and nothing to change", () => {
    expect(group(cache).AuthTokenEnabled).toBe(false);
    expect(project.outputs(stack).redis_auth_secret_arn?.value).toBe("");
    expectNoChanges(project, stack, { TF_VAR_enable_auth: "false" });
  });

  test("is not given one by a plain deploy, which would lock its clients out", () => {
    const plan = project.terraform(stack, ["plan"]);
    expect(plan.ok).toBe(false);
    expect(plan.text).toContain("ROTATE_AUTH_STACK=redis-dev npx cdktf deploy redis-dev");
  });

  test("is given one in two deploys", () => {
    expectOk(project.deploy(stack, rotate));
    expectOk(project.deploy(stack));
    expectNoChanges(project, stack);
    expect(group(cache).AuthTokenEnabled).toBe(true);
  });

  describeLab("after that", () => {
    test("lets nobody in without the token of the secret", async () => {
      await expect(letIn({ "the secret's": token() })).resolves.toEqual(["the secret's"]);
    });
  });
});

test("AUTH of a live cache is not turned off: refused at plan", () => {
  const plan = project.terraform(stack, ["plan"], { TF_VAR_enable_auth: "false" });
  expect(plan.ok).toBe(false);
  expect(plan.text).toContain("Set enable_auth = true");
});

describe("the token", () => {
  const known: Record<string, string> = {};

  test("is not replaced by accident: nothing reaches the cache or the secret, and the message says the way out", () => {
    known.old = token();
    expect(project.deploy(stack, replacePassword).ok).toBe(false);
    const plan = project.terraform(stack, ["plan"]);
    expect(plan.ok).toBe(false);
    expect(plan.text).toContain("ROTATE_AUTH_STACK=redis-dev");
    expect(token() === known.old).toBe(true);
  });

  test("is rotated: the secret has the new one", () => {
    expectOk(project.deploy(stack, { ...rotate, ...replacePassword }));
    known.new = token();
    expect(known.new === known.old).toBe(false);
  });

  describeLab("while clients change over", () => {
    test("both are let in, and nobody without", async () => {
      await expect(letIn(known)).resolves.toEqual(["old", "new"]);
    });
  });

  test("is the only one after the next plain deploy", () => {
    expectOk(project.deploy(stack));
    expectNoChanges(project, stack);
    expect(token() === known.new).toBe(true);
  });

  describeLab("after that", () => {
    test("the old one is not let in any more", async () => {
      await expect(letIn(known)).resolves.toEqual(["new"]);
    });
  });
});
