import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { withConfiguration, withFolder } from "../../scripts/shared/terraform";

describe("a temporary folder", () => {
  // Plan files hold secrets.
  test("is its owner's alone, and is there as long as it is used", async () => {
    const used = await withFolder(async (temporary) => {
      expect(statSync(temporary).mode & 0o777).toBe(0o700);
      writeFileSync(join(temporary, "plan"), "the-token");
      await setTimeout(10);
      expect(existsSync(join(temporary, "plan"))).toBe(true);
      return temporary;
    });
    expect(existsSync(used)).toBe(false);
  });

  test("is gone when what uses it fails", async () => {
    let used = "";
    const failing = withFolder(async (temporary) => {
      used = temporary;
      await setTimeout(10);
      throw new Error("no plan");
    });
    await expect(failing).rejects.toThrow("no plan");
    expect([used === "", existsSync(used)]).toEqual([false, false]);
  });

  test("with a configuration has that, and the providers of the folder that has installed them", async () => {
    const installed = mkdtempSync(join(tmpdir(), "installed-"));
    mkdirSync(join(installed, ".terraform/providers/aws"), { recursive: true });
    writeFileSync(join(installed, ".terraform.lock.hcl"), "the versions");
    const look = (temporary: string) => ({
      files: readdirSync(temporary).sort(),
      configuration: JSON.parse(readFileSync(join(temporary, "main.tf.json"), "utf8")) as unknown,
      lock:
        existsSync(join(temporary, ".terraform.lock.hcl")) &&
        readFileSync(join(temporary, ".terraform.lock.hcl"), "utf8"),
      providers: existsSync(join(temporary, ".terraform/providers/aws")),
    });
    const configuration = { output: { a: { value: 1 } } };
    await expect(withConfiguration(configuration, look)).resolves.toEqual({
      ...{ files: ["main.tf.json"], configuration, lock: false, providers: false },
    });
    await expect(withConfiguration(configuration, look, installed)).resolves.toEqual({
      files: [".terraform", ".terraform.lock.hcl", "main.tf.json"],
      ...{ configuration, lock: "the versions", providers: true },
    });
    // The providers themselves are not deleted with the folder.
    expect(readdirSync(join(installed, ".terraform/providers"))).toEqual(["aws"]);
    rmSync(installed, { recursive: true });
  });
});
