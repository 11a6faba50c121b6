import { ExecutionError } from "../machine";
import { page, type Answers } from "./service";

/** An execution as ListExecutions and DescribeExecution answer it. */
export interface Execution {
  readonly ExecutionArn: string;
  /** @default - of any one */
  readonly StateMachineArn?: string;
  /** @default RUNNING */
  readonly Status?: string;
  readonly StartDate?: string;
  readonly StopDate?: string;
  readonly Input?: string;
  readonly Output?: string;
  readonly Error?: string | null;
}

export interface SfnGiven {
  /** The newest first. @default - none */
  readonly executions?: readonly Execution[] | (() => readonly Execution[]);
}

/** Members that ListExecutions does not answer. */
const described: readonly string[] = ["Input", "Output", "Error"] satisfies readonly (keyof Execution)[];

/** @see https://docs.aws.amazon.com/step-functions/latest/apireference/API_ListExecutions.html */
export function sfn({ executions = [] }: SfnGiven): Answers {
  const all = () =>
    (typeof executions === "function" ? executions() : executions).map((one) => ({ Status: "RUNNING", ...one }));
  return {
    listExecutions: ({ StateMachineArn: machine, StatusFilter, MaxResults, NextToken }) => {
      if (machine === undefined)
        throw new ExecutionError("Sfn.ValidationException", "either StateMachineArn or MapRunArn has to be given");
      const some = all().filter(
        ({ Status, StateMachineArn = machine }) =>
          StateMachineArn === machine && (StatusFilter === undefined || Status === StatusFilter),
      );
      const { rows, marker } = page(some, NextToken, Number(MaxResults ?? 100), "Sfn.InvalidTokenException");
      return {
        Executions: rows.map((row) =>
          Object.fromEntries(Object.entries(row).filter(([name]) => !described.includes(name))),
        ),
        ...(marker !== undefined && { NextToken: marker }),
      };
    },
    describeExecution: ({ ExecutionArn }) => {
      const found = all().find((one) => one.ExecutionArn === ExecutionArn);
      if (found === undefined)
        throw new ExecutionError("Sfn.ExecutionDoesNotExistException", `no ${String(ExecutionArn)}`);
      return found;
    },
    stopExecution: () => ({}),
  };
}
