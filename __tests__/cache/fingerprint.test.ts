import { spawnSync } from "node:child_process";
import { fingerprint, fingerprintExpression, isFingerprint } from "../../stacks/cache/fingerprint";
import { describeTerraform, terraformBinary } from "../support/terraform";

describeTerraform("the fingerprint of a token", () => {
  test("is the same in Terraform and here", () => {
    const token = "abc!&#$^<>-";
    const { stdout } = spawnSync(terraformBinary, ["console"], {
      input: fingerprintExpression(`sensitive(${JSON.stringify(token)})`),
      encoding: "utf8",
    });
    expect(stdout.trim()).toBe(`"${fingerprint(token)}"`);
    expect(isFingerprint(fingerprint(token))).toBe(true);
    expect(isFingerprint("none")).toBe(false);
  });
});
