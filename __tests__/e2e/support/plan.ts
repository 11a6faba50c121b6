import { expectOk, type Project } from "./project";

type Action = "create" | "update" | "delete" | "replace";

/** What a deploy would do, by address; what stays as it is is left out. */
export function plannedChanges(
  project: Project,
  stack: string,
  values: NodeJS.ProcessEnv = {},
): Readonly<Record<string, Action>> {
  expectOk(project.terraform(stack, ["plan", "-input=false", "-out=plan"], values));
  const { resource_changes: changes } = project.showPlan("cdktf.out/stacks", stack, "plan") as {
    resource_changes?: { address: string; change: { actions: (Action | "no-op" | "read")[] } }[];
  };
  return Object.fromEntries(
    (changes ?? []).flatMap(({ address, change: { actions } }): [string, Action][] => {
      const [first, second] = actions;
      if (first === undefined || first === "no-op" || first === "read") return [];
      return [[address, second === undefined ? first : "replace"]];
    }),
  );
}
