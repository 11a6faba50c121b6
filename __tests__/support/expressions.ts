import { evaluated } from "./console";
import { environmentStacks, shardedStack, type Block, type Synthesized } from "./stacks";

/** The stacks that have a cache: of every environment, and of the example with shards. */
export const cacheStacks: typeof environmentStacks = { ...environmentStacks, "redis-sharded": shardedStack };

/** Values of what expressions read, by reference: `var.vpc_id`, `aws_sns_topic.redis_events`, `each.value`. */
export type Given = Readonly<Record<string, unknown>>;

export interface Case {
  readonly stack: Synthesized;
  /** A variable that is not given has its default, and a local is what the stack makes of them. */
  readonly given?: Given;
  /** An argument as it is in the stack: with expressions in it, or a plain value. */
  readonly argument: unknown;
}

const reference =
  /\b(data\.\w+\.\w+|terraform_data\.\w+|(?:aws|random)_\w+\.\w+|var\.\w+|local\.\w+|(?:log_delivery_configuration|statement)\.value|each\.\w+)\b/g;

/**
 * What Terraform makes of arguments, all in one run.
 *
 * @throws Error that names what an argument reads and nothing gives.
 */
export function evaluatedArguments(cases: readonly Case[]): readonly unknown[] {
  const locals: Record<string, unknown> = {};
  cases.forEach(({ stack, given = {}, argument }, i) => {
    const name = (of: string): string => `case_${i}_${of.replaceAll(/\W/g, "_")}`;
    const here = (value: unknown): unknown =>
      JSON.parse(JSON.stringify(value ?? null).replaceAll(reference, (of) => `local.${read(of)}`));
    const read = (of: string): string => {
      if (name(of) in locals) return name(of);
      locals[name(of)] = null;
      locals[name(of)] = of in given ? typed(stack, of, given[of], locals, name(of)) : known(of);
      return name(of);
    };
    const known = (of: string): unknown => {
      const [kind, id = ""] = of.split(".");
      if (kind === "local" && id in stack.locals) return here(stack.locals[id]);
      const value = kind === "var" ? stack.variable[id]?.default : undefined;
      if (value === undefined) throw new Error(`${JSON.stringify(argument)} reads ${of}, which is not given.`);
      return typed(stack, of, value, locals, name(of));
    };
    locals[name("argument")] = here(argument);
  });
  const results = cases.map((_case, i) => `local.case_${i}_argument`);
  return evaluated(locals, `[${results.join(", ")}]`) as readonly unknown[];
}

/** A set as a set: Terraform's functions and conditions tell it from a list. */
function typed(stack: Synthesized, of: string, value: unknown, locals: Record<string, unknown>, name: string): unknown {
  const type = of.startsWith("var.") ? stack.variable[of.slice("var.".length)]?.type : undefined;
  if (type?.startsWith("set(") !== true || value === null) return value;
  locals[`${name}_list`] = value;
  return `\${toset(local.${name}_list)}`;
}

/** The block at an address, like `aws_sns_topic.redis_events` or `data.aws_subnet.redis`. */
export function blockAt({ resource, data }: Synthesized, address: string): Block {
  const [name = "", type = "", kind] = address.split(".").reverse();
  const block = (kind === "data" ? data : resource)[type]?.[name];
  if (block === undefined) throw new Error(`There is no ${address}.`);
  return block;
}

/** An argument of a block, undefined where it is left out; a path like `target.retry_policy.maximum_retry_attempts`. */
export const argumentOf = (stack: Synthesized, address: string, path: string): unknown =>
  path
    .split(".")
    .reduce<unknown>((value, key) => (value as Readonly<Record<string, unknown>>)[key], blockAt(stack, address));

/** What an argument of a resource must be, and why. */
export interface Promised {
  /** The end of a sentence that begins with what the resource is, for people who rely on it. */
  readonly promise: string;
  readonly address: string;
  readonly argument: string;
  readonly given?: Given;
  /** The value in every stack. */
  readonly is?: unknown;
  /** The value by stack, where they differ. */
  readonly by?: Readonly<Record<string, unknown>>;
}

/** For `test.each`: the promise, and an assertion that every stack keeps it. Terraform is asked once for all. */
export function promised(
  stacks: typeof cacheStacks,
  promises: readonly Promised[],
): readonly (readonly [promise: string, expectKept: () => void])[] {
  const names = Object.keys(stacks);
  let values: readonly unknown[] | undefined;
  const evaluate = (): readonly unknown[] =>
    evaluatedArguments(
      promises.flatMap(({ address, argument, given = {} }) =>
        Object.values(stacks).map((synthesize) => {
          const stack = synthesize();
          return { stack, given, argument: argumentOf(stack, address, argument) };
        }),
      ),
    );
  return promises.map(({ promise, is, by }, i) => {
    const expectKept = (): void => {
      const all = (values ??= evaluate());
      const found = Object.fromEntries(names.map((name, place) => [name, all[i * names.length + place]]));
      expect(found).toEqual(Object.fromEntries(names.map((name) => [name, by === undefined ? is : by[name]])));
    };
    return [promise, expectKept] as const;
  });
}
