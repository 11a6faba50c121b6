import type { WrittenStack } from "../../shared/synthesize";
import { existing } from "./existing";
import { lookUp } from "./look-up";
import type { Change, Plan } from "./plan";

/** What AWS has under a name that a stack is about to give, by the address in the stack: its id. */
export type Taken = ReadonlyMap<string, string>;

/**
 * Names of a first deploy that AWS has already: it would fail on them when half of the stack is there.
 *
 * @param plan a plan of the whole stack, whose state is empty
 * @param values how Terraform is given the values of the plan
 */
export async function takenNames(written: WrittenStack, plan: Plan, values: readonly string[]): Promise<Taken> {
  const { region } = written.provider.aws[0];
  const { candidates } = await lookUp(written.name, region, plan, new Map());
  const imported = new Set((written.import ?? []).map(({ to }) => to));
  const fixed = [...candidates].filter(
    // A secret gets a new name each time.
    ([address]) => !address.startsWith("aws_secretsmanager_") && !imported.has(address),
  );
  return fixed.length === 0 ? new Map() : existing(written, values, new Map(fixed));
}

/** Whether nothing of a stack was deployed before. Its plan creates everything, except an adopted cluster, which it imports. */
export const isFirstDeploy = (changes: readonly Created[]): boolean =>
  changes.every(
    ({ mode, change }) =>
      mode === "data" || change.importing !== undefined || change.actions.every((action) => action === "create"),
  );

/** What is read of a change. */
interface Created {
  readonly mode: Change["mode"];
  readonly change: Pick<Change["change"], "actions" | "importing">;
}

/** The names, and what to do about them. */
export function explainTaken(taken: Taken, stack: string, wayOut: string): string {
  const names = [...taken].map(([address, id]) => `  ${address}: ${id}`).join("\n");
  return `AWS already has ${taken.size === 1 ? "a resource" : "resources"} with ${taken.size === 1 ? "a name" : "names"} that ${stack} would use, so a deploy would fail after it has created half of the stack:\n\n${names}\n\nIf an interrupted deploy of ${stack} left them, import them: npm run recover -- ${stack}. Otherwise ${wayOut}`;
}
