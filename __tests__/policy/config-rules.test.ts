import { ConfigConfigRule } from "@cdktf/provider-aws/lib/config-config-rule";
import { App } from "cdktf";
import { PolicyStack } from "../../stacks/backup-policy-stack";
import { annotationsOf } from "../../stacks/terraform/annotation";
import { synthesize } from "../support/synthesize";

/** The `count` of each rule of AWS Config, and of EventBridge if there were any, of a stack for a Region. */
function counts(region: string): Readonly<Record<string, unknown>> {
  const { resource } = synthesize((app) => new PolicyStack(app, "policy", { region }));
  return Object.fromEntries(
    Object.entries(resource)
      .filter(([type]) => /^aws_(config|cloudwatch_event)_/.test(type))
      .flatMap(([type, blocks]) => Object.entries(blocks).map(([name, { count }]) => [`${type}.${name}`, count])),
  );
}

const on = "${var.enable_config_rules ? 1 : 0}";

test.each(["ap-northeast-1", "cn-north-1", "ap-east-2"])(
  "the HCL of a stack in %s says why a rule is not there, and nothing of one that is",
  (region) => {
    const stack = new PolicyStack(new App(), "policy", { region });
    const rules = stack.node.findAll().filter((element) => element instanceof ConfigConfigRule);
    const found = rules.map((rule) => [rule.node.id, annotationsOf(rule).get("count")]);
    const given = counts(region);
    const reason = expect.stringMatching(`^AWS Config does not have \\w+ in ${region}$`) as unknown;
    expect(Object.fromEntries(found)).toEqual(
      Object.fromEntries(Object.entries(given).map(([rule, count]) => [rule, count === 0 ? reason : undefined])),
    );
  },
);

describe("AWS Config's rules are deployed where AWS Config has them", () => {
  test.each([
    // Regions that neither page excludes.
    ["ap-northeast-1", { retention: on, enabled: on }],
    ["us-gov-west-1", { retention: on, enabled: on }],
    // Excluded by the page of ELASTICACHE_AUTOMATIC_BACKUP_CHECK_ENABLED alone: Beijing, Ningxia, Calgary, Mexico, New Zealand.
    ["cn-north-1", { retention: on, enabled: 0 }],
    ["cn-northwest-1", { retention: on, enabled: 0 }],
    ["ca-west-1", { retention: on, enabled: 0 }],
    ["mx-central-1", { retention: on, enabled: 0 }],
    ["ap-southeast-6", { retention: on, enabled: 0 }],
    // Excluded by both: Taipei.
    ["ap-east-2", { retention: 0, enabled: 0 }],
  ])("%s", (region, expected) => {
    // AWS Config reports every cluster by itself, so nothing forwards that: the daily check has one list.
    expect(counts(region)).toEqual({
      "aws_config_config_rule.retention": expected.retention,
      "aws_config_config_rule.enabled": expected.enabled,
    });
  });
});
