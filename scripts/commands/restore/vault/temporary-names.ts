import type { Planned } from "../stack";

/** The tag of everything that a restore creates for a while; its value is the id of the replication group that is restored. */
export const temporaryTag = "TemporaryForRestoreOf";

/** What the temporary cache and what it needs are called: a fixed name, so that a run that was stopped is found by the next one. */
export const temporaryName = ({ name }: Pick<Planned, "name">): string => `${name}-from-vault`;
