import type { Values } from "./resources";

/** What `terraform show -json` says of a plan, as far as it is read here. */
export interface Plan {
  readonly variables: Readonly<Record<string, { readonly value: unknown }>>;
  readonly resource_changes: readonly Change[];
  readonly prior_state?: { values: { root_module: { resources: { address: string; values: Values }[] } } };
  readonly planned_values: {
    readonly outputs?: Readonly<Record<string, { readonly value?: unknown }>>;
    readonly root_module: { resources: { address: string; schema_version: number }[] };
  };
}

export interface Change {
  readonly address: string;
  readonly mode: "managed" | "data";
  readonly type: string;
  readonly name: string;
  readonly index?: string | number;
  readonly provider_name: string;
  readonly change: {
    readonly actions: readonly string[];
    readonly before: Values | null;
    readonly after: Values;
    readonly importing?: { readonly id?: string };
  };
}

/** What a data source has read, by its address. */
export const read = (plan: Plan, address: string): Values =>
  plan.prior_state?.values.root_module.resources.find((resource) => resource.address === address)?.values ?? {};
