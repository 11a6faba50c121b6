import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { environmentStacks } from "../support/stacks";
import { describeTerraform, terraformBinary, withoutVariables } from "../support/terraform";

describeTerraform("since when restore tests are switched on", () => {
  const folder = mkdtempSync(join(tmpdir(), "switched-on-"));

  beforeAll(() => {
    const { locals, resource } = environmentStacks["redis-dev"]?.() ?? fail();
    const { restore_test_switched_on } = resource.terraform_data ?? {};
    const { restore_test_since } = locals;
    const alone = {
      variable: { enable_restore_test: { type: "bool" } },
      resource: { terraform_data: { restore_test_switched_on } },
      locals: { restore_test_since },
      output: { since: { value: "${local.restore_test_since}" } },
    };
    writeFileSync(join(folder, "main.tf.json"), JSON.stringify(alone));
    terraform("init", "-backend=false");
  });

  afterAll(() => {
    rmSync(folder, { recursive: true });
  });

  const terraform = (...args: readonly string[]): string => {
    const { stdout, stderr, status } = spawnSync(terraformBinary, [...args, "-no-color"], {
      cwd: folder,
      encoding: "utf8",
      env: { ...withoutVariables(), TF_IN_AUTOMATION: "1" },
    });
    if (status !== 0) throw new Error(`${stdout}${stderr}`);
    return stdout;
  };
  const since = (enabled: boolean): string => {
    terraform("apply", "-auto-approve", "-input=false", `-var=enable_restore_test=${enabled.toString()}`);
    return terraform("output", "-raw", "since");
  };

  test("is kept by every later deploy, changes no plan, and begins anew when they are switched off and on", async () => {
    expect(since(false)).toBe("");
    const first = since(true);
    expect(Math.abs(Date.now() - Date.parse(first))).toBeLessThan(60_000);
    // Terraform tells seconds.
    await new Promise((wake) => setTimeout(wake, 1100));
    expect(terraform("plan", "-input=false", "-var=enable_restore_test=true")).toContain("No changes.");
    expect(since(true)).toBe(first);
    expect(since(false)).toBe("");
    expect(Date.parse(since(true))).toBeGreaterThan(Date.parse(first));
  });
});

function fail(): never {
  throw new Error("There is no stack.");
}
