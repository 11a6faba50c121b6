import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { setTimeout } from "node:timers/promises";

/** Whether the time to act has come. */
export type Moment = () => boolean | Promise<boolean>;

interface Ended {
  /** null when a signal ended it. */
  readonly code: number | null;
  readonly text: string;
}

/** A command that runs while the test goes on: a process group of its own, as the foreground of a terminal is, so that a signal goes to all of it. */
export class Background {
  private readonly child: ChildProcess;
  private readonly closed: Promise<unknown>;
  private text = "";

  private constructor(
    private readonly what: string,
    program: string,
    args: readonly string[],
    place: { readonly cwd: string; readonly env: NodeJS.ProcessEnv },
  ) {
    this.child = spawn(program, [...args], { ...place, detached: true, stdio: ["ignore", "pipe", "pipe"] });
    for (const stream of [this.child.stdout, this.child.stderr])
      stream?.on("data", (data: Buffer) => {
        this.text += data.toString();
      });
    this.closed = once(this.child, "close");
  }

  /**
   * Runs a command, and `act` as soon as `moment` has come. When either throws, the command is interrupted as by Ctrl-C and has
   * ended before the error goes on: what runs unwatched would hold the lock, and create what nothing destroys.
   *
   * @throws with what the command printed, if it ends before its moment.
   */
  public static async run(
    what: string,
    [program, ...args]: readonly [string, ...string[]],
    place: { readonly cwd: string; readonly env: NodeJS.ProcessEnv },
    moment: Moment,
    act: (command: Background) => void,
  ): Promise<Ended> {
    const command = new Background(what, program, args, place);
    try {
      await command.until(moment);
      act(command);
    } catch (error) {
      if (command.isRunning) command.signal("SIGINT");
      await command.closed;
      throw error;
    }
    await command.closed;
    return { code: command.child.exitCode, text: command.text };
  }

  public signal(name: "SIGINT" | "SIGKILL"): void {
    process.kill(-(this.child.pid ?? NaN), name);
    process.stderr.write(`       ${name}  ${this.what}\n`);
  }

  private get isRunning(): boolean {
    return this.child.exitCode === null && this.child.signalCode === null;
  }

  private async until(moment: Moment): Promise<void> {
    while (!(await moment())) {
      if (!this.isRunning) throw new Error(`${this.what} ended before its moment came:\n${this.text}`);
      await setTimeout(100);
    }
    if (!this.isRunning) throw new Error(`${this.what} ended when its moment came:\n${this.text}`);
  }
}
