import { randomBytes, randomUUID } from "node:crypto";
import type { Values } from "./resources";
import { assertOk, type Terraform } from "../../shared/terraform";

interface Instance {
  readonly index_key?: string | number;
  readonly schema_version: number;
  readonly status?: "tainted";
  /** What was replaced by something that was created before, and is still to be destroyed. */
  deposed?: string;
  attributes: Values;
}

interface Resource {
  readonly mode: string;
  readonly type: string;
  readonly name: string;
  readonly provider: string;
  readonly instances: Instance[];
}

/**
 * The state of a stack, as `terraform state pull` shows it (version 4). It holds secrets: nothing of it may be printed or written
 * elsewhere.
 */
export interface State {
  readonly version: number;
  readonly lineage: string;
  serial: number;
  readonly resources: Resource[];
}

/** A resource as Terraform's import reads it. */
export interface Imported {
  readonly type: string;
  readonly name: string;
  readonly index: string | number | undefined;
  /** Its source address, e.g. `registry.terraform.io/hashicorp/aws`. */
  readonly provider: string;
  /** @default - the provider without an alias */
  readonly alias?: string | undefined;
  readonly schemaVersion: number;
  readonly attributes: Values;
}

/** @throws if the state cannot be read */
export function pull(terraform: Terraform): State {
  const { stdout } = assertOk(terraform(["state", "pull"]), "The state cannot be read:");
  return stdout.trim() === ""
    ? { version: 4, lineage: randomUUID(), serial: 0, resources: [] }
    : (JSON.parse(stdout) as State);
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

/** Whether Terraform did not see its creation succeed, so that the next deploy would replace it. */
export const isTainted = (state: State, address: string): boolean =>
  instances(state).get(address)?.status === "tainted";

function instances(state: State): Map<string, Instance> {
  return new Map(
    state.resources
      .filter(({ mode }) => mode === "managed")
      .flatMap(({ type, name, instances: all }) =>
        all
          .filter(({ deposed }) => deposed === undefined)
          .map((instance): [string, Instance] => [addressOf(type, name, instance.index_key), instance]),
      ),
  );
}

const addressOf = (type: string, name: string, index: string | number | undefined): string =>
  `${type}.${name}${index === undefined ? "" : `[${JSON.stringify(index)}]`}`;

/**
 * Writes resources into the state, all or none. What the state has under the same address is deposed: the next deploy destroys it when
 * nothing uses it, as if Terraform itself had created the new one before.
 *
 * `import` blocks would not do: their apply is a whole deploy, which sets an AUTH token that AWS never returns, creates what is missing,
 * and is refused while the token is lost; and nothing else deposes what an interrupted upgrade left. `terraform import` takes one
 * resource at a time, and seconds for each.
 *
 * @param before the state in which they were not
 * @param superseded addresses that it only forgets
 * @throws if Terraform does not take the state, as when somebody has written another since
 */
export function write(
  terraform: Terraform,
  before: State,
  all: readonly Imported[],
  superseded: readonly string[] = [],
): void {
  const state = without(before, superseded);
  const known = instances(state);
  for (const { type, name, index, provider, alias, schemaVersion, attributes } of all) {
    const instance: Instance = {
      ...(index !== undefined && { index_key: index }),
      schema_version: schemaVersion,
      attributes,
    };
    const older = known.get(addressOf(type, name, index));
    if (older !== undefined) older.deposed = randomBytes(4).toString("hex");
    const resource = state.resources.find((one) => one.mode === "managed" && one.type === type && one.name === name);
    // The address of a provider, as Terraform writes it into the state.
    const configured = `provider["${provider}"]${alias === undefined ? "" : `.${alias}`}`;
    if (resource !== undefined) resource.instances.push(instance);
    else state.resources.push({ mode: "managed", type, name, provider: configured, instances: [instance] });
  }
  push(terraform, state);
}

function without(state: State, addresses: readonly string[]): State {
  const stays = ({ mode, type, name }: Resource, { index_key: index }: Instance): boolean =>
    mode !== "managed" || !addresses.includes(addressOf(type, name, index));
  const resources = state.resources
    .map((resource) => ({ ...resource, instances: resource.instances.filter((one) => stays(resource, one)) }))
    .filter(({ instances: left }) => left.length > 0);
  return { ...state, resources };
}

/**
 * Writes attributes that an import cannot learn from AWS into one resource of the state.
 *
 * @throws if it is not there, or Terraform does not take the state
 */
export function complete(terraform: Terraform, address: string, attributes: Values): void {
  const state = pull(terraform);
  const instance = instances(state).get(address);
  if (instance === undefined) throw new Error(`${address} is not in the state.`);
  instance.attributes = { ...instance.attributes, ...attributes };
  push(terraform, state);
}

function push(terraform: Terraform, state: State): void {
  state.serial += 1;
  assertOk(
    terraform(["state", "push", "-"], { input: JSON.stringify(state) }),
    "Terraform does not accept the state with what was found. If somebody has deployed meanwhile, run the command again.",
  );
}
