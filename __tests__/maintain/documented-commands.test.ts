import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { program } from "../../scripts/commands";

const root = resolve(__dirname, "../..");

const markdownIn = (folder: string): string[] =>
  readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".md") && !file.includes("node_modules"))
    .map((file) => join(folder, file));

const pages = [
  ...readdirSync(root).filter((file) => file.endsWith(".md")),
  ...["docs", "lab", "examples"].flatMap(markdownIn),
];
const textOf = (page: string): string => readFileSync(join(root, page), "utf8");

/** What people are told to run: the lines of blocks of sh, and code within a sentence; both without a comment at the end. */
const commandsOf = (text: string): string[] => [
  ...[...text.matchAll(/^ *```sh.*\n([\s\S]*?)^ *```$/gm)]
    .flatMap(([, block = ""]) => block.replaceAll(/\\\n */g, "").split("\n"))
    .map((line) => line.replace(/(^| +)# .*/, "").trim()),
  ...[...text.matchAll(/`([^`\n]+)`/g)].map(([, code = ""]) => code),
];

const known = new Map(program().commands.map((command) => [command.name(), command]));
const scripts = Object.keys(
  (JSON.parse(textOf("package.json")) as { readonly scripts: Readonly<Record<string, string>> }).scripts,
);

/** What is wrong with each `npm run …` in a command: a script that does not exist, or an option that the command does not have. */
const problemsOf = (command: string): string[] =>
  [...command.matchAll(/npm run (?:--silent |-s )?([a-z][\w:-]*)(?: -- ([^|&;]*))?/g)].flatMap(
    ([run, script = "", args = ""]) => {
      if (!scripts.includes(script)) return [`${run}: package.json has no script ${script}`];
      const options = known.get(script)?.options.map(({ long }) => long);
      const used = [...args.matchAll(/(?:^| )(--[a-z][a-z-]*)/g)].map(([, option = ""]) => option);
      return used
        .filter((option) => options !== undefined && !["--help", ...options].includes(option))
        .map((option) => `${run}: npm run ${script} has no option ${option}`);
    },
  );

test("a script or an option that does not exist is found", () => {
  expect(
    commandsOf("```sh\nnpm run diff -- redis-dev --bad   # why\n```\nor `npm run no-such`").flatMap(problemsOf),
  ).toEqual([
    "npm run diff -- redis-dev --bad: npm run diff has no option --bad",
    "npm run no-such: package.json has no script no-such",
  ]);
});

test.each(pages)("every npm command in %s exists, with its options", (page) => {
  expect(commandsOf(textOf(page)).flatMap(problemsOf)).toEqual([]);
});

// `cdktf diff` leaves a plan with the AUTH token, and the others check less than the commands of this project.
test.each(pages.filter((page) => !page.startsWith("examples/host-app") && page !== "docs/cdk-terrain.md"))(
  "no block of %s deploys with cdktf",
  (page) => {
    const blocks = [...textOf(page).matchAll(/^ *```sh.*\n([\s\S]*?)^ *```$/gm)].map(([, block = ""]) => block);
    expect(blocks.filter((block) => /\bcdktf (deploy|diff|destroy)\b/.test(block))).toEqual([]);
  },
);

// The commands run Terraform with a plan of their own, and set TF_CLI_ARGS_apply aside.
test.each(pages)("no command in %s passes on arguments that the npm commands do not", (page) => {
  expect(
    commandsOf(textOf(page)).filter((command) => /TF_CLI_ARGS_apply=.*npm run (deploy|destroy)/.test(command)),
  ).toEqual([]);
});
