import { argumentOf, evaluatedArguments, type Given } from "../support/expressions";
import { everyStack } from "../support/stacks";
import { describeTerraform } from "../support/terraform";

const ofType = (type: string) =>
  Object.entries(everyStack).flatMap(([stack, synthesize]) =>
    Object.keys(synthesize().resource[type] ?? {}).map((name) => ({
      id: `${stack}: ${name}`,
      name,
      stack: synthesize(),
      address: `${type}.${name}`,
    })),
  );
const machines = ofType("aws_sfn_state_machine");
const groups = ofType("aws_cloudwatch_log_group");

const ofMachines = (argument: string): readonly unknown[] =>
  machines.map(({ stack, address }) => argumentOf(stack, address, argument));

// docs/runbook.md reads these logs to say why a check failed.
describe("a state machine", () => {
  test("logs its errors: nothing else says why an express one failed", () => {
    expect(ofMachines("logging_configuration.level")).toEqual(machines.map(() => "ERROR"));
  });

  test("logs no execution data, as the runbook says: it has the names of snapshots and of the account's resources", () => {
    expect(ofMachines("logging_configuration.include_execution_data")).toEqual(machines.map(() => false));
  });

  test("logs into a group of its own", () => {
    const found = machines.map(({ name, stack, address }) =>
      String(argumentOf(stack, address, "logging_configuration.log_destination"))
        .replace("[0]", "")
        .replace(name, "<name>"),
    );
    expect(found).toEqual(machines.map(() => "${aws_cloudwatch_log_group.<name>.arn}:*"));
  });

  test("is express where it runs every hour or more often, which a standard one would bill by the state; others wait for hours", () => {
    const express = machines.filter(({ stack, address }) => argumentOf(stack, address, "type") === "EXPRESS");
    expect([...new Set(express.map(({ name }) => name))]).toEqual(["backup_check", "snapshot_source"]);
  });
});

describeTerraform("a log group", () => {
  const all = (argument: string, given: Given = {}): readonly unknown[] =>
    evaluatedArguments(
      groups.map(({ stack, address }) => ({ stack, given, argument: argumentOf(stack, address, argument) })),
    );
  const each = (value: unknown): readonly unknown[] => groups.map(() => value);

  test("keeps logs as long as log_retention_days says: never without an end, which bills for ever", () => {
    expect(all("retention_in_days")).toEqual(each(30));
    expect(all("retention_in_days", { "var.log_retention_days": 365 })).toEqual(each(365));
  });

  test("is encrypted with the key of logs_kms_key_id, and with one that AWS owns without it", () => {
    expect(all("kms_key_id", { "var.logs_kms_key_id": "key" })).toEqual(each("key"));
    expect(all("kms_key_id")).toEqual(each(null));
  });

  test("of a state machine is one of log deliveries, whose resource policy would otherwise become too long", () => {
    const others = groups.filter(
      ({ stack, address }) => !String(argumentOf(stack, address, "name")).startsWith("/aws/vendedlogs/states/"),
    );
    expect([...new Set(others.map(({ name }) => name))].sort()).toEqual(["redis_engine_log", "redis_slow_log"]);
  });
});
