import { arn } from "../../terraform/arn";
import { expression } from "../../terraform/expression";
import { call } from "../../workflows/call";
import { caught, caughtError, on, onAnyError } from "../../workflows/catching";
import { runningPermissions, startExecutionSync } from "../../workflows/child";
import { jsonata } from "../../workflows/definition";
import { fragment, permissions } from "../../workflows/states";
import { ruleDescription, securityGroupArn, testSecurityGroup } from "./access";
import { failWith } from "./group";

/** How long a validator may run, in seconds. */
export const longestValidation = 3600;

/** How often the start of a validator is repeated. */
const restarts = 3;

const validator = expression("local.restore_test_validator");
const client = expression("local.restore_test_validator_client");
const name = expression("local.restore_test_validator_name");

const machine = arn("states", `stateMachine:${name}`);
const executions = arn("states", `execution:${name}:*`);

/**
 * JSONata: the text of a member in the JSON of a failed execution, which is cut off when it is long, so that it cannot be parsed. Nothing
 * where it has no such member.
 */
const member = (of: string): string => `$match($states.errorOutput.Cause, /"${of}" *: *"([^"]*)"/)[0].groups[0]`;

const onRestored = "' on the restored cache of ' & $chosen.name & ': '";

/** JSONata: why the validator failed. One that timed out by itself, or that somebody stopped, has a status and may have no error. */
const reported = `(
  $error := ${member("Error")};
  $status := ${member("Status")};
  $exists($error) ? $error & ': ' & ${member("Cause")} : 'its execution is ' & ($exists($status) ? $status : 'unknown')
)`;

/**
 * States that run the validator, a state machine of the user's, against the restored cache, and let its client in for that time.
 *
 * @see https://docs.aws.amazon.com/step-functions/latest/dg/connect-stepfunctions.html
 */
export const validating = fragment<"MayHaveGroup" | "CleanUp" | "FindRules" | "KeepTestGroup">()({
  IsValidatorSet: {
    Type: "Choice",
    Choices: [
      { Condition: jsonata(`'${validator}' != '' and '${client}' != ''`), Next: "AuthorizeValidator" },
      { Condition: jsonata(`'${validator}' != ''`), Next: "RunValidator" },
    ],
    Default: "IsToBeKept",
  },
  AuthorizeValidator: {
    ...call({
      service: "ec2",
      action: "authorizeSecurityGroupIngress",
      arguments: {
        GroupId: testSecurityGroup,
        IpPermissions: [
          {
            IpProtocol: "tcp",
            FromPort: jsonata(expression("local.port")),
            ToPort: jsonata(expression("local.port")),
            UserIdGroupPairs: [
              { GroupId: client, Description: jsonata(`'${ruleDescription}' & $states.context.Execution.Name`) },
            ],
          },
        ],
      },
      resources: [securityGroupArn],
    }),
    Assign: { ownRules: jsonata("[$states.result.SecurityGroupRules.SecurityGroupRuleId]") },
    Catch: onAnyError("IsLetInAlready", { refusal: jsonata(caughtError) }),
    Next: "RunValidator",
  },
  // By a rule of the user's own, which stays. The message of InvalidPermission.Duplicate, as in
  // https://github.com/hashicorp/terraform/issues/1874; EC2's API model has no errors that Step Functions could name.
  IsLetInAlready: {
    Type: "Choice",
    Choices: [{ Condition: jsonata("$contains($refusal, 'already exists')"), Next: "RunValidator" }],
    Default: "NotLetIn",
  },
  NotLetIn: failWith(jsonata("$refusal")),
  RunValidator: {
    Type: "Task",
    Resource: startExecutionSync,
    Arguments: {
      StateMachineArn: machine,
      // Of the same name as this execution, which is unique: so it is found, and stopped when it takes too long.
      Name: jsonata("$states.context.Execution.Name"),
      Input: {
        // The console shows by it which execution started this one.
        AWS_STEP_FUNCTIONS_STARTED_BY_EXECUTION_ID: jsonata("$states.context.Execution.Id"),
        endpoint: jsonata("$endpoint"),
        port: jsonata(expression("local.port")),
        tls: true,
        shards: jsonata("$count($restoredShards)"),
        snapshotName: jsonata("$chosen.name"),
        snapshotCreatedAt: jsonata("$fromMillis($chosen.created)"),
      },
    },
    TimeoutSeconds: longestValidation,
    Retry: [],
    [permissions]: runningPermissions(machine, executions),
    Assign: { validation: "succeeded" },
    Catch: [
      on(["States.Timeout"], "StopValidator"),
      // States.ALL does not catch it: https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html
      on(["States.DataLimitExceeded"], "MayHaveGroup", {
        failure: jsonata(
          `'The output of the validator ${name}' & ${onRestored} & 'it exceeds the 256 KiB that Step Functions accepts, with what it adds.'`,
        ),
        validation: "failed",
      }),
      // In a Catch, States.TaskFailed would match other errors too, such as that of a start that is throttled.
      on(["States.ALL"], "HasValidatorRun", {
        hasRun: jsonata("$states.errorOutput.Error = 'States.TaskFailed'"),
        refusal: jsonata(
          `$states.errorOutput.Error = 'States.TaskFailed'
            ? 'The validator ${name} failed' & ${onRestored} & ${reported}
            : $starts > 0 ? $refusal : 'The validator ${name} could not be run: ' & ${caughtError}`,
        ),
      }),
    ],
    Next: "IsToBeKept",
  },
  HasValidatorRun: {
    Type: "Choice",
    Choices: [{ Condition: jsonata(`$hasRun or $starts >= ${restarts}`), Next: "ValidatorFailed" }],
    Default: "WaitToStart",
  },
  // A start that fails, for example because it is throttled, is repeated. An execution has the name of this one, so that there is never a
  // second one: "If you call StartExecution with the same name and input as a running execution, the call succeeds".
  // https://docs.aws.amazon.com/step-functions/latest/apireference/API_StartExecution.html
  WaitToStart: {
    Type: "Wait",
    Seconds: jsonata("20 * $power(2, $starts)"),
    Assign: { starts: jsonata("$starts + 1") },
    Next: "RunValidator",
  },
  ValidatorFailed: {
    Type: "Pass",
    Assign: { failure: jsonata("$refusal"), validation: "failed" },
    Next: "MayHaveGroup",
  },
  StopValidator: {
    ...call({
      service: "sfn",
      action: "stopExecution",
      arguments: {
        ExecutionArn: jsonata(`'${arn("states", `execution:${name}:`)}' & $states.context.Execution.Name`),
        Cause: `A restore test waits ${longestValidation} seconds.`,
      },
      resources: [executions],
    }),
    // Step Functions may have stopped it already.
    Catch: onAnyError("ValidatorTookTooLong", caught),
    Next: "ValidatorTookTooLong",
  },
  ValidatorTookTooLong: {
    Type: "Pass",
    Assign: {
      failure: jsonata(
        `'The validator ${name} took longer than ${longestValidation} seconds on the restored cache of ' & $chosen.name & ', and was stopped.'`,
      ),
      validation: "failed",
    },
    Next: "MayHaveGroup",
  },
  IsToBeKept: {
    Type: "Choice",
    Choices: [{ Condition: jsonata("$keep"), Next: "KeepTestGroup" }],
    Default: "CleanUp",
  },
  CloseKeptGroup: { Type: "Pass", Assign: { phase: "kept" }, Next: "FindRules" },
});
