import { refuseName, validator } from "../../scripts/commands/adopt/validate";
import * as binary from "../../scripts/shared/terraform-binary";
import { stacks } from "../support/stacks";

// What can be known of a live cluster without Terraform. With it: adopt.test.ts.
jest.mock("../../scripts/shared/terraform-binary", () => ({
  ...jest.requireActual<typeof binary>("../../scripts/shared/terraform-binary"),
  terraformIsThere: () => false,
}));

test("values cannot be checked", () => {
  const { variable, locals } = stacks["redis-prod"]?.() ?? { variable: {}, locals: {} };
  expect(validator({ variable, locals })).toBeUndefined();
});

test.each(["shop", "Bad Name"])("the new name %j is refused, because nothing checks it", async (name) => {
  await expect(refuseName(name)).rejects.toThrow(
    `Invalid --environment ${JSON.stringify(name)}: stacks/environments.ts has no such environment, and Terraform, which checks a new name, is not on the PATH. `,
  );
});
