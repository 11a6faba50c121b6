import { deploy } from "../../../scripts/commands/deploy/deploy";
import { notFound, region, type Row } from "./row";

const destroyed = (address: string, before: object) => ({
  ...{ address, mode: "managed", type: address.split(".")[0] },
  change: { actions: ["delete"], before, after: null },
});

export const rows: readonly Row[] = [
  {
    what: "destroying a vault, and a stack with a restored test cache",
    terraform: {
      show: JSON.stringify({
        resource_changes: [
          destroyed("aws_s3_bucket.vault", { bucket: "the-vault" }),
          destroyed("aws_security_group.restore_test", { name: "prod-redis-restore-test-sg" }),
        ],
      }),
    },
    answers: { ListObjectVersions: () => ({}), DescribeReplicationGroups: notFound("ReplicationGroup") },
    act: () => deploy({ stack: "redis-prod", values: [], autoApprove: true }, "destroy"),
    asked: [
      [region.stack, "ListObjectVersions", { Bucket: "the-vault", MaxKeys: 1 }],
      [region.stack, "DescribeReplicationGroups", { ReplicationGroupId: "prod-redis-restore-test" }],
    ],
  },
];
