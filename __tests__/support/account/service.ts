import { ExecutionError } from "../machine";

export type Arguments = Readonly<Record<string, unknown>>;

/** What a service answers to its actions. */
export type Answers = Readonly<Record<string, (args: Arguments) => unknown>>;

/** What something is, each time it is described; the last one stays. */
export type Sequence<Value> = readonly Value[];

/** Sequences that are read one value after the other, each with a count of its own. */
export class Sequences {
  private readonly seen = new Map<string, number>();

  /** The next of a sequence, by its name. */
  public next<Value>(name: string, sequence: Sequence<Value>): Value | undefined {
    const value = this.peek(name, sequence);
    this.seen.set(name, (this.seen.get(name) ?? 0) + 1);
    return value;
  }

  /** What `next` would be. */
  public peek<Value>(name: string, sequence: Sequence<Value>): Value | undefined {
    return sequence[Math.min(this.seen.get(name) ?? 0, sequence.length - 1)];
  }

  /** What `next` was; before the first, what it would be. */
  public last<Value>(name: string, sequence: Sequence<Value>): Value | undefined {
    return sequence[Math.min(Math.max(0, (this.seen.get(name) ?? 0) - 1), sequence.length - 1)];
  }

  public restart(name: string): void {
    this.seen.delete(name);
  }
}

/** An argument that is a string, or nothing. */
export const textOf = (argument: unknown): string => (typeof argument === "string" ? argument : "");

/** A page of a list, after the marker of the page before. */
export function page<Row>(
  all: readonly Row[],
  given: unknown,
  most: number,
  error = "ElastiCache.InvalidParameterValueException",
) {
  const marker = textOf(given);
  const start = given === undefined ? 0 : Number(/^after-(\d+)$/.exec(marker)?.[1]);
  if (Number.isNaN(start)) throw new ExecutionError(error, `no marker: ${marker}`);
  const end = start + most;
  return { rows: all.slice(start, end), marker: end < all.length ? `after-${String(end)}` : undefined };
}

export type Tags = Readonly<Record<string, string>>;

/** Tags as AWS lists them. */
export const tagList = (tags: Tags) => Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));

export const tagsOf = (list: unknown): Tags =>
  Object.fromEntries(((list ?? []) as readonly { Key: string; Value: string }[]).map(({ Key, Value }) => [Key, Value]));
