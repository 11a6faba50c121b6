import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createdIn } from "../../scripts/maintain/bench-deploy/applied";
import { popularModule } from "../../scripts/maintain/bench-deploy/candidates";

const message = (type: string, seconds: number, address: string, action = "create"): string =>
  JSON.stringify({
    type,
    "@timestamp": `2026-01-01T00:00:${seconds.toFixed(3).padStart(6, "0")}000Z`,
    hook: { resource: { addr: address }, action },
  });

test("the times of a deploy count from the first resource, in the order in which they were finished", () => {
  const output = [
    '{"type":"version","@timestamp":"2026-01-01T00:00:00.000000Z"}',
    message("apply_start", 1, "data.aws_vpc.redis", "read"),
    message("apply_complete", 2, "data.aws_vpc.redis", "read"),
    message("apply_start", 3, "aws_sqs_queue.one"),
    message("apply_start", 5, "aws_sns_topic.two"),
    message("apply_complete", 6.5, "aws_sns_topic.two"),
    message("apply_complete", 33, "aws_sqs_queue.one"),
    "Terraform prints such lines as well",
  ].join("\n");
  expect(createdIn(output)).toEqual([
    { address: "aws_sns_topic.two", from: 2, to: 3.5 },
    { address: "aws_sqs_queue.one", from: 0, to: 30 },
  ]);
});

test("a folder without the module is refused, and one with it is called with the values of redis-dev", () => {
  const folder = mkdtempSync(join(tmpdir(), "module-"));
  try {
    expect(() => popularModule(join(folder, "call"), folder)).toThrow(/^Invalid --module .* Clone it, and pass its/);
    writeFileSync(join(folder, "CHANGELOG.md"), "# Changelog\n\n## [1.2.3](https://example.com) (2026-01-01)\n");
    writeFileSync(join(folder, "main.tf"), 'resource "aws_elasticache_replication_group" "this" {}');
    const { name, folder: call } = popularModule(join(folder, "call"), folder);
    expect(name).toBe("terraform-aws-modules/elasticache 1.2.3");
    expect(readFileSync(join(call, "main.tf"), "utf8")).toContain(`source = ${JSON.stringify(folder)}`);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
