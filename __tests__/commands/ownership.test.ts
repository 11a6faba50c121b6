import { isFromBefore, isOf } from "../../scripts/commands/recover/ownership";

const older = { Stack: "redis-dev", AuthTokenFingerprint: "a", BackupFloorDays: "7" };

test.each<[what: string, tags: Readonly<Record<string, string>>, isOlder: boolean, expected: boolean]>([
  ["the stack's tag", { RedisBackupStack: "redis-dev" }, false, true],
  ["the tag of a stack whose name begins with the stack's", { RedisBackupStack: "redis-dev-eu" }, false, false],
  ["the tag of a stack whose name ends with the stack's", { RedisBackupStack: "eu-redis-dev" }, false, false],
  ["the tag of another stack", { RedisBackupStack: "redis-prod", Stack: "redis-dev" }, true, false],
  ["no tag", {}, true, false],
  ["somebody's tag Stack", { Stack: "redis-dev", ManagedBy: "Terraform" }, false, false],
  ["the tag Stack, beside a cache of a version that wrote no other", { Stack: "redis-dev" }, true, true],
  ["the tag Stack of another stack, beside such a cache", { Stack: "redis-prod" }, true, false],
  [
    "the tag Stack of one whose name begins with the stack's, beside such a cache",
    { Stack: "redis-dev-eu" },
    true,
    false,
  ],
  [
    "the tag Stack of one whose name ends with the stack's, beside such a cache",
    { Stack: "eu-redis-dev" },
    true,
    false,
  ],
])("what has %s", (_what, tags, isOlder, expected) => {
  expect(isOf("redis-dev", tags, isOlder)).toBe(expected);
});

test.each<[what: string, tags: Readonly<Record<string, string>>, expected: boolean]>([
  ["a version before RedisBackupStack", older, true],
  ["this version", { ...older, RedisBackupStack: "redis-dev" }, false],
  ["another tool, which was given a floor for the backup policy", { Stack: "redis-dev", BackupFloorDays: "7" }, false],
])("a cache deployed by %s", (_what, tags, expected) => {
  expect(isFromBefore(tags)).toBe(expected);
});
