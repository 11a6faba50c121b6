import { environments } from "../../stacks/environments";
import { RedisStack } from "../../stacks/redis-stack";
import { environmentOf } from "../../stacks/settings";
import { stacks } from "../support/stacks";
import { synthesize } from "../support/synthesize";
import { concernedWith, describeTerraform, planVariables } from "../support/terraform";

describeTerraform("the environment table", () => {
  test.each(Object.entries(stacks))("holds values for %s that are valid themselves", (_name, synthesized) => {
    expect(planVariables(synthesized(), {})).toMatchObject({ ok: true });
  });

  /** The variable that is judged alone: its stack has many others. */
  const nameAlone = (name: string) =>
    concernedWith(
      synthesize((app) => new RedisStack(app, "redis-test", { ...environments.dev, name })),
      new Set(["environment"]),
    );

  test.each(["Dev", "1st", "dev-", "de--v", "preproduction", ""])("cannot hold the name %j", (name) => {
    expect(planVariables(nameAlone(name), {})).toMatchObject({
      ok: false,
      text: expect.stringContaining("is not a valid name") as unknown,
    });
  });

  test.each(["a", "eu-prod-2abc"])("can hold the name %j", (name) => {
    expect(planVariables(nameAlone(name), {})).toMatchObject({ ok: true });
  });

  test.each([
    [{ nodes: 1 }, /num_cache_nodes/],
    [{ nodeType: "r7g.large" }, /node_type/],
    [{ backupRetentionDays: { default: 5, floor: 7 } }, /backup_retention_days/],
    [{ backupWindow: "03:00-03:30" }, /backup_window/],
    [{ maintenanceWindow: "sun:04:00-sun:06:00" }, /overlap/],
  ])("cannot hold %j", (column, message) => {
    const stack = synthesize((app) => new RedisStack(app, "redis-test", { ...environments.dev, ...column }));
    expect(planVariables(stack, {})).toMatchObject({ ok: false, text: expect.stringMatching(message) as unknown });
  });
});

test("a setting that is given as undefined has its default, as one that is left out", () => {
  const settings = { name: "dev", region: "ap-northeast-1" };
  const undefinedOnes = Object.fromEntries(Object.keys(environments.dev).map((setting) => [setting, undefined]));
  const whole = environmentOf(settings);
  expect(environmentOf({ ...undefinedOnes, ...settings })).toEqual(whole);
  expect(whole.nodes).toBe(2);
});
