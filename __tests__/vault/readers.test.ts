import { argumentOf, evaluatedArguments, type Given } from "../support/expressions";
import { vaultStack } from "../support/stacks";
import { describeTerraform } from "../support/terraform";

// Who reads the vault and prepares restores in the recovery bucket, as the description of reader_role_arns promises it. What they may do:
// __tests__/roles/resource-policies.test.ts.

const restore = "arn:aws:iam::111111111111:role/restore";
const drill = "arn:aws:iam::222222222222:role/drill-*";
const audit = "arn:aws:iam::222222222222:role/audit";

/** An argument of the statement of readers. */
const ofReaders = (document: string, argument: string, given: Given): unknown =>
  evaluatedArguments([
    {
      stack: vaultStack(),
      given,
      argument: argumentOf(vaultStack(), `data.aws_iam_policy_document.${document}`, `dynamic.statement.${argument}`),
    },
  ])[0];

describeTerraform.each(["vault", "recovery"])("the policy of the bucket %s", (document) => {
  test("has nothing for readers when none is named: whoever has the permissions in its account reads", () => {
    expect(ofReaders(document, "for_each", {})).toEqual([]);
  });

  test.each([[[restore]], [[audit, drill, restore]]])("has one statement for all of %j", (readers) => {
    const [statement, ...others] = ofReaders(document, "for_each", {
      "var.reader_role_arns": readers,
    }) as readonly (readonly string[])[];
    expect([...(statement ?? [])].sort()).toEqual([...readers].sort());
    expect(others).toEqual([]);
  });

  test("names the accounts of the readers, once each, and the roles as a condition: S3 refuses roles that do not exist", () => {
    const given = {
      "var.reader_role_arns": [restore, drill, audit],
      "statement.value": [restore, drill, audit],
    };
    expect(ofReaders(document, "content.principals", given)).toEqual([
      { type: "AWS", identifiers: ["111111111111", "222222222222"] },
    ]);
    expect(ofReaders(document, "content.condition", given)).toEqual([
      { test: "ArnLike", variable: "aws:PrincipalArn", values: [restore, audit, drill].sort() },
    ]);
  });
});
