import fc from "fast-check";
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

const time = (minute: number): string =>
  `${String(Math.floor((minute % minutesOfDay) / 60)).padStart(2, "0")}:${String(minute % 60).padStart(2, "0")}`;
const moment = (minute: number): string =>
  `${days[Math.floor((minute % minutesOfWeek) / minutesOfDay)] ?? ""}:${time(minute)}`;

const below = (count: number): fc.Arbitrary<number> => fc.nat({ max: count - 1 });

/** Windows of any length up to a little more than is allowed, many of them beginning or ending exactly where the other does. */
const anyPair: fc.Arbitrary<Pair> = fc
  .record({
    backup: below(minutesOfDay),
    backupLength: fc.oneof(below(minutesOfDay), { arbitrary: fc.integer({ min: 50, max: 229 }), weight: 3 }),
    length: fc.oneof(fc.integer({ min: 1300, max: 1499 }), { arbitrary: below(400), weight: 2 }),
    day: below(7),
    anywhere: below(minutesOfWeek),
    place: fc.constantFrom("anywhere", "after", "before", "a minute too early", "a minute too late"),
  })
  .map(({ backup, backupLength, length, day, anywhere, place }) => {
    const after = day * minutesOfDay + backup + backupLength;
    const before = day * minutesOfDay + backup - length + minutesOfWeek;
    const start = { anywhere, after, before, "a minute too early": after - 1, "a minute too late": before + 1 }[place];
    return {
      backup: `${time(backup)}-${time(backup + backupLength)}`,
      maintenance: `${moment(start)}-${moment(start + length)}`,
    };
  });

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
    // One run of Terraform judges all; the seed makes a pair that fails once fail again.
    const pairs = fc.sample(anyPair, { numRuns: 2_000, seed: 20_240_229 });
    const counted = pairs.map(acceptedMinuteByMinute);
    const judged = acceptedByTerraform(pairs);

    expect(pairs.filter((_pair, i) => counted[i] !== judged[i])).toEqual([]);
    const accepted = counted.filter(Boolean).length;
    expect(accepted).toBeGreaterThan(400);
    expect(accepted).toBeLessThan(1_600);
  });
});
