import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { InputError } from "../../stacks/terraform/input-error";
import { refuseForgottenState, type StatePlaces } from "../../stacks/terraform/state-moves";

const state = { bucket: "states", region: "eu-west-1", keyPrefix: "team/redis/" };
const full = JSON.stringify({ version: 4, serial: 3, lineage: "x", resources: [{ type: "aws_sns_topic" }] });
const empty = JSON.stringify({ version: 4, serial: 4, lineage: "x", resources: [] });
const initialized = (bucket: string, key: string): string =>
  JSON.stringify({ version: 3, backend: { type: "s3", config: { bucket, key, region: "eu-west-1" } } });
const locally = JSON.stringify({ version: 3, backend: { type: "local", config: { path: "x" } } });

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "moves-"));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

interface Machine {
  /** The local state of redis-b. */
  readonly local?: string;
  /** What Terraform wrote when redis-b was initialized. */
  readonly before?: string;
}

/** Why a run is refused on a machine that has these; undefined where it is not. */
function refusal({ local, before }: Machine, run: Pick<StatePlaces, "state" | "moved">): string | undefined {
  if (local !== undefined) writeFileSync(join(folder, "terraform.redis-b.tfstate"), local);
  if (before !== undefined) {
    const hidden = join(folder, "out/stacks/redis-b/.terraform");
    mkdirSync(hidden, { recursive: true });
    writeFileSync(join(hidden, "terraform.tfstate"), before);
  }
  try {
    refuseForgottenState({ stacks: ["redis-a", "redis-b"], folder, outdir: join(folder, "out"), ...run });
    return undefined;
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    return error.message;
  }
}

describe("a run is refused that would leave two states:", () => {
  test.each<[string, Machine, Pick<StatePlaces, "state">, RegExp]>([
    [
      "a bucket beside a local state",
      { local: full },
      { state },
      /^Invalid STATE_BUCKET "states" for redis-b: .*terraform\.redis-b\.tfstate/,
    ],
    ["a bucket beside an encrypted local state", { local: "encrypted" }, { state }, /^Invalid STATE_BUCKET/],
    ["a bucket beside a local state of another form", { local: '{"meta":{}}' }, { state }, /^Invalid STATE_BUCKET/],
    [
      "no bucket in the next shell",
      { before: initialized("states", "redis-b.tfstate") },
      {},
      /kept the state in s3:\/\/states\/redis-b\.tfstate, and this one would keep it in the local file terraform\.redis-b\.tfstate/,
    ],
    [
      "another bucket",
      { before: initialized("others", "team/redis/redis-b.tfstate") },
      { state },
      /s3:\/\/others\/team\/redis\/redis-b\.tfstate, .* s3:\/\/states\/team\/redis\/redis-b\.tfstate/,
    ],
    [
      "a forgotten prefix",
      { before: initialized("states", "redis-b.tfstate") },
      { state },
      /^Invalid state settings of redis-b/,
    ],
  ])("%s", (_what, machine, run, message) => {
    expect(refusal(machine, run)).toMatch(message);
    // The move itself is not.
    expect(refusal(machine, { ...run, moved: "redis-b" })).toBeUndefined();
  });
});

test.each<[string, Machine, Pick<StatePlaces, "state">]>([
  ["nothing", {}, {}],
  ["nothing, and a bucket", {}, { state }],
  ["a local state", { local: full, before: locally }, {}],
  ["the same bucket", { before: initialized("states", "team/redis/redis-b.tfstate") }, { state }],
  ["a local state without resources, and a bucket", { local: empty, before: locally }, { state }],
  ["an empty local file, and a bucket", { local: "" }, { state }],
  ["something that is not Terraform's", { before: "[" }, {}],
])("a run is not refused with %s", (_what, machine, run) => {
  expect(refusal(machine, run)).toBeUndefined();
});

test("a stack that does not exist cannot be moved", () => {
  expect(refusal({}, { moved: "redis-c" })).toMatch(/^Invalid MOVE_STATE_STACK "redis-c": .* redis-a, redis-b\.$/);
});
