import type { Reached } from "./record";
import { transitionsOf, type Scope } from "./transitions";

/** A state machine of the stacks, in the forms that it has in them. */
export interface Expected {
  /** By which an execution of it is known. */
  readonly comment: string;
  /** The folder in __tests__ with the tests of it. */
  readonly folder: string;
  readonly transitions: readonly string[];
}

/** By the name of the construct. */
const folders: Readonly<Record<string, string>> = {
  backup_check: "backups/check",
  check: "policy",
  check_clusters: "policy",
  manual_backup: "backups/manual",
  restore_test: "backups/restore-test",
  snapshot_source: "backups/snapshot-source",
  vault_copy: "backups/vault",
};

const constant = "its list always has one item";
const ids = "nine ids or more are listed, and more than one of them is left after those that are listed first";
const parts = "a file is copied in parts from 5 GiB on, which are six of 1 GiB";
const small = "what is kept of each iteration is so small that 500 of them stay far below 256 KiB";

/** What no execution reaches, with the reason. */
const unreachable: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  backup_check: {
    "ListFurtherSnapshots: one item": ids,
    "ListEverybodysSnapshots: no item": constant,
    "ListEverybodysSnapshots: several items": constant,
  },
  check: {
    "ReadTrails: States.DataLimitExceeded caught, to CompareFindings": small,
    "ReadTrails: States.ALL caught, to CompareFindings": "each iteration catches every error of its calls",
  },
  manual_backup: { "ListSnapshots: no item": "a cache has at least one id" },
  restore_test: {
    "ListSnapshots: no item": "a cache has at least one id",
    "ListFurtherSnapshots: no item": ids,
    "ListFurtherSnapshots: one item": ids,
    "ListEverybodysSnapshots: no item": constant,
    "ListEverybodysSnapshots: several items": constant,
    "ListEverybodysSnapshots: States.DataLimitExceeded caught, to MayHaveGroup": "its only iteration catches that",
    "CopyFiles: States.DataLimitExceeded caught, to MayHaveGroup": small,
    "CopyLargeFiles: States.DataLimitExceeded caught, to MayHaveGroup": small,
    "CopyParts: no item": parts,
    "CopyParts: one item": parts,
  },
  snapshot_source: {
    "DescribeNodes: no item": "a cache whose source can be moved has a primary and a replica",
    "DescribeNodes: one item": "a cache whose source can be moved has a primary and a replica",
  },
  vault_copy: {
    "ListSnapshots: no item": "a cache has at least one id",
    "ListFurtherSnapshots: no item": ids,
    "ListFurtherSnapshots: one item": ids,
    "ListEverybodysSnapshots: no item": constant,
    "ListEverybodysSnapshots: several items": constant,
    "ListEverybodysSnapshots: States.DataLimitExceeded caught, to PublishFailure": "its only iteration catches that",
    "ReadFiles: no item": "a backup has at least one shard, and each of its files is waited for",
  },
};

/** Every state machine by its name, from definitions of it. A cache with shards has another one, with fewer or more states. */
export function expectedOf(definitions: readonly (readonly [name: string, definition: string])[]) {
  const machines: Record<string, Expected> = {};
  for (const [name, text] of definitions) {
    const { Comment: comment, ...scope } = JSON.parse(text) as Scope & { readonly Comment: string };
    const folder = folders[name];
    if (folder === undefined) throw new Error(`Add the folder with the tests of the state machine ${name}.`);
    const known = machines[name]?.transitions ?? [];
    machines[name] = { comment, folder, transitions: [...new Set([...known, ...transitionsOf(scope)])] };
  }
  const comments = Object.values(machines).map(({ comment }) => comment);
  if (new Set(comments).size < comments.length) throw new Error("Two state machines have the same Comment.");
  return machines;
}

export interface Run {
  /** What is not to be reached, instead of the table. */
  readonly except?: typeof unreachable;
  readonly expected: Readonly<Record<string, Expected>>;
  readonly reached: readonly Reached[];
  /** Files of which every test has passed; paths begin at __tests__. */
  readonly passed: readonly string[];
  /** Every file of tests. */
  readonly files: readonly string[];
}

/**
 * What is wrong with the tests of each machine, of which every file has passed: transitions that none has reached, and those that are
 * listed as unreachable and are reached, or are not there.
 */
export function unreached({
  except = unreachable,
  expected,
  reached,
  passed,
  files,
}: Run): Record<string, readonly string[]> {
  return Object.fromEntries(
    Object.entries(expected).flatMap(([name, { comment, folder, transitions }]) => {
      const own = files.filter((file) => file.startsWith(`${folder}/`));
      if (own.length === 0) throw new Error(`There are no tests of the state machine ${name} in ${folder}.`);
      if (!own.every((file) => passed.includes(file))) return [];
      const taken = new Set(
        reached
          .filter(({ file, machine }) => machine === comment && own.includes(file))
          .map(({ transition }) => transition),
      );
      const exempt = Object.keys(except[name] ?? {});
      const wrong = [
        ...transitions.filter((transition) => !taken.has(transition) && !exempt.includes(transition)),
        ...exempt
          .filter((transition) => taken.has(transition) || !transitions.includes(transition))
          .map((transition) => `${transition} (listed as unreachable, but reached or no longer there)`),
      ];
      return wrong.length === 0 ? [] : [[name, wrong]];
    }),
  );
}
