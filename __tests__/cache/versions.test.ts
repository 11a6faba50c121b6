import fc from "fast-check";
import { environments } from "../../stacks/environments";
import { RedisStack } from "../../stacks/redis-stack";
import type { Overrides } from "../../stacks/terraform/overrides";
import { evaluated } from "../support/console";
import { synthesize } from "../support/synthesize";
import { describeTerraform } from "../support/terraform";
import { anyVersion, compared, minorOf, written } from "../support/versions";

const overrides: Overrides = { upgrade: true };
const upgraded = (): ReturnType<typeof synthesize> =>
  synthesize((app) => new RedisStack(app, "redis-dev", { ...environments.dev, overrides }));

/** Terraform's value of a local for each version, in place of what the local reads it from. */
const numbersOf = (local: unknown, reference: string, versions: readonly string[]): readonly number[] => {
  const expression = String(local)
    .replace(/^\$\{(.*)\}$/s, "$1")
    .replaceAll(reference, "version");
  return evaluated({ versions }, `[for version in local.versions : ${expression}]`) as readonly number[];
};

describeTerraform("the numbers by which versions are compared before an upgrade", () => {
  test("have the order of major and minor versions, whatever the patch, with one or without", () => {
    const versions = fc.sample(anyVersion, 200);
    const { live_version, requested_version } = upgraded().locals;
    const live = numbersOf(live_version, "data.aws_elasticache_cluster.live.engine_version", versions.map(written));
    const requested = numbersOf(
      requested_version,
      "var.redis_version",
      versions.map((version) => written(minorOf(version))),
    );
    const wrong = versions.flatMap((version, i) =>
      versions
        .filter((other, k) => {
          const order = compared(minorOf(version), minorOf(other));
          return Math.sign((requested[i] ?? NaN) - (live[k] ?? NaN)) !== Math.sign(order);
        })
        .map((other) => `${written(minorOf(version))} and ${written(other)}`),
    );
    expect(wrong).toEqual([]);
  });

  test("take 6.x for the newest version of it", () => {
    const [requested] = numbersOf(upgraded().locals.requested_version, "var.redis_version", ["6.x"]);
    const live = numbersOf(upgraded().locals.live_version, "data.aws_elasticache_cluster.live.engine_version", [
      "6.0.5",
      "6.2.6",
      "7.0.7",
      "5.0.6",
    ]);
    expect(live.map((version) => (requested ?? NaN) >= version)).toEqual([true, true, false, true]);
  });
});
