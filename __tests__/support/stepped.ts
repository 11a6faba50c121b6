import { filledIn, run, type Answer, type Machine } from "./machine";
import { everyStack } from "./stacks";

/** What definitions read of Terraform inside of JSONata, where a text would be no number, list or truth value. */
const settings: Readonly<Record<string, string>> = {
  "local.backup_fresh_minutes": "1740",
  "local.manual_backup_since": "2026-01-31T12:00:00Z",
  "local.restore_test_validator": "",
  "local.restore_test_validator_client": "",
  "local.workflow_tags": "[]",
  "local.replication_group_id": "cache",
  "local.name": "dev-redis",
  "var.allow_empty_cache": "true",
  "local.restore_test_since": "2026-01-31T12:00:00Z",
  "var.backup_floor_days": "7",
  "var.backup_max_duration_minutes": "60",
  "var.manual_backups_kept": "5",
  "var.restore_test_min_keys_ratio": "0.9",
};

/** The state machine of a stack as AWS gets it. */
export function machineOf(stack: string, name: string): Machine {
  const definition = everyStack[stack]?.().resource.aws_sfn_state_machine?.[name]?.definition;
  if (typeof definition !== "string") throw new Error(`${stack} has no state machine ${name}.`);
  return filledIn(JSON.parse(definition) as object, settings);
}

/** The states among which one is: those of the machine, of a branch or of the items of a Map. */
function statesWith(machine: Machine, name: string): Machine["States"] | undefined {
  if (machine.States[name] !== undefined) return machine.States;
  for (const { Branches = [], ItemProcessor } of Object.values(machine.States))
    for (const inner of [...Branches, ...(ItemProcessor === undefined ? [] : [ItemProcessor])]) {
      const found = statesWith(inner, name);
      if (found !== undefined) return found;
    }
  return undefined;
}

export interface Stepped {
  /** The state that comes next; undefined: this was the last one. */
  readonly next?: string;
  readonly variables: Readonly<Record<string, unknown>>;
  readonly output: unknown;
}

/**
 * Runs one state of a machine.
 *
 * @param given its variables and its input, and what its call is answered with
 */
export async function stepped(
  machine: Machine,
  name: string,
  given: {
    readonly variables?: Readonly<Record<string, unknown>>;
    readonly input?: unknown;
    readonly result?: unknown;
  },
): Promise<Stepped> {
  const states = statesWith(machine, name);
  const state = states?.[name];
  if (states === undefined || state === undefined) throw new Error(`There is no state ${name}.`);
  const { variables = {}, input = {}, result } = given;
  const names = [...new Set([...Object.keys(variables), ...Object.keys(state.Assign ?? {})])];
  const known = `{% { ${names.map((one) => `'${one}': $${one}`).join(", ")} } %}`;
  const end = (next: object) => ({
    Type: "Pass",
    Output: { ...next, variables: known, output: "{% $states.input %}" },
  });
  const answer: Answer = () => result ?? {};
  const ends = Object.keys(states).map((one) => [one, end({ next: one })] as const);
  const own = state.Next === undefined && state.Type !== "Choice" ? { ...state, Next: "End" } : state;
  const alone: Machine = {
    StartAt: "Given",
    States: {
      ...Object.fromEntries(ends),
      Given: { Type: "Pass", Assign: variables, Next: name },
      End: end({}),
      [name]: own,
    },
  };
  return (await run(alone, answer, input)) as Stepped;
}
