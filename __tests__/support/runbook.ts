import { readFileSync } from "node:fs";
import { resolve } from "node:path";

export interface Block {
  readonly commands: string;
  /** `sh tested`: the deployment test runs it. */
  readonly tested: boolean;
  /** `sh tested fails`: it is meant to fail. */
  readonly fails: boolean;
  /** What it is said to print, in pieces: the lines of the block of text behind it, without what is left out (…). */
  readonly prints: readonly string[];
}

/** The blocks of commands of docs/runbook.md, by page, in its order. */
export function runbook(): ReadonlyMap<string, readonly Block[]> {
  const text = readFileSync(resolve(__dirname, "../../docs/runbook.md"), "utf8");
  const sections = text.split(/^##? (?=.*\n)/m).slice(1);
  return new Map(sections.map((section) => [section.slice(0, section.indexOf("\n")), blocksOf(section)]));
}

function blocksOf(section: string): Block[] {
  const found = section.matchAll(/```sh( tested)?( fails)?\n([\s\S]*?)```(?:\s*```text\n([\s\S]*?)```)?/g);
  return [...found].map(([, tested, fails, commands = "", output = ""]) => ({
    commands: commands.trim(),
    tested: tested !== undefined,
    fails: fails !== undefined,
    prints: output
      .split(/\n|…/)
      .map(comparable)
      .filter((piece) => piece !== ""),
  }));
}

/** What a terminal shows, without frames and colours, and without what differs from run to run: numbers, times, ids. */
export const comparable = (text: string): string =>
  text
    .replaceAll(new RegExp(`${String.fromCharCode(27)}\\[[0-9;]*[A-Za-z]`, "g"), "")
    .replaceAll(/[│╷╵|]/g, " ")
    // cdktf's column with the name of the stack.
    .replaceAll(/^redis-\w+ {2,}/gm, " ")
    .replaceAll(/\d{4}-\d{2}-\d{2}T[\d:.]+Z/g, "#")
    .replaceAll(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, "#")
    .replaceAll(/-[0-9a-f]{8}\b/g, "-#")
    .replaceAll(/\d+(\.\d+)?/g, "#")
    .replaceAll(/\s+/g, " ")
    .trim();
