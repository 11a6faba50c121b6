import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { Option } from "commander";
import { allSabotages, sample, type Sabotage } from "./mutate/generate";
import { Judge, groups, type Store } from "./mutate/judge";
import { askEach } from "./mutate/pool";
import { report, type Result } from "./mutate/report";
import { categories, type Category } from "./mutate/syntax";
import { typeCheck } from "./mutate/type-check";
import type { Question } from "./mutate/worker";
import { Refusal } from "../shared/aws-sdk";
import { runProgram } from "../shared/command";
import { scriptCommand, wholeNumber } from "../shared/options";
import { root } from "../shared/synthesize";

/**
 * Mutation testing: sabotages of the stacks and the commands are generated from their sources, each is applied alone in a copy of the
 * project, and the tests that are likely to notice it run until one fails, in processes that load again only what depends on the change
 * (mutate/worker.ts). What those do not notice, all tests look at, run by Jest: several sabotages at once, then each alone in the files
 * that failed. Golden files (snapshots, generated documents) come last, because a maintainer updates them with one command.
 *
 * The rules are this project's own. StrykerJS, the library for JavaScript, replaces a string by an empty one, and what matters here is
 * in strings (JSONata, Terraform, IAM). It also switches between mutants inside of a process, while here nearly every mutant acts at
 * synthesis, whose result all files of tests share: each would run all tests in each of them.
 *
 * Results are kept in coverage/mutate.json, which git ignores, and a later run continues with what is not in it.
 */
const store = join(root, "coverage/mutate.json");

interface Options {
  readonly sample?: number;
  readonly seed: number;
  readonly only?: Category;
  readonly file?: string;
  readonly id?: string;
  readonly retry?: true;
  readonly list?: true;
  readonly report?: true;
  readonly seconds: number;
  readonly workers: string;
  readonly types: boolean;
}

const read = (): Store =>
  existsSync(store) ? (JSON.parse(readFileSync(store, "utf8")) as Store) : { seconds: {}, results: {} };

function write(kept: Store): void {
  mkdirSync(dirname(store), { recursive: true });
  // A run may be stopped at any moment.
  writeFileSync(`${store}.new`, JSON.stringify(kept, null, 1));
  renameSync(`${store}.new`, store);
  writeFileSync(store.replace(/json$/, "md"), report(Object.values(kept.results)));
}

/** The sabotages that the options name, in the order in which they are tried. */
function chosen({ sample: size, seed, only, file, id }: Options): readonly Sabotage[] {
  const some = allSabotages().filter(
    (one) =>
      (only === undefined || one.category === only) &&
      (file === undefined || one.file.startsWith(file)) &&
      (id === undefined || one.id === id),
  );
  if (some.length === 0)
    throw new Refusal("No sabotage has this category, file and id. --list shows all that there are.");
  return sample(some, size ?? some.length, seed);
}

async function mutate(options: Options): Promise<void> {
  const sabotages = chosen(options);
  if (options.list === true) {
    for (const { id, category, file, line, change } of sabotages)
      console.log(`${id} ${category} ${file}:${line.toString()} ${change}`);
    return;
  }
  const named = new Set(sabotages.map(({ id }) => id));
  const shown = (): string => report(Object.values(read().results).filter(({ id }) => named.has(id)));
  if (options.report === true) {
    console.log(shown());
    return;
  }
  const { results } = read();
  const isOpen = ({ id }: Sabotage): boolean => {
    const verdict = results[id]?.verdict;
    return (
      verdict === undefined ||
      options.id !== undefined ||
      (options.retry === true && ["golden", "nothing"].includes(verdict))
    );
  };
  const open = sabotages.filter(isOpen);
  const judge = new Judge(options.workers, options.types ? typeCheck() : undefined);
  let done = 0;
  const keep = (result: Result): void => {
    const kept = read();
    write({
      seconds: { ...kept.seconds, ...judge.seconds },
      results: { ...kept.results, [result.id]: result },
    });
    const { verdict, by, category, file, line, change } = result;
    const reason = result.reason ?? (by[0] === undefined ? "" : `${by[0].file}: ${by[0].title}`);
    console.log(
      `${(++done).toString()}/${open.length.toString()} ${verdict} ${category} ${file}:${line.toString()} ${change} (${result.seconds.toString()} s) ${reason.slice(0, 160)}`,
    );
  };
  const unnoticed: Sabotage[] = [];
  const question = (one: Sabotage): Question | undefined => {
    const asked = judge.question(one, read(), options.seconds);
    if ("files" in asked) return asked;
    keep(asked);
    return undefined;
  };
  await askEach(open, question, (one, answer, seconds) => {
    const result = judge.taken(one, answer, seconds);
    if (result !== undefined) {
      keep(result);
      return;
    }
    unnoticed.push(one);
    console.log(`not yet noticed: ${one.id} ${one.file}:${one.line.toString()} ${one.change}`);
  });
  if (unnoticed.length > 0)
    console.log(`The likeliest tests have not noticed ${unnoticed.length.toString()}: now all others look.`);
  for (const group of groups(unnoticed)) judge.together(group).forEach(keep);
  console.log(`\n${shown()}`);
}

void runProgram(
  scriptCommand("mutate", "Sabotages the stacks and commands one change at a time, and reports which tests notice")
    .option("--sample <number>", "try so many sabotages, of each category in turn", wholeNumber)
    .option("--seed <number>", "choose another sample", wholeNumber, 1)
    .addOption(new Option("--only <category>", "try this category").choices(categories))
    .option("--file <path>", "try files whose path begins so, for example stacks/backups/manual")
    .option("--id <id>", "try one sabotage of a report")
    .option("--retry", "with the same choice as before: try those again that no test of behaviour noticed")
    .option("--list", "print the sabotages, and try none")
    .option("--report", "print the results so far, and try none")
    .option("--seconds <number>", "how long the likeliest tests look at each, before all tests do", wholeNumber, 60)
    .option("--workers <number>", "workers of Jest", "100%")
    .option("--no-types", "leave out the type check")
    .action(mutate),
);
