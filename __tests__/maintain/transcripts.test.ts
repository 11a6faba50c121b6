import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { freeingCommands } from "../../scripts/commands/recover/cache";
import type { Search } from "../../scripts/commands/recover/found";
import { listed, messages } from "../../scripts/commands/recover/messages";
import type { State } from "../../scripts/commands/recover/state";

const stack = "redis-dev";

/** The blocks of a document's Markdown that have no language, or are marked as text: what commands print. */
const transcripts = (file: string): string[] =>
  [...readFileSync(resolve(__dirname, "../../docs", file), "utf8").matchAll(/^```(\w*).*\n([\s\S]*?)^```$/gm)]
    .filter(([, language]) => language === "" || language === "text")
    .map(([, , text = ""]) => text);

/** A transcript in the runbook is compared without the spaces that lay it out. */
const loose = (text: string): string => text.replaceAll(/\s+/g, " ").trim();

const state: State = {
  version: 4,
  lineage: "",
  serial: 1,
  resources: [
    {
      mode: "managed",
      type: "random_id",
      name: "redis_final_snapshot",
      provider: "",
      instances: [{ schema_version: 0, attributes: { hex: "f805bb42" } }],
    },
  ],
};
const region = "ap-northeast-1";
const search: Search = { found: [], foreign: [], leftBehind: [], variables: {}, region, name: "dev-redis" };

const parameterGroup = { address: "aws_elasticache_parameter_group.redis", id: "dev-redis-valkey8" };
const cache = { address: "aws_elasticache_replication_group.redis", id: "dev-redis-cluster" };

const inRunbook: readonly string[] = [
  messages.tainted,
  messages.nothingFound(stack),
  listed(messages.found(stack), [cache]),
  messages.nextDeploy,
];

test.each<[file: string, printed: readonly string[]]>([
  [
    "recover.md",
    [
      listed(messages.found(stack), [parameterGroup]),
      messages.nextDeploy,
      messages.tainted,
      `${messages.nameTaken}\n\n    ${freeingCommands(state, search)}`,
      `${messages.leftBehind(stack)}\n${messages.deletesSecret(region, "arn:aws:secretsmanager:…")}`,
    ],
  ],
  ["runbook.md", inRunbook],
  ["runbook.ja.md", inRunbook],
])("docs/%s shows what npm run recover prints", (file, printed) => {
  const shown = transcripts(file).map(loose);
  const lacking = printed.filter((text) => !shown.some((block) => block.includes(loose(text))));
  expect(lacking).toEqual([]);
});

test("no transcript of npm run recover shows anything that it does not print", () => {
  const sentences = Object.values(messages).map((message) =>
    typeof message === "string" ? message : message(stack, ""),
  );
  const known = [
    ...sentences,
    freeingCommands(state, search),
    messages.deletesSecret(region, "arn:aws:secretsmanager:…"),
  ]
    .flatMap((text) => text.split("\n"))
    .map(loose);
  const runs = transcripts("recover.md").filter((text) => text.includes("npm run recover") || text.includes("secrets"));
  const unknown = runs
    .flatMap((text) => text.split("\n"))
    .map(loose)
    .filter((line) => line !== "" && line !== "…" && !line.startsWith("$ ") && !known.includes(line))
    // What was found, and what the next deploy will do.
    .filter((line) => !/^((create|update|delete|replace) )?(aws_\w+\.\S+|dev-redis-\S+)$/.test(line));
  expect(runs.length).toBe(4);
  expect(unknown).toEqual([]);
});
