import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { awsByCli, createNetwork, type Network } from "./support/aws";
import { destroyAll } from "./support/clean-up";
import { expectNoChanges, expectOk, Project } from "./support/project";

const stack = "redis-dev";

describe("moving the state, with the commands of docs/operations.md", () => {
  const remote: Record<string, string> = {};
  let network: Network;
  let project: Project;
  let file: string;

  beforeAll(() => {
    network = createNetwork();
    project = new Project(network);
    file = join(project.folder, "moving.tfstate");
    Object.assign(remote, {
      STATE_BUCKET: `redis-e2e-moves-${process.env.E2E_ACCOUNT_ID ?? ""}-${Date.now()}`,
      STATE_REGION: process.env.AWS_REGION ?? "ap-northeast-1",
    });
    awsByCli(
      ...["s3api", "create-bucket", "--bucket", remote.STATE_BUCKET ?? ""],
      ...["--create-bucket-configuration", `LocationConstraint=${remote.STATE_REGION ?? ""}`],
    );
    expectOk(project.deploy(stack));
  });

  afterAll(() => {
    destroyAll(project, network, { [stack]: {} });
    const key = `${stack}.tfstate`;
    awsByCli("s3api", "delete-object", "--bucket", remote.STATE_BUCKET ?? "", "--key", key);
    awsByCli("s3api", "delete-bucket", "--bucket", remote.STATE_BUCKET ?? "");
  });

  const pull = (env: Record<string, string>): void => {
    const pulled = project.terraform(stack, ["state", "pull"], env);
    expectOk(pulled);
    writeFileSync(file, pulled.output, { mode: 0o600 });
  };
  const moveTo = (env: Record<string, string>): void => {
    expectOk(project.synth({ ...env, MOVE_STATE_STACK: stack }));
    expectOk(project.terraform(stack, ["init", "-reconfigure"], env));
  };
  const push = (env: Record<string, string>) => project.terraform(stack, ["state", "push", file], env);

  test("a bucket beside the local state is refused before anything is planned", () => {
    const refused = project.deploy(stack, remote);
    expect(refused.ok).toBe(false);
    expect(refused.text).toContain(`its state is in the local file terraform.${stack}.tfstate`);
  });

  test("to S3: nothing is left to change, and the next shell without the variables is refused", () => {
    pull({});
    moveTo(remote);
    expectOk(push(remote));
    renameSync(project.stateOf(stack), `${project.stateOf(stack)}.moved`);
    expectNoChanges(project, stack, remote);
    const forgotten = project.synth();
    expect(forgotten.ok).toBe(false);
    expect(forgotten.text).toContain(`kept the state in s3://${remote.STATE_BUCKET ?? ""}/${stack}.tfstate`);
  });

  test("a state that is older, or of another creation, is not pushed over it", () => {
    // Terraform gives a state that it pushes into an empty bucket a lineage of its own.
    pull(remote);
    const state = JSON.parse(readFileSync(file, "utf8")) as { serial: number; lineage: string };
    const refused = (changed: object, message: RegExp): void => {
      writeFileSync(file, JSON.stringify({ ...state, ...changed }));
      const pushed = push(remote);
      expect(pushed.ok).toBe(false);
      expect(pushed.text).toMatch(message);
    };
    refused({ serial: state.serial - 1 }, /serial/);
    refused({ lineage: "00000000-0000-4000-8000-000000000000" }, /lineage/);
    expectNoChanges(project, stack, remote);
  });

  test("and back: nothing is left to change", () => {
    pull(remote);
    moveTo({});
    expect(existsSync(project.stateOf(stack))).toBe(false);
    expectOk(push({}));
    expectNoChanges(project, stack);
    awsByCli("s3api", "delete-object", "--bucket", remote.STATE_BUCKET ?? "", "--key", `${stack}.tfstate`);
    rmSync(`${project.stateOf(stack)}.moved`);
    expectOk(project.deploy(stack));
  });
});
