import { aws, awsByCli, createNetwork, deleteNetwork, type Network } from "./support/aws";
import { expectNoChanges, expectOk, Project } from "./support/project";

const stack = "redis-dev";
const remote: Record<string, string> = {};
let network: Network;
let project: Project;

beforeAll(() => {
  network = createNetwork();
  project = new Project(network);
  Object.assign(remote, {
    STATE_BUCKET: `redis-e2e-state-${process.env.E2E_ACCOUNT_ID ?? ""}-${Date.now()}`,
    STATE_REGION: process.env.AWS_REGION ?? "ap-northeast-1",
  });
  awsByCli(
    ...["s3api", "create-bucket", "--bucket", remote.STATE_BUCKET ?? ""],
    ...["--create-bucket-configuration", `LocationConstraint=${remote.STATE_REGION ?? ""}`],
  );
  expectOk(project.synth(remote));
  expectOk(project.terraform(stack, ["init", "-input=false"], remote));
});

afterAll(() => {
  // When something failed before the cache was recovered.
  project.recover(stack, ["--yes"], remote);
  project.destroy(stack, remote);
  deleteNetwork(network);
  for (const key of [`${stack}.tfstate`, `${stack}.tfstate.tflock`])
    awsByCli("s3api", "delete-object", "--bucket", remote.STATE_BUCKET ?? "", "--key", key);
  awsByCli("s3api", "delete-bucket", "--bucket", remote.STATE_BUCKET ?? "");
  project.remove();
});

const groups = (): { ReplicationGroupCreateTime: string }[] =>
  (
    aws("elasticache", "describeReplicationGroups") as {
      ReplicationGroups: { ReplicationGroupCreateTime: string }[];
    }
  ).ReplicationGroups;
let born: string | undefined;

test("a first deploy that was killed leaves its lock, and recover names who holds it and the way out", async () => {
  await project.kill(stack, "apply", () => groups().length > 0, remote);
  born = groups()[0]?.ReplicationGroupCreateTime;
  expect(project.deploy(stack, remote).text).toContain("Error acquiring the state lock");

  const locked = project.recover(stack, ["--yes"], remote);
  expect(locked.ok).toBe(false);
  const [, id = ""] = /terraform -chdir=cdktf.out\/stacks\/redis-dev force-unlock (\S+)/.exec(locked.text) ?? [];
  expect(locked.text).toMatch(/locked by \S+@\S+ since/);
  expectOk(project.terraform(stack, ["force-unlock", "-force", id], remote));
});

test("everything is recovered, and a token that nobody knows is not taken for the one of the state", () => {
  const recovery = project.recover(stack, ["--yes"], remote);
  expectOk(recovery);
  expect(recovery.text).toContain("ROTATE_AUTH_STACK=redis-dev npx cdktf deploy redis-dev");

  const plain = project.deploy(stack, remote);
  expect(plain.ok).toBe(false);
  expect(plain.text).toContain("ROTATE_AUTH_STACK=redis-dev");
});

test("the token is rotated, and the next deploy is a plain one that replaces nothing", () => {
  const replacePassword = { TF_CLI_ARGS_apply: "-replace=random_password.redis_auth[0]" };
  expectOk(project.deploy(stack, { ...remote, ...replacePassword, ROTATE_AUTH_STACK: stack }));
  expectOk(project.deploy(stack, remote));
  expectNoChanges(project, stack, remote);
  expect(groups()[0]?.ReplicationGroupCreateTime).toBe(born);
});
