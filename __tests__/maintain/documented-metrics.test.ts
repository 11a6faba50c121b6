import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { publishedMetrics } from "../../scripts/maintain/metrics";
import { everyStack } from "../support/stacks";

/** The pages that describe the metrics. */
const documented = ["alarms.md", "restore.md", "vault.md", "policy.md"]
  .map((page) => readFileSync(resolve(__dirname, "../../docs", page), "utf8"))
  .join("\n");

test.each(Object.entries(everyStack))(
  "every metric that the state machines of %s publish is documented",
  (_name, synthesize) => {
    const metrics = Object.values(synthesize().resource.aws_sfn_state_machine ?? {})
      .flatMap(({ definition }) => publishedMetrics(String(definition)))
      .map(({ name }) => name);
    expect([...new Set(metrics)].filter((name) => !documented.includes(`\`${name}\``))).toEqual([]);
  },
);
