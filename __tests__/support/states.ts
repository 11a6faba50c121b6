import type { Machine } from "./machine";

export type State = Machine["States"][string];

/** Every state of a machine, by name: those of its loops and branches too. */
export const statesOf = ({ States }: Machine): readonly (readonly [name: string, state: State])[] =>
  Object.entries(States).flatMap(([name, state]) => [[name, state] as const, ...within(state).flatMap(statesOf)]);

/** What a state runs: each item of a Map, the branches of a Parallel. */
export const within = ({ ItemProcessor, Branches = [] }: State): readonly Machine[] => [
  ...(ItemProcessor ? [ItemProcessor] : []),
  ...Branches,
];
