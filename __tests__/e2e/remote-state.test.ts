import { aws, awsByCli } from "./support/aws";
import { expectNoChanges, expectOk } from "./support/project";
import { expectClientsLetIn, expectLetIn, expectNothingLeft, Patient } from "./support/recovery";
import { expectRefused } from "./support/refusing";
import { expectRestored } from "./support/restoring";

/** The state is in S3, which keeps a lock for the run that died. */
const remote: Record<string, string> = {};
let dev: Patient;
let born: string | undefined;

beforeAll(() => {
  dev = new Patient("dev");
  Object.assign(remote, {
    STATE_BUCKET: `redis-e2e-state-${process.env.E2E_ACCOUNT_ID ?? ""}-${Date.now()}`,
    STATE_REGION: process.env.AWS_REGION ?? "ap-northeast-1",
  });
  awsByCli(
    ...["s3api", "create-bucket", "--bucket", remote.STATE_BUCKET ?? ""],
    ...["--create-bucket-configuration", `LocationConstraint=${remote.STATE_REGION ?? ""}`],
  );
  dev.synth(remote);
});

afterAll(() => {
  const remove = (file: string): unknown =>
    awsByCli("s3api", "delete-object", "--bucket", remote.STATE_BUCKET ?? "", "--key", `${dev.stack}.${file}`);
  // When something failed before the lock was ended.
  remove("tfstate.tflock");
  dev.cleanUp(remote);
  remove("tfstate");
  awsByCli("s3api", "delete-bucket", "--bucket", remote.STATE_BUCKET ?? "");
});

test("a first deploy that was killed leaves its lock, and recover names who holds it and the way out", async () => {
  await dev.project.kill(dev.stack, "apply", () => dev.cache() !== undefined, remote);
  born = dev.born();
  expectRefused(dev.apply(remote), /Error acquiring the state lock/);

  const locked = dev.project.recover(dev.stack, ["--yes"], remote);
  expectRefused(locked, /locked by \S+@\S+ since/);
  const [, id = ""] = /terraform -chdir=cdktf.out\/stacks\/redis-dev force-unlock (\S+)/.exec(locked.text) ?? [];
  expectOk(dev.project.terraform(dev.stack, ["force-unlock", "-force", id], remote));
});

test("everything is recovered, and a token that nobody knows is not taken for the one of the state", () => {
  const recovery = dev.project.recover(dev.stack, ["--yes"], remote);
  expectOk(recovery);
  expect(recovery.text).toContain("ROTATE_AUTH_STACK=redis-dev npm run deploy -- redis-dev");
  // The plan does not know the token that it would make.
  expectRefused(dev.apply(remote), /ROTATE_AUTH_STACK=redis-dev/);
});

test("the token is rotated, and the next deploy is a plain one that replaces nothing", async () => {
  expectOk(dev.project.deploy(dev.stack, { ...remote, ROTATE_AUTH_STACK: dev.stack }));
  await expectLetIn(dev, ["an unknown one", "new"], { new: dev.token() });
  expectOk(dev.project.apply(dev.stack, remote));
  expectNoChanges(dev.project, dev.stack, remote);
  await expectClientsLetIn(dev);
  expect(dev.born()).toBe(born);
});

test("the cache is deleted by hand: a deploy would create an empty one, and restore brings back what it held", async () => {
  const [snapshot, token] = ["e2e-by-hand", dev.token()];
  aws("elasticache", "deleteReplicationGroup", {
    ReplicationGroupId: dev.cacheId,
    FinalSnapshotIdentifier: snapshot,
  });
  await dev.until(undefined);
  expect(dev.plan(remote).text).toContain("aws_elasticache_replication_group.redis will be created");

  const restore = dev.project.restore(dev.stack, ["--snapshot", snapshot], remote);
  expectOk(restore);
  expect(restore.text).toContain(`${snapshot} is restored. A plain deploy changes nothing.`);
  await expectRestored(dev.cacheId, snapshot);
  expect(dev.token() === token).toBe(true);
  await expectClientsLetIn(dev);
});

test("a destroy leaves nothing behind", () => {
  expectOk(dev.project.takeDown(dev.stack, remote));
  expectNothingLeft(dev);
});
