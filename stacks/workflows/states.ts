/**
 * An IAM permission that a state needs. Strings may hold Terraform expressions.
 */
export interface Permission {
  readonly actions: readonly string[];
  readonly resources: readonly string[];
  readonly conditions?: readonly Condition[];
  /** The part of the stack that it is granted with, in a policy of its own. @default - always granted */
  readonly part?: Part;
}

/** A part of a stack that a variable enables. */
export interface Part {
  /** The end of the address of its policy, e.g. `vault` */
  readonly name: string;
  /** A Terraform expression (without `${}`) that is true while the part is enabled. */
  readonly enabled: string;
}

export interface Condition {
  /** Name of an operator, for example `StringEquals`. */
  readonly test: string;
  readonly variable: string;
  readonly values: readonly string[];
}

/**
 * Where a task keeps the permissions of its call. A symbol, so that spreading a task copies them and JSON leaves them out: a call
 * cannot be written without its permissions, nor a permission stay behind when its call is removed.
 */
export const permissions = Symbol("permissions");

/** A call of an AWS API, without the transitions of its state. */
export interface Call {
  readonly Type: "Task";
  readonly Resource: string;
  readonly Arguments: object | string;
  readonly Retry: readonly object[];
  readonly TimeoutSeconds?: number;
  readonly [permissions]: readonly Permission[];
}

type Then<Target extends string> =
  { readonly Next: Target; readonly End?: never } | { readonly End: true; readonly Next?: never };

interface Results {
  readonly Assign?: object;
  readonly Output?: unknown;
}

export interface Catcher<Target extends string> extends Results {
  readonly ErrorEquals: readonly string[];
  readonly Next: Target;
}

/** One branch of a Choice state. */
export interface Case<Target extends string> {
  readonly Condition: string;
  readonly Next: Target;
}

interface Caught<Target extends string> {
  readonly Catch?: readonly Catcher<Target>[];
}

/**
 * A state whose transitions lead to states named `Target`.
 *
 * @see https://states-language.net/
 */
export type State<Target extends string> =
  | (Call & Results & Caught<Target> & Then<Target>)
  | ({ readonly Type: "Pass" } & Results & Then<Target>)
  | ({ readonly Type: "Wait"; readonly Seconds: string | number } & Results & Then<Target>)
  | ({
      readonly Type: "Map";
      readonly Items: string;
      readonly MaxConcurrency?: number;
      readonly ItemProcessor: Processor;
    } & Results &
      Caught<Target> &
      Then<Target>)
  | ({ readonly Type: "Parallel"; readonly Branches: readonly Branch[] } & Results & Caught<Target> & Then<Target>)
  | { readonly Type: "Choice"; readonly Choices: readonly Case<Target>[]; readonly Default: Target }
  | { readonly Type: "Succeed"; readonly Output?: unknown }
  | { readonly Type: "Fail"; readonly Error: string; readonly Cause: string };

/** A call whose permissions are granted only while a part of the stack is enabled. */
export const onlyWith = <Task extends Call>(part: Part, task: Task): Task => ({
  ...task,
  [permissions]: task[permissions].map((permission) => ({ ...permission, part })),
});

/** States of one scope and the name of the first. */
export interface Branch {
  readonly StartAt: string;
  readonly States: Readonly<Record<string, State<string>>>;
}

export interface Processor extends Branch {
  readonly ProcessorConfig: { readonly Mode: "INLINE" };
}

/** States whose transitions stay `Inside` or lead to states `Outside` that the machine must have. */
export type Fragment<Inside extends string, Outside extends string = never> = Readonly<
  Record<Inside, State<Inside | Outside>>
>;

/**
 * Part of a state machine. A target that is neither in it nor named as `Outside` does not compile:
 * `fragment<"Publish">()({ Read: { …, Next: "Publish" } })`.
 */
export const fragment =
  <Outside extends string = never>() =>
  <Inside extends string>(
    states: Readonly<Record<Inside, State<NoInfer<Inside> | Outside>>>,
  ): Fragment<Inside, Outside> =>
    states;

/** A whole scope: a machine, a branch, or what runs for each item. Every target must be one of its states. */
export const branch = <Name extends string>(
  startAt: NoInfer<Name>,
  states: Readonly<Record<Name, State<NoInfer<Name>>>>,
): Branch => ({ StartAt: startAt, States: states });

/** What a Map state runs for each item. */
export const forEach = <Name extends string>(
  startAt: NoInfer<Name>,
  states: Readonly<Record<Name, State<NoInfer<Name>>>>,
): Processor => ({ ProcessorConfig: { Mode: "INLINE" }, ...branch(startAt, states) });

/** The scopes inside of a state. */
export function scopesOf(state: State<string>): readonly Branch[] {
  if (state.Type === "Map") return [state.ItemProcessor];
  return state.Type === "Parallel" ? state.Branches : [];
}

/** Every permission that the tasks of a machine need, those of inner scopes included. */
export const permissionsOf = ({ States }: Branch): readonly Permission[] =>
  Object.values(States).flatMap((state) => [
    ...(permissions in state ? state[permissions] : []),
    ...scopesOf(state).flatMap(permissionsOf),
  ]);
