import { InputError } from "./input-error";

/** The project's lock file of providers, which `npm run lock` writes: the checksums of every provider for every platform. */
export const projectLock = "providers.lock.hcl";

/** Terraform's own lock file, beside the configuration. */
export const terraformLock = ".terraform.lock.hcl";

/** The first line of a lock file that comes from the project's. Terraform is run with `-lockfile=readonly` then. */
export const fromProject = `# From ${projectLock}; npm run lock writes it.`;

interface LockedProvider {
  /** E.g. `registry.terraform.io/hashicorp/aws`. */
  readonly address: string;
  readonly version: string | undefined;
  readonly text: string;
}

const providersIn = (lock: string): LockedProvider[] =>
  [...lock.matchAll(/^provider "([^"]+)" \{\n[\s\S]*?^\}$/gm)].map(([text, address = ""]) => ({
    address,
    version: /^\s*version\s*=\s*"([^"]+)"/m.exec(text)?.[1],
    text,
  }));

/** Required providers as the `terraform` block has them. */
export type RequiredProviders = Readonly<Record<string, { readonly source: string; readonly version: string }>>;

/** `aws` is short for `registry.terraform.io/hashicorp/aws`. */
function addressOf(source: string): string {
  const parts = source.split("/");
  return [...["registry.terraform.io", "hashicorp"].slice(0, 3 - parts.length), ...parts].join("/");
}

/** Whether a version is in a range such as `>= 6.32.1, < 7.0.0`, or is the one that is named. Other operators are not used here. */
function isIn(version: string, range: string): boolean {
  return range.split(",").every((part) => {
    const [, operator = "", bound = ""] = /^\s*(>=|<|=)?\s*([\d.]+)\s*$/.exec(part) ?? [];
    const order = version.localeCompare(bound, "en", { numeric: true });
    return bound !== "" && (operator === ">=" ? order >= 0 : operator === "<" ? order < 0 : order === 0);
  });
}

/**
 * The part of the project's lock file that a stack needs: Terraform refuses a read-only one with more.
 *
 * @throws InputError if it lacks a provider, or has another version of it
 */
export function lockFor(lock: string, required: RequiredProviders): string {
  const locked = providersIn(lock);
  const needed = Object.values(required).map(({ source, version }) => {
    const found = locked.find(({ address }) => address === addressOf(source));
    if (found?.version === undefined || !isIn(found.version, version))
      throw new InputError(
        `Invalid ${projectLock}: it has ${found === undefined ? "no checksums" : `those of version ${found.version ?? "unknown"}`} of ${addressOf(source)}, and the stacks need version ${version}. Run npm run lock where registry.terraform.io can be reached.`,
      );
    return found;
  });
  const sorted = needed.sort((one, other) => one.address.localeCompare(other.address));
  return `${[fromProject, ...sorted.map(({ text }) => text)].join("\n\n")}\n`;
}

/**
 * Providers whose checksums do not come from a registry: only its answer has the signed checksums of the archives (`zh:`). Those that
 * Terraform makes of a mirror or of this machine's copy may be of another binary.
 *
 * @see https://developer.hashicorp.com/terraform/language/files/dependency-lock
 */
export const withoutRegistry = (lock: string): readonly string[] =>
  providersIn(lock)
    .filter(({ text }) => !text.includes('"zh:') || !text.includes('"h1:'))
    .map(({ address }) => address);
