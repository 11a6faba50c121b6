import { argumentOf, evaluatedArguments } from "../support/expressions";
import { judge } from "../support/judge";
import { vaultStack, type Block } from "../support/stacks";
import { describeTerraform } from "../support/terraform";

// S3 limits a bucket policy to 20 KB: https://docs.aws.amazon.com/AmazonS3/latest/userguide/using-iam-policies.html. It counts the policy that
// it is sent, without spaces: https://github.com/MIT-LCP/physionet-build/issues/2094
const limit = 20_480;

const source_account_ids = Array.from({ length: 300 }, (_, i) => (100_000_000_000 + i).toString());

/** Of as many accounts as there are ARNs: each account is named once more, as a principal. */
const reader_role_arns = Array.from(
  { length: 171 },
  (_, i) => `arn:aws:iam::${(200_000_000_000 + i).toString()}:role/a`,
);

const given = {
  "var.reader_role_arns": reader_role_arns,
  "statement.value": reader_role_arns,
  "local.source_account_ids": source_account_ids,
  "local.partition": "aws-us-gov",
  "local.region": "ap-northeast-1",
  ...Object.fromEntries(
    ["vault", "recovery"].map((bucket) => [
      `aws_s3_bucket.${bucket}`,
      { arn: `arn:aws-us-gov:s3:::${"b".repeat(63)}` },
    ]),
  ),
};

/** The policy as the provider writes it, without spaces. */
function written(document: string): string {
  const stack = vaultStack();
  const argument = (path: string): unknown => argumentOf(stack, `data.aws_iam_policy_document.${document}`, path);
  const [statements, readers] = evaluatedArguments([
    { stack, given, argument: argument("statement") },
    { stack, given, argument: argument("dynamic.statement.content") },
  ]) as [readonly Block[], Block];
  return JSON.stringify({
    Version: "2012-10-17",
    Statement: [...statements, readers].map(
      ({ sid, effect = "Allow", actions, resources, principals, condition = [] }) => ({
        Sid: sid,
        Effect: effect,
        Principal: Object.fromEntries(
          (principals as readonly Block[]).map(({ type, identifiers }) => [String(type), identifiers]),
        ),
        Action: actions,
        Resource: resources,
        Condition: Object.fromEntries(
          (condition as readonly Block[]).map(({ test, variable, values }) => [
            String(test),
            { [String(variable)]: values },
          ]),
        ),
      }),
    ),
  });
}

describeTerraform("with as many accounts and readers as the variables accept", () => {
  test("the variables accept them, and not one more", () => {
    const more = [...reader_role_arns, "arn:aws:iam::123456789012:role/one-more"];
    expect(judge(vaultStack(), [{ source_account_ids, reader_role_arns }, { reader_role_arns: more }])).toEqual([
      [],
      [expect.stringMatching(/^reader_role_arns has 172 ARNs/)],
    ]);
  });

  test.each(["vault", "recovery"])("S3 takes the policy of the bucket %s", (document) => {
    const policy = written(document);
    for (const part of [...reader_role_arns, ...(document === "vault" ? source_account_ids : [])])
      expect(policy).toContain(part);
    expect(policy.length).toBeLessThanOrEqual(limit);
  });
});
