import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Refusal } from "../../shared/aws-sdk";
import { cacheFolder } from "./cache-folder";
import type { RunningLab } from "./environment";

interface Registered extends RunningLab {
  /** The process that stops it. */
  readonly pid: number;
}

const folder = (): string => join(cacheFolder(), "running");
const fileOf = (pid: number): string => join(folder(), `${pid}.json`);

/** Lets other terminals find a lab. */
export function register(lab: Registered): void {
  mkdirSync(folder(), { recursive: true });
  writeFileSync(fileOf(lab.pid), JSON.stringify(lab));
}

export function unregister(pid: number): void {
  rmSync(fileOf(pid), { force: true });
}

/**
 * The address of the running lab: LAB_URL if it is set, as it is in a command that the lab runs, else the one that runs, if any.
 *
 * @throws Refusal if several run.
 */
export function runningLab(): string | undefined {
  const { LAB_URL: chosen } = process.env;
  if (chosen !== undefined && chosen !== "") return chosen;
  const [lab, ...others] = all();
  if (lab !== undefined && others.length > 0)
    throw new Refusal(
      `Several labs are running: ${[lab, ...others].map(({ url }) => url).join(", ")}. Choose one with LAB_URL, for example LAB_URL=${lab.url}.`,
    );
  return lab?.url;
}

/** The address of a lab that can tell which control calls there are: any that runs. */
export const anyLab = (): string | undefined => {
  const { LAB_URL: chosen } = process.env;
  return chosen !== undefined && chosen !== "" ? chosen : all()[0]?.url;
};

/** Those whose process still lives. What a killed one has left is removed. */
function all(): Registered[] {
  let names: string[];
  try {
    names = readdirSync(folder());
  } catch {
    return [];
  }
  return names.flatMap((name) => {
    const pid = Number.parseInt(name, 10);
    if (lives(pid)) return [JSON.parse(readFileSync(join(folder(), name), "utf8")) as Registered];
    unregister(pid);
    return [];
  });
}

function lives(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // A process of somebody else.
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
