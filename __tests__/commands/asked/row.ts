import type { Run, Terraform } from "../../../scripts/shared/terraform";
import { operationOf, type Answer } from "../../support/as-caller";
import type { Asked } from "../../support/asked";

/** The Regions of the tests: each is one that nothing else is in. */
export const region = {
  /** Of the stack that a command is for, or the one that it is asked for. */
  stack: "eu-west-1",
  /** Of the stack's second provider. */
  alias: "us-east-1",
  /** Of the person who runs the command: AWS_REGION. */
  caller: "us-west-2",
  vault: "ap-northeast-3",
  /** In which the backup in the vault was taken. */
  backup: "sa-east-1",
} as const;

/** What a command asks of AWS. */
export interface Row {
  readonly what: string;
  /** What AWS answers, by operation. */
  readonly answers: Readonly<Record<string, (input: Readonly<Record<string, unknown>>) => object>>;
  /** What Terraform prints, by what a command line begins with. @default - nothing */
  readonly terraform?: Readonly<Record<string, string>>;
  /** The command, which may end with an error. */
  readonly act: () => Promise<unknown>;
  /** How it ends. @default - well */
  readonly error?: RegExp;
  /** Everything that AWS is asked, in its order. */
  readonly asked: readonly Asked[];
}

/** The configuration of a stack, as far as commands read it. */
export const written = {
  ...{ name: "redis-prod", terraform: {}, variable: { num_node_groups: {} }, resource: {} },
  provider: { aws: [{ region: region.stack }, { alias: "global", region: region.alias }] },
  locals: { vault_key_prefix: "a${local.account_id}-euw1-prod-" },
};

export const answersOf =
  ({ answers }: Row): Answer =>
  (command) => {
    const answer = answers[operationOf(command)];
    if (answer === undefined) throw new Error(`The row does not say what AWS answers ${operationOf(command)}.`);
    return answer({ ...command.input });
  };

export const terraformOf =
  ({ terraform = {} }: Row): Terraform =>
  (args) => {
    const line = args.join(" ");
    const stdout = Object.entries(terraform).find(([start]) => line.startsWith(start))?.[1] ?? "";
    return { ok: true, status: 0, stdout, text: stdout } satisfies Run;
  };

export const notFound = (what: string) => (): never => {
  throw Object.assign(new Error(what), { name: `${what}NotFoundFault` });
};

/** The ARN of something of ElastiCache in the Region of the stack. */
export const arn = (resource: string): string => `arn:aws:elasticache:${region.stack}:123456789012:${resource}`;
