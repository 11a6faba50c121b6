import { categories } from "./syntax";
import type { Sabotage } from "./generate";

/** What noticed a sabotage, the best first. */
export const verdicts = {
  behaviour: "behaviour",
  synthesis: "synthesis refuses",
  types: "type check",
  equivalent: "equivalent",
  golden: "golden files only",
  nothing: "nothing",
} as const;
export type Verdict = keyof typeof verdicts;

export interface Result extends Pick<Sabotage, "id" | "category" | "file" | "line" | "change"> {
  readonly verdict: Verdict;
  /** Tests that failed, of those that ran until one of behaviour did. */
  readonly by: readonly { readonly file: string; readonly title: string }[];
  /** Why no test ran, or why it does not compile. */
  readonly reason?: string;
  readonly seconds: number;
}

const percent = (part: number, whole: number): string =>
  whole === 0 ? "-" : `${Math.round((100 * part) / whole).toString()} %`;

/** Markdown: how many sabotages of each category were noticed by what, and those that no test of behaviour noticed. */
export function report(results: readonly Result[]): string {
  const names = Object.keys(verdicts) as Verdict[];
  const count = (some: readonly Result[], verdict: Verdict) => some.filter((one) => one.verdict === verdict).length;
  // What does not compile can reach nobody, so that no test has to notice it.
  const row = (title: string, some: readonly Result[]): string => {
    const judged = some.filter(({ verdict }) => verdict !== "types" && verdict !== "equivalent");
    const noticed = count(judged, "behaviour") + count(judged, "synthesis");
    const cells = names.map((name) => count(some, name).toString());
    return `| ${[title, some.length.toString(), ...cells, percent(noticed, judged.length)].join(" | ")} |`;
  };
  const head = ["Category", "Sabotages", ...names.map((name) => verdicts[name]), "By behaviour or synthesis"];
  const survivors = results
    .filter(({ verdict }) => verdict === "golden" || verdict === "nothing")
    .sort((a, b) => a.file.localeCompare(b.file) || a.line - b.line)
    .map(({ id, category, file, line, change, verdict }) => {
      const text = change.replaceAll("|", "\\|").replaceAll("`", "'");
      return `- ${file}:${line.toString()} \`${id}\` ${category}, ${verdicts[verdict]}: ${text}`;
    });
  return [
    `| ${head.join(" | ")} |`,
    `| ${head.map((_one, i) => (i === 0 ? "---" : "---:")).join(" | ")} |`,
    ...categories
      .map((category) => [category, results.filter((one) => one.category === category)] as const)
      .filter(([, some]) => some.length > 0)
      .map(([category, some]) => row(category, some)),
    row("all", results),
    "",
    survivors.length === 0 ? "A test of behaviour notices each of them." : "No test of behaviour notices:",
    "",
    ...survivors,
    "",
  ].join("\n");
}
