import type { Values } from "./resources";
import type { Terraform } from "./terraform";

interface Instance {
  readonly index_key?: string | number;
  attributes: Values;
}

/** The state of a stack, as `terraform state pull` shows it. It holds secrets: nothing of it may be printed or written elsewhere. */
export interface State {
  serial: number;
  readonly resources: readonly {
    readonly mode: string;
    readonly type: string;
    readonly name: string;
    readonly instances: readonly Instance[];
  }[];
}

/** @throws if the state cannot be read */
export function pull(terraform: Terraform): State {
  const { ok, stdout, text } = terraform(["state", "pull"]);
  if (!ok) throw new Error(`The state cannot be read:\n${text}`);
  return stdout.trim() === "" ? { serial: 0, resources: [] } : (JSON.parse(stdout) as State);
}

/** The ids of what is in the state, by address. */
export function idsOf(state: State): Map<string, string> {
  return new Map(
    [...instances(state)].map(([address, { attributes }]) => [
      address,
      typeof attributes.id === "string" ? attributes.id : "",
    ]),
  );
}

export const attributesOf = (state: State, address: string): Values | undefined =>
  instances(state).get(address)?.attributes;

function instances(state: State): Map<string, Instance> {
  return new Map(
    state.resources
      .filter(({ mode }) => mode === "managed")
      .flatMap(({ type, name, instances: all }) =>
        all.map((instance): [string, Instance] => {
          const key = instance.index_key === undefined ? "" : `[${JSON.stringify(instance.index_key)}]`;
          return [`${type}.${name}${key}`, instance];
        }),
      ),
  );
}

/**
 * Writes attributes that an import cannot learn from AWS into one resource of the state.
 *
 * @throws if Terraform does not take the state
 */
export function complete(terraform: Terraform, address: string, attributes: Values): void {
  const state = pull(terraform);
  const instance = instances(state).get(address);
  if (instance === undefined) throw new Error(`${address} is not in the state.`);
  instance.attributes = { ...instance.attributes, ...attributes };
  state.serial += 1;
  const { ok, text } = terraform(["state", "push", "-"], { input: JSON.stringify(state) });
  if (!ok) throw new Error(`Terraform does not take the completed state:\n${text}`);
}
