import type { Stack } from "../../shared/synthesize";

export interface Node {
  readonly id: string;
  /** Lines of text. */
  readonly label: readonly string[];
  /** The box around it. */
  readonly group: string;
}

export interface Edge {
  readonly from: string;
  readonly to: string;
  readonly label?: string;
}

export interface Graph {
  readonly nodes: readonly Node[];
  readonly edges: readonly Edge[];
}

/**
 * The addresses of resources of a type that an argument refers to, through locals too.
 *
 * @param argument one argument that holds ARNs: a whole block would also name what it only waits for or mentions in a text.
 */
export function referencesOf(stack: Stack, type: string, argument: unknown, seen = new Set<string>()): string[] {
  const found: string[] = [];
  for (const [reference] of JSON.stringify(argument ?? null).matchAll(/(?<![\w.-])(?:local\.\w+|aws_\w+\.\w+)/g)) {
    if (seen.has(reference)) continue;
    seen.add(reference);
    const [kind = "", name = ""] = reference.split(".");
    if (kind === "local") found.push(...referencesOf(stack, type, stack.locals?.[name], seen));
    else if (kind === type && name in (stack.resource[type] ?? {})) found.push(reference);
  }
  return found;
}
