import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { environments } from "../../stacks/environments";
import {
  concernedWith,
  describeTerraform,
  terraformBinary,
  variablesAlone,
  withoutVariables,
} from "../support/terraform";
import { stacks } from "../support/stacks";

describeTerraform("a node type", () => {
  const synthesized = stacks["redis-prod"]?.() ?? fail();
  const folder = mkdtempSync(join(tmpdir(), "node-types-"));
  afterAll(() => {
    rmSync(folder, { recursive: true });
  });
  const warning = (nodeType: string): string => {
    const { variable, locals } = variablesAlone(concernedWith(synthesized, new Set(["node_type"])));
    const check = { node_type_known: synthesized.check.node_type_known };
    writeFileSync(join(folder, "main.tf.json"), JSON.stringify({ variable, locals, check }));
    const { stdout, stderr, status } = spawnSync(
      terraformBinary,
      ["plan", "-no-color", "-input=false", `-var=node_type=${nodeType}`],
      { cwd: folder, encoding: "utf8", env: withoutVariables() },
    );
    expect(status === 0 ? "" : stderr).toBe("");
    return stdout.replaceAll(/[│╷╵]/g, "").replaceAll(/\s+/g, " ");
  };

  test.each([...new Set(Object.values(environments).map(({ nodeType }) => nodeType)), "cache.m5.24xlarge"])(
    "that AWS documents gives no warning: %s",
    (nodeType) => {
      expect(warning(nodeType)).not.toContain("Warning");
    },
  );

  test("of which AWS creates no new caches is a warning, since a live cache may have it", () => {
    const text = warning("cache.t2.small");
    expect(text).toContain(
      'node_type "cache.t2.small" is of a previous generation, of which AWS creates no new caches.',
    );
    expect(text).not.toContain('node_type "cache.t2.small" is not among');
  });

  test.each([
    ["cache.r7g.larg", "cache.r7g.large"],
    ["cache.r77g.large", "cache.r7g.large"],
    ["cache.t4.small", "cache.t4g.small"],
    ["cache.m6gg.2xlarge", "cache.m6g.2xlarge"],
    ["cache.r9g.xlarge", "cache.r7g.xlarge|cache.r8g.xlarge|cache.r6g.xlarge"],
  ])("that AWS did not have is a warning with the nearest one, and no refusal: %s", (nodeType, nearest) => {
    const message = `node_type "${nodeType}" is not among the node types that AWS documented`;
    expect(warning(nodeType)).toContain(message);
    expect(warning(nodeType)).toMatch(new RegExp(`did you mean "(${nearest})"`));
  });
});

function fail(): never {
  throw new Error("There is no stack redis-prod.");
}
