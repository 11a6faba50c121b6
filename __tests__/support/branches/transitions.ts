/**
 * The names of the ways through a state machine. The emulator names those that an execution takes, and `transitionsOf` all that a
 * definition has.
 */

/** What is read of a definition. */
export interface Scope {
  readonly States: Readonly<Record<string, State>>;
}

interface State {
  readonly Type: string;
  readonly ItemProcessor?: Scope;
  readonly Branches?: readonly Scope[];
  readonly Choices?: readonly { readonly Next: string }[];
  readonly Default?: string;
  readonly Catch?: readonly { readonly ErrorEquals: readonly string[]; readonly Next: string }[];
  readonly Next?: string;
}

/** The rule of a Choice that holds, by its index; its Default where none does. */
export function chosen(name: string, { Choices = [], Default = "" }: State, rule: number): string {
  const next = Choices[rule]?.Next;
  return next === undefined ? `${name}: Default, to ${Default}` : `${name}: rule ${rule + 1}, to ${next}`;
}

/** The entry of Catch that an error matches, by its index. */
export function caught(name: string, { Catch = [] }: State, entry: number): string {
  const { ErrorEquals = [], Next = "" } = Catch[entry] ?? {};
  return `${name}: ${ErrorEquals.join(", ")} caught, to ${Next}`;
}

/** Whether a state can fail: the others only go on. */
export const canFail = ({ Type }: Pick<State, "Type">): boolean => ["Task", "Map", "Parallel"].includes(Type);

/** A state that could have failed has not. */
export const succeeded = (name: string, { Next }: State): string =>
  `${name}: success, ${Next === undefined ? "which ends its scope" : `to ${Next}`}`;

const numbers = ["no item", "one item", "several items"] as const;

/** How many items a Map has. */
export const mapped = (name: string, items: number): string => `${name}: ${numbers[Math.min(items, 2)] ?? ""}`;

/** All that a definition has, those of inner scopes included. */
export const transitionsOf = ({ States }: Scope): string[] =>
  Object.entries(States).flatMap(([name, state]) => {
    const { Choices, Catch = [], ItemProcessor, Branches = [] } = state;
    return [
      ...(Choices === undefined ? [] : [...Choices.keys(), Choices.length].map((rule) => chosen(name, state, rule))),
      ...(canFail(state) ? [succeeded(name, state)] : []),
      ...[...Catch.keys()].map((entry) => caught(name, state, entry)),
      ...(ItemProcessor === undefined ? [] : [...numbers.keys()].map((items) => mapped(name, items))),
      ...[...(ItemProcessor === undefined ? [] : [ItemProcessor]), ...Branches].flatMap(transitionsOf),
    ];
  });
