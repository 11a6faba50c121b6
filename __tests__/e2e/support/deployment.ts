import { createNetwork, type Network } from "./aws";
import { destroyAll } from "./clean-up";
import { expectOk, Project } from "./project";

/**
 * Deploys a stack before the tests of a file and destroys it after them, both with `values`, and what only the run needs that
 * destroys it; answers the project it is deployed from.
 */
export function deployed(stack: string, values: NodeJS.ProcessEnv, toDestroy: NodeJS.ProcessEnv = {}): () => Project {
  let network: Network;
  let project: Project;
  beforeAll(() => {
    network = createNetwork();
    project = new Project(network);
    expectOk(project.apply(stack, values));
  });
  afterAll(() => {
    destroyAll(project, network, { [stack]: { ...values, ...toDestroy } });
  });
  return () => project;
}
