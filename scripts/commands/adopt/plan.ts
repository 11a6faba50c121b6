import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { errorsOf, terraformIn, withConfiguration, type Run } from "../../shared/terraform";
import { root, type Stack } from "../../shared/synthesize";
import { takenNames, type Taken } from "../recover/taken";
import type { Plan } from "../recover/plan";
import { valuesToCome, type Values } from "./values";

/** What Terraform would do to the live cluster, and why it would refuse. */
export interface Planned {
  readonly refusals: readonly string[];
  /** Attributes of the replication group that are known. */
  readonly before: Values;
  readonly after: Values;
  /** What AWS has under names that the stack would give. */
  readonly taken: Taken;
}

/** Terraform could not be asked; the text says why. */
export interface NotPlanned {
  readonly failure: string;
}

const group = "aws_elasticache_replication_group.redis";

/**
 * Plans the stack as its first deploy would be, with the live network and the live cluster: most of what AWS would refuse is known only there.
 * The state is empty and temporary; nothing is written but to cdktf.out, where Terraform keeps its provider.
 */
export async function planOf(name: string, stack: Stack, values: Values): Promise<Planned | NotPlanned> {
  const folder = join(root, "cdktf.out", "adopt", name);
  const configuration = { ...stack, terraform: { ...stack.terraform, backend: undefined } };
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "cdk.tf.json"), JSON.stringify(configuration));
  const file = join(folder, "values.tfvars.json");
  writeFileSync(file, JSON.stringify({ ...valuesToCome, ...values }));
  const env = withoutValues();
  const init = terraformIn(folder, { env })(["init"]);
  if (!init.ok) return { failure: `terraform init failed: ${firstError(init)}` };
  return withConfiguration(
    configuration,
    async (copy) => {
      const terraform = terraformIn(copy, { values: [`--var-file=${file}`], env });
      const run = terraform(["plan", "-json", "-out=plan"]);
      const refusals = [...new Set(errorsOf(run).map(({ summary, detail }) => sentence(summary, detail)))];
      if (!run.ok) return { refusals, before: {}, after: {}, taken: new Map() };
      const plan = JSON.parse(terraform(["show", "-json", "plan"]).stdout) as Plan;
      const change = plan.resource_changes.find(({ address }) => address === group)?.change;
      return {
        refusals,
        before: change?.before ?? {},
        after: change?.after ?? {},
        taken: await takenNames({ ...stack, name, folder }, plan, [`--var-file=${file}`]),
      };
    },
    folder,
  );
}

/** A rule of the stack is a sentence already; an error of AWS needs its summary. */
const sentence = (summary: string, detail: string): string =>
  /^(Resource|Module|Check block) (pre|post)condition failed|^Invalid value for variable/.test(summary)
    ? detail.replace(/\n\nThis was checked by[\s\S]*$/, "")
    : `${summary}${detail === "" ? "" : `: ${detail}`}`;

const firstError = ({ text }: Run): string => /Error: (.*)/.exec(text)?.[1] ?? text.trim().slice(-200);

/** Values and workspaces of another stack's deploy do not count here; where Terraform finds its providers does. */
const withoutValues = (): NodeJS.ProcessEnv =>
  Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^TF_(VAR_|CLI_ARGS|WORKSPACE)/.test(name)));
