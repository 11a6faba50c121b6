import { argumentOf, evaluatedArguments, type Given } from "../support/expressions";
import { everyStack } from "../support/stacks";
import { describeTerraform } from "../support/terraform";

// Which rules of EventBridge and AWS Config are there. What the rules match: __tests__/tampering, __tests__/vault/events.test.ts.

/** Those that are there only while what they report on is; all others always are. */
const enabledBy: readonly (readonly [name: RegExp, variable: string])[] = [
  [/^tampering_(roles|rules|trails)_forward$/, "var.report_role_changes"],
  [/^tampering_key_endangered(_chat)?$/, "var.kms_key_id"],
  [/^vault_landing_deletions(_chat)?$/, "var.vault_bucket_arn"],
  [/^vault_denied$/, "var.vault_data_events"],
  [/^(retention|enabled)$/, "var.enable_config_rules"],
];
const on: Given = {
  "var.report_role_changes": true,
  "var.kms_key_id": "key",
  "var.vault_bucket_arn": "arn:aws:s3:::vault",
  "var.vault_data_events": true,
  "var.enable_config_rules": true,
};
const off: Given = {
  "var.report_role_changes": false,
  "var.kms_key_id": null,
  "var.vault_bucket_arn": null,
  "var.vault_data_events": false,
  "var.enable_config_rules": false,
};
const variableOf = (name: string): string | undefined => enabledBy.find(([pattern]) => pattern.test(name))?.[1];

const kinds = ["aws_cloudwatch_event_rule", "aws_cloudwatch_event_target", "aws_config_config_rule", "aws_cloudtrail"];
const all = Object.entries(everyStack).flatMap(([stack, synthesize]) =>
  kinds.flatMap((type) =>
    Object.keys(synthesize().resource[type] ?? {}).map((name) => ({
      id: `${stack}: ${type}.${name}`,
      // The trail of data events is called vault.
      variable: type === "aws_cloudtrail" ? "var.vault_data_events" : variableOf(name),
      stack: synthesize(),
      address: `${type}.${name}`,
    })),
  ),
);
type One = (typeof all)[number];

const there = (given: (one: One) => Given): readonly string[] => {
  const counts = evaluatedArguments(
    all.map((one) => ({
      stack: one.stack,
      given: given(one),
      argument: argumentOf(one.stack, one.address, "count") ?? 1,
    })),
  );
  return all.filter((_one, i) => counts[i] === 1).map(({ id }) => id);
};
const ids = (ones: readonly One[]): readonly string[] => ones.map(({ id }) => id);

describeTerraform("rules that report", () => {
  test("are all there when everything is enabled", () => {
    expect(there(() => on)).toEqual(ids(all));
  });

  test("are there for everything that always is, also when nothing else is enabled", () => {
    const always = all.filter(({ variable }) => variable === undefined);
    expect(there(() => off)).toEqual(ids(always));
    expect(always.length).toBeGreaterThan(100);
  });

  test("are each there as their own variable says", () => {
    const only = ({ variable }: One): Given => (variable === undefined ? off : { ...off, [variable]: on[variable] });
    const allBut = ({ variable }: One): Given => (variable === undefined ? on : { ...on, [variable]: off[variable] });
    expect(there(only)).toEqual(ids(all));
    expect(there(allBut)).toEqual(ids(all.filter(({ variable }) => variable === undefined)));
  });
});
