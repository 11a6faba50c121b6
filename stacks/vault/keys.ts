import { TerraformLocal } from "cdktf";
import type { Construct } from "constructs";
import { createHash } from "node:crypto";
import { expression } from "../terraform/expression";

/**
 * Objects in the vault are called `a<account>-<Region>-<cache>-<time>-<shard>.rdb`, with the manifest `….json` beside them. ElastiCache
 * builds the name of a file on that of a snapshot, which begins with a letter and has no slash, and whose length AWS does not document: 40
 * characters are what every tool assumes.
 *
 * - The account comes first, after a letter: the policy of the vault lets each account write only below its own number.
 * - The Region is short as in the ids of Availability Zones: `apne1` for `ap-northeast-1`.
 * - The time is in seconds since 1970, to the base 36: six characters until 2038, which sort by time.
 */
export const accountPrefix = (account: string): string => `a${account}-`;

const longestRegionCode = 6;
const longestCacheCode = 12;

const directions = /north|south|east|west|central/g;

/**
 * The short form of a Region.
 *
 * @see https://docs.aws.amazon.com/global-infrastructure/latest/regions/aws-availability-zones.html
 */
export function regionCode(region: string): string {
  const code = region
    .split("-")
    .map((part) => (part === "gov" ? "g" : part.replaceAll(directions, ([first = ""]) => first)))
    .join("");
  // Only those of partitions with a word of their own are longer, such as eusc-de-east-1.
  return code.length <= longestRegionCode ? code : `${code.slice(0, 2)}${hash(region, longestRegionCode - 2)}`;
}

/** What the cache is called in a key: the environment, or a name prefix of its own. */
export function cacheCode(environment: string, namePrefix?: string): string {
  const name = namePrefix ?? environment;
  return name.length <= longestCacheCode ? name : `${name.slice(0, 7).replace(/-$/, "")}-${hash(name, 4)}`;
}

const hash = (text: string, length: number): string => createHash("sha256").update(text).digest("hex").slice(0, length);

/** What the keys of a cache begin with: a local, since the account is known to Terraform only. */
export const stem = expression("local.vault_key_prefix");

/** The parts of the name of a backup in the vault, or of the key of one of its objects. */
export interface NameParts {
  /** Everything before the time: one cache in one Region of one account. */
  readonly source: string;
  /** What the cache is called in keys: `cacheCode`. */
  readonly cache: string;
}

const nameForm = /^(a[0-9]{12}-[a-z0-9]+-([a-z0-9-]+))-([0-9a-z]{6})(?:[.]json|-[0-9]+[.]rdb)?$/;

/** undefined: it is neither a name nor a key of the vault. */
export function partsOfName(name: string): NameParts | undefined {
  const [, source, cache] = nameForm.exec(name) ?? [];
  return source === undefined || cache === undefined ? undefined : { source, cache };
}

/**
 * How long after the time in its key an object is written at most, in seconds: waiting for the backup, and for its export. And how long
 * before it, because clocks differ.
 */
export const writtenWithin = { after: 3 * 24 * 60 * 60, before: 60 * 60 };

/** The time in a name or key, in seconds since 1970; NaN where there is none. */
export const secondsOf = (name: string): number => parseInt(nameForm.exec(name)?.[3] ?? "", 36);

export function stemLocal(
  scope: Construct,
  { region, environment, namePrefix }: { region: string; environment: string; namePrefix?: string },
): void {
  const cache = cacheCode(environment, namePrefix);
  new TerraformLocal(
    scope,
    "local.vault_key_prefix",
    `${accountPrefix(expression("local.account_id"))}${regionCode(region)}-${cache}-`,
  );
}
