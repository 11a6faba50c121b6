import { explain, Refusal, TerraformFailure, unlessNotFound } from "../../scripts/shared/aws-sdk";

const named = (name: string, message: string): Error => Object.assign(new Error(message), { name });
const { AWS_PROFILE: before } = process.env;

afterEach(() => {
  if (before === undefined) delete process.env.AWS_PROFILE;
  else process.env.AWS_PROFILE = before;
});

test.each([
  ["ExpiredTokenException", "expired", "Invalid AWS credentials: AWS does not accept them"],
  ["AccessDenied", "not authorized to perform elasticache:Describe", "The credentials lack a permission"],
  ["Error", "Region is missing", "Missing Region: pass --region"],
  ["Error", "getaddrinfo ENOTFOUND x", "AWS could not be reached"],
  ["ThrottlingException", "Rate exceeded", "Run the command again in a few minutes."],
])("%s (%s) is explained", (name, message, words) => {
  expect(explain(named(name, message))).toContain(words);
});

test.each(["KMSAccessDeniedException", "NotUnauthorizedOperation", "UnexpiredExpiredToken", "AnInvalidSignature"])(
  "%s is another error than the one whose name it contains, and shown as it is",
  (name) => {
    expect(explain(named(name, "no key"))).toBe(`${name}: no key`);
  },
);

test("what is thrown and is no error is shown as it is", () => {
  expect(explain("a text")).toBe("a text");
});

test("where AWS could not be reached, the message says why, or at least the name of the error", () => {
  expect(explain(named("Error", "connect ECONNREFUSED 127.0.0.1:1"))).toMatch(
    /^AWS could not be reached \(connect ECONNREFUSED 127\.0\.0\.1:1\)\./,
  );
  expect(explain(named("TimeoutError", ""))).toMatch(/^AWS could not be reached \(TimeoutError\)\./);
});

describe("what is looked for in AWS", () => {
  test.each(["ReplicationGroupNotFoundFault", "CacheSubnetGroupNotFoundFault", "NotFound"])(
    "is not there when AWS says so: %s",
    async (name) => {
      await expect(unlessNotFound(() => Promise.reject(named(name, "none")))).resolves.toBeUndefined();
    },
  );

  test.each(["AccessDenied", "TimeoutError", "NotFoundException2"])(
    "may be there when AWS says anything else: %s",
    async (name) => {
      await expect(unlessNotFound(() => Promise.reject(named(name, "no")))).rejects.toMatchObject({ name });
    },
  );

  test("is there when it is found", async () => {
    await expect(unlessNotFound(() => Promise.resolve("it"))).resolves.toBe("it");
  });
});

test.each<[string, RegExp]>([
  ["backup", /npm run backup needs the policy operate, and state-plan as well where the state is in S3 \(docs\/permis/],
  ["deploy", /needs the policies plan, deploy-cache, deploy-workflows, deploy-alerts, and deploy-vault, and state-dep/],
  ["adopt", /npm run adopt needs the AWS managed policy ReadOnlyAccess \(docs\/permissions\.md\)\.$/],
  ["e2e", /Use credentials that have it\. docs\/permissions\.md lists what each command needs\.$/],
])("a missing permission of npm run %s names the policies that it needs", (command, words) => {
  const denied = named("AccessDeniedException", "not authorized to perform: states:StartExecution");
  expect(explain(denied, command)).toMatch(words);
  expect(explain(denied, command)).toContain("(not authorized to perform: states:StartExecution)");
});

test.each([
  ["state-deploy", ["deploy", "destroy", "restore", "recover"]],
  ["state-plan", ["diff", "backup", "restore-test", "vault-copy"]],
])("%s is what the commands need that write the state, or only read it: %j", (policy, commands) => {
  for (const command of commands)
    expect(explain(named("AccessDenied", "no"), command)).toContain(`, and ${policy} as well where the state is in S3`);
});

test("a restore needs what a deploy does, and its own policy", () => {
  const needs = (command: string): string[] =>
    /needs the policies (.*), and state/
      .exec(explain(named("AccessDenied", "no"), command))?.[1]
      ?.split(/, (?:and )?/) ?? [];
  expect(needs("restore")).toEqual([...needs("deploy"), "restore"]);
  expect(needs("destroy")).toEqual(needs("deploy"));
});

test("a permission that Terraform lacks, for the state too, names the policies; one that a workflow lacks does not", () => {
  const text = "terraform init failed:\n\nError: operation error S3: ListObjectsV2, api error AccessDenied: no";
  expect(explain(new TerraformFailure(text), "backup")).toBe(
    `${text}\n\nnpm run backup needs the policy operate, and state-plan as well where the state is in S3 (docs/permissions.md).`,
  );
  const ended = "The execution ended as FAILED: ElastiCache.AccessDenied. The role is not authorized to perform: x";
  expect(explain(new Refusal(ended), "backup")).toBe(ended);
  expect(explain(new TerraformFailure("terraform init failed:\n\nno network"), "backup")).not.toContain("polic");
});

test("a HEAD request that S3 denies is a missing permission, although its answer does not say so", () => {
  // What the AWS SDK makes of an answer without a body.
  const denied = Object.assign(named("Unknown", "UnknownError"), { $metadata: { httpStatusCode: 403 } });
  expect(explain(denied, "restore")).toMatch(
    /^The credentials lack a permission \(S3 does not say which\)\. npm run restore needs the policies plan/,
  );
  const other = Object.assign(named("Unknown", "UnknownError"), { $metadata: { httpStatusCode: 400 } });
  expect(explain(other, "restore")).toBe("Unknown: UnknownError");
});

test("missing credentials are not mistaken for a profile that does not exist", () => {
  const error = named("CredentialsProviderError", "Could not resolve credentials using profile: [typo]");
  delete process.env.AWS_PROFILE;
  expect(explain(error)).toMatch(/^Missing AWS credentials\. Log in/);
  process.env.AWS_PROFILE = "typo";
  expect(explain(error)).toMatch(/^Invalid AWS_PROFILE "typo": .* aws sso login --profile typo\.$/);
});

test("a fault of AWS itself is explained", () => {
  const fault = Object.assign(named("InternalFailure", "Oops"), { $metadata: { httpStatusCode: 500 } });
  expect(explain(fault)).toBe("AWS could not answer (InternalFailure: Oops). Run the command again in a few minutes.");
});
