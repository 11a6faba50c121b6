/**
 * The output of an execution for people: a backup's name alone, which can be passed on, and otherwise a line for each thing that was
 * measured.
 */
export function textOf(output: Readonly<Record<string, unknown>>): string {
  const { snapshotName, takenFrom } = output;
  if (typeof snapshotName === "string" && takenFrom !== undefined) return snapshotName;
  return Object.entries(output)
    .map(([name, value]) => `${words(name)}: ${typeof value === "string" ? value : JSON.stringify(value)}`)
    .join("\n");
}

/** `restoreDurationSeconds` is `Restore duration (seconds)`. */
function words(name: string): string {
  const spaced = name.replaceAll(/[A-Z]/g, (capital) => ` ${capital.toLowerCase()}`);
  return `${spaced.charAt(0).toUpperCase()}${spaced.slice(1)}`.replace(/ (seconds|hours|minutes|bytes)$/, " ($1)");
}
