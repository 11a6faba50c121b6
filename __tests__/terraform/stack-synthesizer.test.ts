import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Annotations, App, Aspects, type IStackSynthesizer } from "cdktf";
import type { IConstruct } from "constructs";
import { SnsTopic } from "@cdktf/provider-aws/lib/sns-topic";
import { environments } from "../../stacks/environments";
import { RedisStack } from "../../stacks/redis-stack";
import { json } from "../../stacks/terraform/json";

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "synthesizer-"));
});

afterEach(() => {
  rmSync(folder, { recursive: true });
});

const environment = environments.dev;

/** The text of a stack. */
function written(change: (stack: RedisStack) => void, skipValidation = true): string {
  const app = new App({ outdir: folder, skipValidation });
  change(new RedisStack(app, "redis-dev", environment));
  app.synth();
  return readFileSync(join(folder, "stacks/redis-dev/cdk.tf.json"), "utf8");
}

test("writes byte for byte what cdktf's synthesizer does, but {} in one line", () => {
  const ours = written(() => undefined);
  const theirs = written((stack) => {
    stack.synthesizer = (stack.synthesizer as unknown as { readonly theirs: IStackSynthesizer }).theirs;
  });
  expect(ours === theirs.replaceAll(/^(.*)([[{])\n *([}\]],?)$/gm, "$1$2$3")).toBe(true);
});

test("writes HCL and no JSON where it is asked for, as cdktf synth --hcl does", () => {
  process.env.SYNTH_HCL_OUTPUT = "true";
  try {
    const app = new App({ outdir: folder, skipValidation: true });
    new RedisStack(app, "redis-dev", environment);
    app.synth();
  } finally {
    delete process.env.SYNTH_HCL_OUTPUT;
  }
  expect(readdirSync(join(folder, "stacks/redis-dev"))).not.toContain("cdk.tf.json");
  expect(readFileSync(join(folder, "stacks/redis-dev/cdk.tf"), "utf8")).toContain(
    'resource "aws_sns_topic" "redis_events" {',
  );
});

test("aspects change what is written", () => {
  const text = written((stack) => {
    Aspects.of(stack).add({
      visit: (construct: IConstruct) => {
        if (construct instanceof SnsTopic) construct.displayName = "changed by an aspect";
      },
    });
  });
  expect(text).toContain('"display_name": "changed by an aspect"');
});

test("a validation sees the whole stack, and refuses it", () => {
  let resources: object = {};
  const synth = (): string =>
    written((stack) => {
      stack.node.addValidation({
        validate: () => {
          resources = (stack.toTerraform() as { readonly resource: object }).resource;
          return ["refused by a validation"];
        },
      });
    }, false);
  expect(synth).toThrow("refused by a validation");
  expect(resources).toHaveProperty("aws_elasticache_replication_group");
});

test("an error annotation stops the synth", () => {
  const synth = (): string =>
    written((stack) => {
      Annotations.of(stack).addError("refused by an annotation");
    });
  expect(synth).toThrow("refused by an annotation");
});

test("keys are in order, and what is undefined is left out", () => {
  expect(json({ b: [], gone: undefined, a: { c: {}, b: ['"\n', null, undefined, 1] } })).toBe(
    '{\n  "a": {\n    "b": [\n      "\\"\\n",\n      null,\n      null,\n      1\n    ],\n    "c": {}\n  },\n  "b": []\n}',
  );
  expect(json({ at: new Date(0) })).toBe('{\n  "at": "1970-01-01T00:00:00.000Z"\n}');
});
