import type { Block, Stack as SynthesizedStack } from "../../shared/synthesize";

/** What is counted of a synthesized stack. */
export type Stack = Pick<SynthesizedStack, "resource" | "variable">;

/** How many instances the resources of a type have, with the defaults of the variables. */
export const count = (stack: Stack, type: string): number =>
  Object.values(stack.resource[type] ?? {}).reduce((sum, block) => sum + instances(stack, block), 0);

/** A variable's default. */
export const defaultOf = (stack: Stack, variable: string): unknown => stack.variable[variable]?.default;

/**
 * How many instances a resource has.
 *
 * @throws if its count or for_each is an expression that is not known here.
 */
export function instances(stack: Stack, block: Block): number {
  const expression = (block.for_each ?? block.count) as string | undefined;
  if (expression === undefined) return 1;
  if (expression === "${local.nodes}") return Number(defaultOf(stack, "num_cache_nodes"));
  // A cache of an environment without shards has six nodes at most, which one composite alarm evaluates.
  if (expression.startsWith("${ceil(length(local.nodes) / ")) return 1;
  const [, condition, one] = /^\$\{(.+) \? (1 : 0|0 : 1)\}$/.exec(expression) ?? [];
  if (condition === undefined)
    throw new Error(
      `A billed resource has ${expression} instances, which scripts/maintain/costs/count.ts cannot evaluate. Add how many that are with the default values.`,
    );
  return holds(stack, condition) === (one === "1 : 0") ? 1 : 0;
}

/** Whether `var.a && var.b != null` holds with the defaults. */
export function holds(stack: Stack, condition: string): boolean {
  return condition.split(" && ").every((part) => {
    const [, not, name, comparison] = /^(!?)var\.(\w+)( [!=]= null)?$/.exec(part) ?? [];
    if (name === undefined)
      throw new Error(
        `scripts/maintain/costs/count.ts cannot evaluate "${part}" (of "${condition}"). Add whether it holds with the default values.`,
      );
    const value = defaultOf(stack, name) ?? null;
    if (comparison !== undefined) return comparison.startsWith(" !") ? value !== null : value === null;
    return (value === true) !== (not === "!");
  });
}

interface Machine {
  readonly type: string;
  readonly definition: string;
  /** How often it is started a month, by the schedules that are enabled by default. */
  readonly runs: number;
}

/** The state machines that exist with the defaults of the variables, with how often they are started. */
export const machines = (stack: Stack): readonly Machine[] =>
  Object.entries(stack.resource.aws_sfn_state_machine ?? {})
    .filter(([, machine]) => instances(stack, machine) > 0)
    .map(([address, { type, definition, name }]) => ({
      type: String(type),
      definition: String(definition),
      runs: Object.values(stack.resource.aws_scheduler_schedule ?? {})
        .filter(({ target }) => {
          const { arn } = target as { readonly arn: string };
          // That of a machine which a variable enables is put together from its name.
          return arn.includes(`aws_sfn_state_machine.${address}.`) || arn.endsWith(`:stateMachine:${String(name)}`);
        })
        .filter((schedule) => instances(stack, schedule) > 0 && isEnabled(stack, String(schedule.state)))
        .reduce((sum, { schedule_expression }) => sum + runsPerMonth(stack, String(schedule_expression)), 0),
    }));

function isEnabled(stack: Stack, state: string): boolean {
  const [, condition] = /^\$\{(.+) \? "ENABLED" : "DISABLED"\}$/.exec(state) ?? [];
  return condition === undefined ? state === "ENABLED" : holds(stack, condition);
}

/** `rate(15 minutes)` is 2,920 a month. Of a cron expression only the days count. */
export function runsPerMonth(stack: Stack, expression: string): number {
  const [, variable] = /^\$\{var\.(\w+)\}$/.exec(expression) ?? [];
  if (variable !== undefined) return runsPerMonth(stack, String(defaultOf(stack, variable)));
  const [, every, unit = ""] = /^rate\((\d+) (minute|hour|day)s?\)$/.exec(expression) ?? [];
  if (every !== undefined) return (730 * ({ minute: 60, hour: 1, day: 1 / 24 }[unit] ?? 0)) / Number(every);
  const [, day = "", month = ""] = /^cron\(\S+ \S+ (\S+) (\S+) \S+ \S+\)$/.exec(expression) ?? [];
  if (day === "")
    throw new Error(
      `scripts/maintain/costs/count.ts cannot read the schedule ${expression}: it reads rate(…) and cron(…). Add the new form.`,
    );
  if (/^(\d+|L)$/.test(day)) return month === "*" ? 1 : 1 / 12;
  return day === "?" ? 730 / 168 : 730 / 24;
}
