import { arn } from "../terraform/arn";
import { expression } from "../terraform/expression";

/** What a state machine needs to see whether it runs already. `machine` is the end of its name, e.g. `restore-test`. */
export const mayListOwnExecutions = (machine: string) => ({
  sid: "SeeOwnExecutions",
  actions: ["states:ListExecutions"],
  resources: [arn("states", `stateMachine:${expression("local.name")}-${machine}`)],
});
