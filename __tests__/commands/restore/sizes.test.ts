import fc from "fast-check";
import { copyFile } from "../../../scripts/commands/restore/vault/copy";
import { shardsOf } from "../../../scripts/commands/restore/vault/slots";
import { isUneven, slotsIn } from "../../../scripts/commands/adopt/shards";
import { operationOf, type Sent } from "../../support/as-caller";

const allSlots = 16_384;
/** ElastiCache has at most 500 shards. */
const anyShards = fc.integer({ min: 1, max: 500 });
const boundsOf = (range = ""): readonly number[] => range.split("-").map(Number);

describe("slots", () => {
  test("that no file names are spread over all shards, each slot once, as evenly as a division goes", () => {
    fc.assert(
      fc.property(anyShards, (shards) => {
        const all = shardsOf([], shards);
        let next = 0;
        for (const { Slots } of all) {
          const [first, last = -1] = boundsOf(Slots);
          expect(first).toBe(next);
          next = last + 1;
        }
        expect([all.length, next]).toEqual([shards, allSlots]);
        const counts = all.map(({ Slots = "" }) => slotsIn(Slots));
        expect(Math.max(...counts) - Math.min(...counts)).toBeLessThanOrEqual(1);
        expect(isUneven(counts.map((slots, i) => ({ id: String(i), slots })))).toBe(false);
        expect(new Set(all.map(({ NodeGroupId }) => NodeGroupId)).size).toBe(shards);
      }),
    );
  });

  const anyEnds = fc.uniqueArray(fc.integer({ min: 1, max: allSlots - 1 }), { maxLength: 20 });

  test("that the files name stay theirs where they are all of them, in any order, and not if one is missing or twice", () => {
    fc.assert(
      fc.property(
        anyEnds,
        fc.integer(),
        fc.constantFrom("all", "one missing", "one twice", "the last one missing"),
        (ends, seed, which) => {
          const sorted = [0, ...ends.sort((one, other) => one - other), allSlots];
          const ranges = sorted.slice(1).map((end, i) => [sorted[i] ?? 0, end - 1] as const);
          const chosen = Math.abs(seed) % ranges.length;
          const named = ranges.map(([first, last], i) => {
            const change = i !== chosen ? 0 : which === "one missing" ? 1 : which === "one twice" ? -1 : 0;
            const end = i === ranges.length - 1 && which === "the last one missing" ? last - 1 : last;
            return `${Math.max(0, first + change)}-${end}`;
          });
          const files = named.map((slots, i) => ({ key: `${i}.rdb`, size: 1, shard: `shard-${i}`, slots })).reverse();
          const isChanged = named.some((slots, i) => slots !== ranges[i]?.join("-"));
          const own = files.map(({ shard, slots }) => ({ NodeGroupId: shard, Slots: slots, ReplicaCount: 0 }));
          const found = shardsOf(files, files.length);
          expect(JSON.stringify(found) === JSON.stringify(own)).toBe(!isChanged);
        },
      ),
    );
  });
});

describe("a file", () => {
  test("is copied in parts that are all of it, each byte once, and as large as is allowed but for the last one", async () => {
    const size = fc.integer({ min: 1, max: 2000 });
    // How many bytes more than are copied at once: often none, or one.
    const more = fc.oneof(fc.integer({ min: -1, max: 1 }), fc.integer({ min: -2000, max: 2000 }));
    await fc.assert(
      fc.asyncProperty(size, more, size, async (bytes, over, partBytes) => {
        const wholeBytes = bytes - over;
        fc.pre(bytes / partBytes < 200);
        const ranges: (readonly number[])[] = [];
        const operations: string[] = [];
        const client = {
          send: (command: Sent) => {
            operations.push(operationOf(command));
            const { CopySourceRange: range } = command.input as { readonly CopySourceRange?: string };
            if (range !== undefined) ranges.push(boundsOf(range.replace("bytes=", "")));
            return Promise.resolve({ UploadId: "u", CopyPartResult: {}, ContentLength: bytes });
          },
        };
        const file = { key: "it.rdb", size: bytes, versionId: "v" };
        const to = { bucket: "landing", key: "it.rdb" };
        await copyFile(file, { client: client as never, vault: "vault", to, limits: { wholeBytes, partBytes } });
        expect(operations.includes("CopyObject")).toBe(bytes <= wholeBytes);
        if (bytes <= wholeBytes) return;
        const lengths = ranges.map(([first = 0, last = 0]) => last - first + 1);
        expect(ranges.map(([first]) => first)).toEqual(ranges.map((_one, i) => i * partBytes));
        expect(lengths.slice(0, -1)).toEqual(lengths.slice(0, -1).map(() => partBytes));
        expect(lengths.reduce((sum, length) => sum + length, 0)).toBe(bytes);
        expect(lengths.at(-1)).toBeLessThanOrEqual(partBytes);
      }),
    );
  });
});
