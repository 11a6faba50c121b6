import { existsSync, statSync } from "node:fs";
import { isDeepStrictEqual } from "node:util";
import type { environments } from "../../../stacks/environments";
import { aws, createNetwork, inventoryOfAccount, type Network } from "./aws";
import type { Moment } from "./background";
import { destroyAll } from "./clean-up";
import { lab, onLab } from "./lab";
import type { Group } from "./live";
import { expectOk, Project, type Run } from "./project";
import { expectOnlySecretLetsIn, letIn, token } from "./token";

/** How long AWS works on what it is asked for next of a cache. Elsewhere than in the lab it takes minutes by itself. */
export async function slowly(groupSeconds: number): Promise<void> {
  if (onLab) await lab("delay", { groupSeconds });
}

/** An environment whose deploys die: the project it is deployed from, and what AWS has of it. */
export class Patient {
  public readonly stack: string;
  public readonly cacheId: string;
  public readonly project: Project;
  private readonly name: string;
  private readonly network: Network;
  private readonly before: object;

  /** Its network and its project; nothing is deployed. */
  constructor(environment: keyof typeof environments) {
    this.stack = `redis-${environment}`;
    this.name = `${environment}-redis`;
    this.cacheId = `${this.name}-cluster`;
    this.network = createNetwork();
    this.project = new Project(this.network);
    this.before = inventoryOfAccount();
  }

  /** Writes the stack, and gets its providers if that was not done before. */
  public synth(values: NodeJS.ProcessEnv = {}): void {
    expectOk(this.project.synth(values));
    expectOk(this.project.terraform(this.stack, ["init", "-input=false"], values));
  }

  /** What `cdktf deploy` does with a stack that is written already, in half of the processor's time. */
  public apply(values: NodeJS.ProcessEnv = {}): Run {
    return this.project.terraform(this.stack, ["apply", "-auto-approve", "-input=false"], values);
  }

  public plan(values: NodeJS.ProcessEnv = {}): Run {
    return this.project.terraform(this.stack, ["plan", "-input=false"], values);
  }

  /** The cache as AWS has it; nothing if there is none. */
  public cache(): Group | undefined {
    const { ReplicationGroups: all } = aws("elasticache", "describeReplicationGroups") as {
      ReplicationGroups: (Group & { readonly ReplicationGroupId: string })[];
    };
    return all.find(({ ReplicationGroupId: id }) => id === this.cacheId);
  }

  /** When it was created: what was replaced was created later. */
  public born(): string | undefined {
    return this.cache()?.ReplicationGroupCreateTime;
  }

  /** Waits until AWS is done with it. */
  public async until(status: "available" | undefined): Promise<void> {
    while (this.cache()?.Status !== status) await new Promise((wake) => setTimeout(wake, 300));
  }

  public secrets(): string[] {
    const { SecretList } = aws("secretsmanager", "listSecrets") as { SecretList: { ARN: string; Name: string }[] };
    return SecretList.filter(({ Name }) => Name.startsWith(`${this.name}-`)).map(({ ARN }) => ARN);
  }

  public parameterGroups(): string[] {
    const { CacheParameterGroups } = aws("elasticache", "describeCacheParameterGroups") as {
      CacheParameterGroups: { CacheParameterGroupName: string }[];
    };
    return CacheParameterGroups.map(({ CacheParameterGroupName: name }) => name).filter((name) =>
      name.startsWith(`${this.name}-`),
    );
  }

  /** The secret that clients are told of. */
  public secret(): string {
    return String(this.project.outputs(this.stack).redis_auth_secret_arn?.value);
  }

  /** The AUTH token that clients read. */
  public token(): string {
    return token(this.project, this.stack);
  }

  /**
   * Kills an apply (kill -9) after AWS has created something, and before Terraform has written it into the state: the lab lets the
   * calls that are next take long.
   */
  public async killBetween(
    { isThere, next }: { readonly isThere: () => boolean; readonly next: readonly string[] },
    values: NodeJS.ProcessEnv = {},
  ): Promise<void> {
    for (const action of next) await lab("fail", { action, seconds: 120, times: 99 });
    await this.kill("apply", isThere, values);
    for (const action of next) await lab("fail", { action, times: 0 });
  }

  /** Kills an apply or a destroy (kill -9) as soon as AWS works on the cache, for which the lab takes `seconds`, and `moment` has come. */
  public async killWhile(
    status: "creating" | "modifying" | "deleting",
    {
      command = "apply",
      seconds = 20,
      values = {},
      moment = () => true,
    }: { command?: "apply" | "destroy"; seconds?: number; values?: NodeJS.ProcessEnv; moment?: Moment },
  ): Promise<void> {
    await slowly(seconds);
    await this.kill(command, () => this.cache()?.Status === status && moment(), values);
    await slowly(0);
  }

  /** Terraform empties the file of a local state before it writes it; killed just then, it would lose everything. */
  private async kill(command: "apply" | "destroy", moment: Moment, values: NodeJS.ProcessEnv): Promise<void> {
    const file = this.project.stateOf(this.stack);
    const isQuiet = (): boolean => !existsSync(file) || Date.now() - statSync(file).mtimeMs > 1000;
    await this.project.kill(this.stack, command, async () => (await moment()) && isQuiet(), values);
  }

  /** What AWS has now, and what it had before; without snapshots, which are meant to stay. */
  public inventories(): { readonly now: object; readonly before: object } {
    return { now: inventoryOfAccount(), before: this.before };
  }

  /**
   * Destroys what is left when the tests are over, also what the state does not know when one has failed.
   *
   * @throws with what was said when it cannot; the state stays then.
   */
  public cleanUp(values: NodeJS.ProcessEnv = {}): void {
    const isLeft = (): boolean => {
      const { now, before } = this.inventories();
      return !isDeepStrictEqual(now, before);
    };
    if (isLeft()) {
      const said = [this.project.recover(this.stack, ["--yes"], values), this.project.takeDown(this.stack, values)];
      // A second secret is left to people by recover.
      for (const arn of this.secrets())
        aws("secretsmanager", "deleteSecret", { SecretId: arn, ForceDeleteWithoutRecovery: true });
      if (isLeft())
        throw new Error(
          `Not everything is destroyed, and the state stays in ${this.project.folder}:\n${said.map(({ output }) => output).join("\n")}`,
        );
    }
    destroyAll(this.project, this.network, { [this.stack]: values });
  }
}

/** Recovers, and deploys the same cache; nothing is replaced, and as much `destroyed` as is said. Answers what recover said. */
export function expectRecovery(patient: Patient, values: NodeJS.ProcessEnv = {}, destroyed = 0): string {
  const before = patient.born();
  const recovery = patient.project.recover(patient.stack, ["--yes"], values);
  expectOk(recovery);
  const deploy = patient.apply(values);
  expectOk(deploy);
  expect(deploy.text).toContain(` changed, ${destroyed.toString()} destroyed.`);
  expect(patient.born()).toBe(before);
  return recovery.text;
}

/** Whom the cache lets in, by the names of their tokens; nothing elsewhere than on the lab. */
export async function expectLetIn(
  { cacheId }: Patient,
  expected: readonly string[],
  known: Readonly<Record<string, string>>,
): Promise<void> {
  if (onLab) expect(await letIn(cacheId, known)).toEqual(expected);
}

/** Clients that read the secret are let in, and nobody else. */
export async function expectClientsLetIn(patient: Patient): Promise<void> {
  expect(/^.{64}$/.test(patient.token())).toBe(true);
  await expectOnlySecretLetsIn(patient.project, patient.stack, patient.cacheId);
}

/** Nothing is left but snapshots. */
export function expectNothingLeft(patient: Patient): void {
  const { now, before } = patient.inventories();
  expect(now).toEqual(before);
}
