import { aws, createNetwork, deleteNetwork, snapshotNames, type Network } from "./support/aws";
import { expectNoChanges, expectOk, Project } from "./support/project";

const stack = "redis-dev";
let network: Network;
let project: Project;

beforeAll(() => {
  network = createNetwork();
  project = new Project(network);
  expectOk(project.deploy(stack));
});

afterAll(() => {
  project.destroy(stack);
  deleteNetwork(network);
  project.remove();
});

const group = () => {
  const { ReplicationGroups } = aws("elasticache", "describe-replication-groups") as {
    ReplicationGroups: { ARN: string; ReplicationGroupCreateTime: string; SnapshottingClusterId: string }[];
  };
  const [only] = ReplicationGroups;
  if (only === undefined) throw new Error("There is no replication group.");
  return only;
};
const restoredFrom = (): string | undefined => {
  const { TagList } = aws("elasticache", "list-tags-for-resource", "--resource-name", group().ARN) as {
    TagList: { Key: string; Value: string }[];
  };
  return TagList.find(({ Key }) => Key === "RestoredFrom")?.Value;
};

test("in place: the cache is replaced by a restored one of the same name, what it held is in a final snapshot", () => {
  const { redis_endpoint: endpoint, final_snapshot_name: final } = project.outputs(stack);
  const before = group();
  aws(
    ...["elasticache", "create-snapshot", "--snapshot-name", "before-the-accident"],
    ...["--cache-cluster-id", before.SnapshottingClusterId],
  );

  expectOk(
    project.deploy(stack, {
      TF_CLI_ARGS_apply: "-replace=random_id.redis_final_snapshot",
      TF_VAR_restore_from_snapshot: "before-the-accident",
    }),
  );
  expect(restoredFrom()).toBe("before-the-accident");
  expect(group().ReplicationGroupCreateTime).not.toBe(before.ReplicationGroupCreateTime);
  expect(project.outputs(stack).redis_endpoint?.value).toBe(endpoint?.value);
  expect(snapshotNames()).toContain(final?.value);

  expectOk(project.deploy(stack));
  expectNoChanges(project, stack);
  expect(restoredFrom()).toBe("before-the-accident");
});

test("the cache is gone: deploying with the name of its final snapshot restores it", () => {
  const final = String(project.outputs(stack).final_snapshot_name?.value);
  expectOk(project.destroy(stack));

  expectOk(project.deploy(stack, { TF_VAR_restore_from_snapshot: final }));
  expect(restoredFrom()).toBe(final);
  expectOk(project.deploy(stack));
  expectNoChanges(project, stack);
});
