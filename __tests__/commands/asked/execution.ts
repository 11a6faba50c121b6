import { execute } from "../../../scripts/commands/execution/execution";
import { region, type Row } from "./row";

const machines = ["manual_backup", "restore_test", "vault_copy"] as const;
const executionOf = (machine: string): string => `execution-of-${machine}`;
const state = JSON.stringify({
  version: 4,
  resources: machines.map((name) => ({
    ...{ mode: "managed", type: "aws_sfn_state_machine", name, provider: "p" },
    instances: [{ schema_version: 0, attributes: { arn: `arn:${name}` } }],
  })),
});

/** `npm run backup`, `npm run restore-test`, `npm run vault-copy`. */
export const rows: readonly Row[] = machines.map((machine) => ({
  what: `an execution of ${machine}, after a backup`,
  terraform: { "state pull": state },
  answers: {
    StartExecution: ({ stateMachineArn }) => ({
      executionArn: String(stateMachineArn).replace("arn:", "execution-of-"),
    }),
    DescribeExecution: () => ({ status: "SUCCEEDED", output: "{}" }),
  },
  act: () => execute({ stack: "redis-prod", machine, input: { of: machine }, backupFirst: true }),
  asked: [
    [region.stack, "StartExecution", { stateMachineArn: "arn:manual_backup", input: "{}" }],
    [region.stack, "DescribeExecution", { executionArn: executionOf("manual_backup") }],
    [region.stack, "StartExecution", { stateMachineArn: `arn:${machine}`, input: JSON.stringify({ of: machine }) }],
    [region.stack, "DescribeExecution", { executionArn: executionOf(machine) }],
  ],
}));
