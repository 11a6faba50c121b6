import type { Run } from "./project";

/** Expects that it was refused, with each of these words; fails with what was said. */
export function expectRefused({ ok, text }: Run, ...words: readonly (string | RegExp)[]): void {
  for (const word of words) expect(text).toMatch(word);
  expect(ok ? text : "refused").toBe("refused");
}

/** Expects that Terraform refuses to destroy or replace the cache. */
export function expectProtected(run: Run): void {
  expectRefused(run, "Resource aws_elasticache_replication_group.redis has lifecycle.prevent_destroy set");
}
