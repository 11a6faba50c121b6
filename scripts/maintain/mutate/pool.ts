import { fork, type ChildProcess } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { awayFromHome, copyProject } from "./copy";
import type { Answer, Question } from "./worker";
import { terraformWasFound } from "../../../__tests__/support/settings";
import { terraformIsThere } from "../../shared/terraform-binary";

/** How many seconds a test may take beyond those of the question. */
const grace = 240;

/** After so many questions a process is replaced: what tests leave in it adds up. */
const most = 150;

/** A process that answers one question after the other, in a copy of the project of its own. */
class Answering {
  private child: ChildProcess | undefined;
  private asked = 0;
  private readonly copy: string;

  public constructor(index: number) {
    this.copy = copyProject(`project-${index.toString()}`);
  }

  /** @returns "hangs" if a test does not end */
  public async ask(question: Question): Promise<Answer | "hangs"> {
    if (this.asked >= most) this.stop();
    const child = (this.child ??= await this.started());
    this.asked += 1;
    const path = join(this.copy, question.change.file);
    const original = readFileSync(path, "utf8");
    const answer = await next(child, question, (question.seconds + grace) * 1000);
    if (answer === "hangs" || answer === "ends") {
      this.stop();
      // The process could not undo the change, and later questions are about others.
      writeFileSync(path, original);
    }
    return answer === "ends" ? { nothing: true } : answer;
  }

  public stop(): void {
    this.child?.kill("SIGKILL");
    this.child = undefined;
    this.asked = 0;
  }

  private async started(): Promise<ChildProcess> {
    const child = fork(join(this.copy, "scripts/maintain/mutate/worker.ts"), {
      cwd: this.copy,
      // As __tests__/support/global-setup.ts does.
      env: {
        ...{ GOGC: "off", GOMEMLIMIT: "512MiB", ...awayFromHome(this.copy) },
        ...(terraformIsThere() && { [terraformWasFound]: "yes" }),
      },
      execArgv: ["--import", "tsx", "--max-old-space-size=3000"],
      stdio: ["ignore", "ignore", "inherit", "ipc"],
    });
    // A promise that a sabotage leaves alone may fail between two questions, and ends the process.
    child.once("exit", () => {
      if (this.child === child) this.stop();
    });
    child.on("error", () => undefined);
    await next(child, undefined, 120_000);
    return child;
  }
}

/** What a process says next, to a question if there is one. */
function next(
  child: ChildProcess,
  question: Question | undefined,
  milliseconds: number,
): Promise<Answer | "hangs" | "ends"> {
  return new Promise((resolve) => {
    const ended = (): void => {
      done("ends");
    };
    const done = (answer: Answer | "hangs" | "ends"): void => {
      clearTimeout(timer);
      child.off("message", done).off("exit", ended);
      resolve(answer);
    };
    const timer = setTimeout(done, milliseconds, "hangs");
    child.once("message", done).once("exit", ended);
    if (question !== undefined) child.send(question);
  });
}

/** Has processes, one for each core, answer a question about each of some things. */
export async function askEach<T>(
  things: readonly T[],
  question: (one: T) => Question | undefined,
  take: (one: T, answer: Answer | "hangs", seconds: number) => void,
): Promise<void> {
  const queue = [...things];
  const work = async (index: number): Promise<void> => {
    const answering = new Answering(index);
    try {
      for (let one = queue.shift(); one !== undefined; one = queue.shift()) {
        const asked = question(one);
        if (asked === undefined) continue;
        const began = Date.now();
        take(one, await answering.ask(asked), (Date.now() - began) / 1000);
      }
    } finally {
      answering.stop();
    }
  };
  await Promise.all(Array.from({ length: Math.min(availableParallelism(), things.length) }, (_one, i) => work(i)));
}
