import { isAllowed, policyOf } from "../support/iam";
import { everyStack } from "../support/stacks";
import { roles, type Role } from "./role";

const states = (resource: string): string => `arn:aws:states:ap-northeast-1:123456789012:${resource}`;
const rule = (name: string): string => `arn:aws:events:ap-northeast-1:123456789012:rule/${name}`;

/** Which state machine each role waits for, by its name on AWS. */
const children: Readonly<Record<string, string>> = {
  check: "prod-redis-check-clusters",
  restore_test: "validator",
};

const definitionOf = ({ stack, name }: Role): string =>
  String(everyStack[stack]?.().resource.aws_sfn_state_machine?.[name]?.definition);
const waiting = roles.filter((role) => definitionOf(role).includes(":states:::states:startExecution.sync:2"));

test("it is written here which roles wait, and for what", () => {
  expect([...new Set(waiting.map(({ name }) => name))].sort()).toEqual(Object.keys(children).sort());
});

// EventBridge tells Step Functions when an execution ends, by a rule of this name; in case it does not, Step Functions asks.
// https://docs.aws.amazon.com/step-functions/latest/dg/connect-stepfunctions.html#sync-async-iam-policies
const ofStepFunctions = "StepFunctionsGetEventsForStepFunctionsExecutionRule";

describe.each(waiting.map((role) => [`${role.name} of ${role.stack}`, role] as const))(
  "the role %s, which waits for an execution",
  (_title, { name, statements }) => {
    const policy = policyOf({ statement: statements });
    const child = children[name] ?? "";

    test.each([
      ["states:StartExecution", states(`stateMachine:${child}`), true],
      ["states:StartExecution", states("stateMachine:orders"), false],
      ["states:DescribeExecution", states(`execution:${child}:a`), true],
      ["states:DescribeExecution", states("execution:orders:a"), false],
      ["states:StopExecution", states(`execution:${child}:a`), true],
      ["states:StopExecution", states("execution:orders:a"), false],
      ...["events:DescribeRule", "events:PutRule", "events:PutTargets"].flatMap(
        (action): [string, string, boolean][] => [
          [action, rule(ofStepFunctions), true],
          [action, rule("prod-redis-tampering-cache"), false],
        ],
      ),
    ])("%s on %s: %s", async (action, resource, allowed) => {
      await expect(isAllowed(policy, { action, resource })).resolves.toBe(allowed);
    });
  },
);
