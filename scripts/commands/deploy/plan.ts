/** What is read of a plan, as `terraform show -json` prints it. */
export interface Plan {
  readonly resource_changes?: readonly ResourceChange[];
  readonly variables?: Readonly<Record<string, { readonly value?: unknown }>>;
}

interface ResourceChange {
  readonly address: string;
  readonly mode: "managed" | "data";
  readonly type: string;
  readonly change: {
    readonly actions: readonly string[];
    readonly before?: Readonly<Record<string, unknown>> | null;
    readonly after?: Readonly<Record<string, unknown>> | null;
  };
}

export type Action = "create" | "update" | "replace" | "destroy";

/** A resource that a plan changes. */
export interface Change {
  readonly action: Action;
  readonly address: string;
  readonly type: string;
  /** Its attributes after the change, as far as they are known. */
  readonly after: Readonly<Record<string, unknown>>;
}

/** What a plan changes, in its order. */
export const changesOf = ({ resource_changes = [] }: Plan): Change[] =>
  resource_changes.flatMap(({ address, mode, type, change }) => {
    const action = actionOf(change.actions);
    return mode === "data" || action === undefined ? [] : [{ action, address, type, after: change.after ?? {} }];
  });

function actionOf(actions: readonly string[]): Action | undefined {
  if (actions.includes("create") && actions.includes("delete")) return "replace";
  if (actions.includes("create")) return "create";
  if (actions.includes("delete")) return "destroy";
  return actions.includes("update") ? "update" : undefined;
}

/** Whether nothing of the stack exists yet. */
export const isFirst = (plan: Plan): boolean =>
  (plan.resource_changes ?? []).every(
    ({ mode, change }) => mode === "data" || change.actions.every((action) => action === "create"),
  );

/** `75 to create`, `2 to update, 1 to destroy`. */
export const countsOf = (changes: readonly Change[]): string =>
  (["create", "update", "replace", "destroy"] as const)
    .map((action) => ({ action, count: changes.filter((change) => change.action === action).length }))
    .filter(({ count }) => count > 0)
    .map(({ action, count }) => `${count} to ${action}`)
    .join(", ");

/** Names of the vaults that a plan destroys: their buckets. */
export const vaultsDestroyed = ({ resource_changes = [] }: Plan): string[] =>
  resource_changes
    .filter(({ address, change }) => address === "aws_s3_bucket.vault" && change.actions.includes("delete"))
    .map(({ change }) => String(change.before?.bucket));

/** Ids of the caches that restore tests of a stack create, whose security group a plan destroys. */
export const testCachesOrphaned = ({ resource_changes = [] }: Plan): string[] =>
  resource_changes
    .filter(({ address, change }) => address === "aws_security_group.restore_test" && change.actions.includes("delete"))
    .map(({ change }) => String(change.before?.name).replace(/-sg$/, ""));
