import type { ResultOptions } from "./options";

/** What a command is doing. To stderr, so that stdout has results only. */
export function progress(what: string): void {
  console.error(`${what} ...`);
}

/** Prints messages for people: to stderr with `--json`, because stdout then contains only the result. */
export const tellerOf = ({ json = false }: ResultOptions): ((text: string) => void) =>
  json ? console.error : console.log;

/** Prints the result of a command on stdout: for scripts as JSON, for people as `text`, or nothing if it was printed before. */
export function printResult({ json = false }: ResultOptions, result: object, text?: string): void {
  if (json) console.log(JSON.stringify(result, null, 2));
  else if (text !== undefined) console.log(text);
}
