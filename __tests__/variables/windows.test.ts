import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { stacks } from "../support/stacks";
import { describeTerraform, terraformBinary, withoutVariables } from "../support/terraform";

const days = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
const minutesOfDay = 1440;
const minutesOfWeek = 7 * minutesOfDay;

interface Pair {
  readonly backup: string;
  readonly maintenance: string;
}

/** A seeded generator (mulberry32), so that a pair that fails once fails again. */
function seeded(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

const time = (minute: number): string =>
  `${String(Math.floor((minute % minutesOfDay) / 60)).padStart(2, "0")}:${String(minute % 60).padStart(2, "0")}`;
const moment = (minute: number): string =>
  `${days[Math.floor((minute % minutesOfWeek) / minutesOfDay)] ?? ""}:${time(minute)}`;

/** Windows of any length up to a little more than is allowed, many of them beginning or ending exactly where the other does. */
function randomPair(random: (below: number) => number): Pair {
  const backup = random(minutesOfDay);
  const backupLength = random(4) === 0 ? random(minutesOfDay) : 50 + random(180);
  const length = random(3) === 0 ? 1300 + random(200) : random(400);
  const touching = [
    random(minutesOfWeek),
    random(7) * minutesOfDay + backup + backupLength,
    random(7) * minutesOfDay + backup - length + minutesOfWeek,
    random(7) * minutesOfDay + backup + backupLength - 1,
    random(7) * minutesOfDay + backup - length + 1 + minutesOfWeek,
  ];
  const start = touching[random(touching.length)] ?? 0;
  return {
    backup: `${time(backup)}-${time(backup + backupLength)}`,
    maintenance: `${moment(start)}-${moment(start + length)}`,
  };
}

/** Every minute of the week on which the windows fall, counted one by one; undefined where a window is none. */
function acceptedMinuteByMinute({ backup, maintenance }: Pair): boolean {
  const at = (text: string): number => Number(text.slice(0, 2)) * 60 + Number(text.slice(3, 5));
  const inWeek = (text: string): number => days.indexOf(text.slice(0, 3)) * minutesOfDay + at(text.slice(4));
  const minutes = (start: number, end: number, round: number): number[] => {
    const all = [];
    for (let minute = start; minute % round !== end; minute++) all.push(minute % round);
    return all;
  };
  const daily = minutes(at(backup.slice(0, 5)), at(backup.slice(6)), minutesOfDay);
  const weekly = minutes(inWeek(maintenance.slice(0, 9)), inWeek(maintenance.slice(10)), minutesOfWeek);
  const taken = new Set(daily);
  return (
    daily.length >= 60 &&
    weekly.length >= 60 &&
    weekly.length <= minutesOfDay &&
    !weekly.some((minute) => taken.has(minute % minutesOfDay))
  );
}

/** The conditions of both variables, as the stack has them, evaluated by Terraform for every pair in one run. */
function acceptedByTerraform(pairs: readonly Pair[]): boolean[] {
  const { variable } = (stacks["redis-prod"] ?? missing)();
  const conditions = [variable.backup_window, variable.maintenance_window]
    .flatMap((block) => block?.validation ?? [])
    .map(({ condition }) => /^\$\{([\s\S]*)\}$/.exec(condition)?.[1] ?? condition)
    .map((text) => `(${text})`.replaceAll("var.backup_window", "pair.backup"))
    .map((text) => text.replaceAll("var.maintenance_window", "pair.maintenance"));
  const folder = mkdtempSync(join(tmpdir(), "windows-"));
  try {
    writeFileSync(join(folder, "pairs.json"), JSON.stringify(pairs));
    const expression = `jsonencode([for pair in jsondecode(file("pairs.json")) : alltrue([${conditions.join(", ")}])])`;
    const { status, stdout, stderr } = spawnSync(terraformBinary, ["console"], {
      cwd: folder,
      encoding: "utf8",
      env: withoutVariables(),
      input: `${expression}\n`,
    });
    if (status !== 0) throw new Error(`terraform console failed:\n${stdout}${stderr}`);
    return JSON.parse(JSON.parse(stdout) as string) as boolean[];
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function missing(): never {
  throw new Error("There is no stack redis-prod.");
}

describeTerraform("windows", () => {
  test("are accepted exactly when a count minute by minute accepts them (2,000 random pairs)", () => {
    const random = seeded(20_240_229);
    const pairs = Array.from({ length: 2_000 }, () => randomPair(random));
    const counted = pairs.map(acceptedMinuteByMinute);
    const judged = acceptedByTerraform(pairs);

    expect(pairs.filter((_pair, i) => counted[i] !== judged[i])).toEqual([]);
    const accepted = counted.filter(Boolean).length;
    expect(accepted).toBeGreaterThan(400);
    expect(accepted).toBeLessThan(1_600);
  });
});
