import fc from "fast-check";
import { machineOf, stepped } from "../../support/stepped";
import { anyVersion, compared, minorOf, written } from "../../support/versions";

const machine = machineOf("redis-prod", "restore_test");

/** Why the chosen snapshot cannot be restored into a cache like the live one; empty where it can. */
async function unfit(snapshot: { engine: string; version: string }, live: { engine: string; version: string }) {
  const { variables } = await stepped(machine, "DescribeNode", {
    variables: {
      nodes: ["node"],
      chosen: {
        ...{ name: "it", status: "available", nodeType: "cache.r7g.large", shards: 1, sizes: ["1 MB"], whole: true },
        ...{ clustered: false, ...snapshot },
      },
    },
    result: {
      CacheClusters: [
        {
          ...{ Engine: live.engine, EngineVersion: live.version },
          CacheParameterGroup: { CacheParameterGroupName: "group" },
        },
      ],
    },
  });
  return { unfit: variables.unfit, version: variables.version };
}
const anyEngine = fc.constantFrom("redis", "valkey");

test("given a snapshot and a cache of one engine, then it is refused for an older minor version of the cache, and for no other", async () => {
  await fc.assert(
    fc.asyncProperty(anyVersion, anyVersion, anyEngine, async (version, live, engine) => {
      const found = await unfit({ engine, version: written(version) }, { engine, version: written(live) });
      expect(found.unfit !== "").toBe(compared(minorOf(version), minorOf(live)) > 0);
    }),
  );
});

test("given a snapshot of the other engine, whatever the versions, then Valkey reads what Redis OSS wrote, and not the other way round", async () => {
  await fc.assert(
    fc.asyncProperty(anyVersion, anyVersion, anyEngine, async (version, live, engine) => {
      const other = engine === "redis" ? "valkey" : "redis";
      const found = await unfit({ engine, version: written(version) }, { engine: other, version: written(live) });
      expect(found.unfit !== "").toBe(engine === "valkey");
    }),
  );
});

test("given any version of the cache, then the copy is asked for by major and minor version from 6 on, and with the patch before", async () => {
  await fc.assert(
    fc.asyncProperty(anyVersion, async (live) => {
      const { version } = await unfit(
        { engine: "redis", version: "0.0.0" },
        { engine: "redis", version: written(live) },
      );
      expect(version).toBe(written((live[0] ?? 0) >= 6 ? minorOf(live) : live));
    }),
  );
});
