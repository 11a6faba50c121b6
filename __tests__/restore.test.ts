import type { Snapshot } from "@aws-sdk/client-elasticache";
import { resolve } from "node:path";
import { options } from "../scripts/restore/options";
import { check } from "../scripts/restore/snapshots";

const planned = {
  region: "ap-northeast-1",
  name: "prod-redis",
  replicationGroupId: "prod-redis-cluster",
  engine: "redis",
  nodeType: "cache.r7g.large",
};
const good: Snapshot = {
  SnapshotName: "good",
  SnapshotStatus: "available",
  Engine: "redis",
  CacheNodeType: "cache.r7g.large",
  NodeSnapshots: [{}],
};

test("a snapshot that fits is restored, in place or not", () => {
  expect(() => {
    check(good, planned, true);
    check({ ...good, CacheNodeType: "cache.t4g.small" }, planned, false);
  }).not.toThrow();
});

test.each<[string, Snapshot, RegExp]>([
  ["is being created", { SnapshotStatus: "creating" }, /good is still being created\. Wait/],
  ["has failed", { SnapshotStatus: "failed" }, /good is failed, not available\. Write one/],
  ["is of another engine", { Engine: "valkey" }, /good was taken with valkey, and the cache would run redis\. Write/],
  ["has several shards", { NumNodeGroups: 2 }, /good was taken with cluster mode enabled/],
  ["is of another node type", { CacheNodeType: "cache.r7g.xlarge" }, /--var node_type=cache\.r7g\.xlarge/],
])("a snapshot that %s is refused", (_what, wrong, why) => {
  expect(() => {
    check({ ...good, ...wrong }, planned, true);
  }).toThrow(why);
});

test("options are read as a deploy's", () => {
  expect(options(["redis-dev", "--snapshot", "s", "--in-place", "--var=a=b", "--var-file", "dev.tfvars"])).toEqual({
    stack: "redis-dev",
    snapshot: "s",
    inPlace: true,
    autoApprove: false,
    values: ["--var=a=b", `--var-file=${resolve(process.env.INIT_CWD ?? "", "dev.tfvars")}`],
  });
});

test.each([
  [[], /One stack is to be named/],
  [["dev", "--snapshot", "s"], /One stack is to be named/],
  [["redis-dev", "redis-prod", "--snapshot", "s"], /One stack is to be named/],
  [["redis-dev"], /not said which snapshot/],
  [["redis-dev", "--snapshot", ""], /not said which snapshot/],
  [["redis-dev", "--snapshots", "s"], /Unknown option '--snapshots'.* Write: npm run restore/s],
])("options %j are refused with how to write them", (args, why) => {
  expect(() => options(args)).toThrow(why);
});
