import { spawnSync } from "node:child_process";
import { unixSeconds } from "../../stacks/terraform/epoch";
import { describeTerraform, terraformBinary } from "../support/terraform";

describeTerraform("the seconds since 1970 that Terraform computes", () => {
  const times = [
    "1970-01-01T00:00:00Z",
    "1999-12-31T23:59:59Z",
    "2000-02-29T12:00:00Z",
    "2024-02-29T23:59:59Z",
    "2024-03-01T00:00:00Z",
    "2025-01-01T00:00:00Z",
    "2026-01-31T09:08:07Z",
    "2026-12-31T23:59:59Z",
    "2100-03-01T00:00:00Z",
  ];

  test("are those of JavaScript, in leap years and at the ends of months and years too", () => {
    const list = times.map((time) => unixSeconds(`"${time}"`)).join(", ");
    const { stdout } = spawnSync(terraformBinary, ["console"], { input: `jsonencode([${list}])\n`, encoding: "utf8" });
    expect(JSON.parse(JSON.parse(stdout) as string)).toEqual(times.map((time) => Date.parse(time) / 1000));
  });
});
