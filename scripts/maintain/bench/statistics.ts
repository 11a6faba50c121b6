/** The value in the middle; of an even number, the mean of the two in the middle. */
export const median = (values: readonly number[]): number => quantile(values, 0.5);

/**
 * The value below which `share` of the values lie, interpolated between neighbours.
 *
 * @throws if there are no values.
 */
export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((one, other) => one - other);
  const position = (sorted.length - 1) * share;
  const below = sorted[Math.floor(position)];
  const above = sorted[Math.ceil(position)];
  if (below === undefined || above === undefined) throw new Error("There are no values; measure at least once.");
  return below + (above - below) * (position - Math.floor(position));
}

export interface Ratio {
  readonly median: number;
  /** A quarter of the rounds were below, a quarter above. */
  readonly quartiles: readonly [number, number];
}

/** Two series measured in turns, compared round by round: what slows the machine down for a while slows down both. */
export function ratio(series: readonly number[], reference: readonly number[]): Ratio {
  const ratios = series.map((value, round) => value / (reference[round] ?? Number.NaN));
  return { median: median(ratios), quartiles: [quantile(ratios, 0.25), quantile(ratios, 0.75)] };
}
