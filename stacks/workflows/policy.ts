import type { DataAwsIamPolicyDocumentStatement } from "@cdktf/provider-aws/lib/data-aws-iam-policy-document";
import { rememberedOf } from "./remembered";
import { permissionsOf, type Branch, type Part, type Permission } from "./states";

/**
 * Permissions as the statements of a policy: what several tasks need is stated once. Actions with the same resources and conditions
 * share a statement.
 */
export function statementsOf(permissions: readonly Permission[]): DataAwsIamPolicyDocumentStatement[] {
  const byAction = new Map<string, { action: string; resources: Set<string>; conditions: Permission["conditions"] }>();
  for (const { actions, resources, conditions } of permissions)
    for (const action of actions) {
      const key = JSON.stringify([action, conditions ?? []]);
      const known = byAction.get(key) ?? { action, resources: new Set<string>(), conditions };
      resources.forEach((resource) => known.resources.add(resource));
      byAction.set(key, known);
    }
  const statements = new Map<
    string,
    { actions: string[]; resources: string[]; conditions: Permission["conditions"] }
  >();
  for (const { action, resources, conditions } of byAction.values()) {
    const sorted = [...resources].sort();
    const key = JSON.stringify([sorted, conditions ?? []]);
    const known = statements.get(key) ?? { actions: [], resources: sorted, conditions };
    known.actions.push(action);
    statements.set(key, known);
  }
  return [...statements.values()].map(({ actions, resources, conditions }) => ({
    actions: actions.sort(),
    resources,
    ...(conditions && { condition: conditions.map((condition) => ({ ...condition, values: [...condition.values] })) }),
  }));
}

/** What the role of a state machine needs: always, and while a part of the stack is enabled. */
export const policiesOf = rememberedOf(
  (
    definition: Branch,
  ): {
    readonly always: readonly DataAwsIamPolicyDocumentStatement[];
    readonly withParts: readonly { readonly part: Part; readonly statement: DataAwsIamPolicyDocumentStatement[] }[];
  } => {
    const needed = permissionsOf(definition);
    const parts = new Map(needed.flatMap(({ part }) => (part === undefined ? [] : [[part.name, part] as const])));
    return {
      always: statementsOf(needed.filter(({ part }) => part === undefined)),
      withParts: [...parts.values()].map((part) => ({
        part,
        statement: statementsOf(needed.filter((one) => one.part?.name === part.name)),
      })),
    };
  },
);
