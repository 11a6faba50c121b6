import { spawn, type ChildProcess } from "node:child_process";
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";
import { Refusal } from "../../shared/aws-sdk";
import { labFolder } from "./cache-folder";
import { withoutAwsSettings, type RunningLab } from "./environment";
import { labPython } from "./python";
import { register, unregister } from "./running";

/** A lab that was started here. It ends with this process, however that ends: it reads a pipe of ours, which closes then. */
export class Server implements RunningLab {
  private stopping = false;

  private constructor(
    private readonly child: ChildProcess,
    readonly url: string,
    readonly log: string,
    readonly region: string,
  ) {
    register({ url, log, region, pid: process.pid });
    child.on("exit", (code, signal) => {
      if (!this.stopping)
        process.stderr.write(`The lab has stopped unexpectedly (${signal ?? code ?? ""}). Its log: ${log}\n`);
    });
  }

  /** @throws Refusal if it does not start, with the end of its log. */
  static async start(): Promise<Server> {
    const python = labPython();
    const environment = withoutAwsSettings(process.env);
    const log = join(mkdtempSync(join(tmpdir(), "aws-lab-")), "lab.log");
    const errors = openSync(log, "a");
    const child = spawn(python, ["-m", "aws.server", "--until-stdin-ends"], {
      cwd: labFolder,
      env: environment,
      stdio: ["pipe", "pipe", errors],
    });
    closeSync(errors);
    const url = await firstLine(child);
    if (url === undefined)
      throw new Refusal(
        `The lab did not start (${ending(child)}). The end of its log, ${log}:\n${endOf(readFileSync(log, "utf8"))}`,
      );
    return new Server(child, url, log, environment.AWS_REGION ?? "");
  }

  /** @param keepLog whether its log may still be needed */
  stop(keepLog: boolean): void {
    this.stopping = true;
    unregister(process.pid);
    this.child.stdin?.end();
    this.child.kill();
    if (keepLog) {
      const unusual = endOf(unusualLines(readFileSync(this.log, "utf8")));
      process.stderr.write(`${unusual}\nThe lab's log: ${this.log}\n`.trimStart());
    } else rmSync(dirname(this.log), { recursive: true, force: true });
  }
}

const ending = ({ signalCode, exitCode }: ChildProcess): string =>
  signalCode ?? (exitCode === null ? "its output ended" : `exit code ${exitCode}`);

/** What it prints once it answers: its address. Undefined if it ends before. */
async function firstLine(child: ChildProcess): Promise<string | undefined> {
  if (child.stdout === null) return undefined;
  for await (const line of createInterface(child.stdout)) return line;
  return undefined;
}

/** What a log says besides the calls that were answered: tracebacks, and calls that an SDK made again. */
export const unusualLines = (log: string): string =>
  log
    .split("\n")
    .filter((line) => !/^\S+ - - \[/.test(line))
    .join("\n");

const endOf = (log: string): string => log.trimEnd().split("\n").slice(-20).join("\n");
