import { callsIn } from "../../scripts/maintain/provider-calls";

test("calls are named as IAM names them, with the resource that they were made for", () => {
  const entry = (service: string, operation: string, more: string): string =>
    `2026-01-01T00:00:00.000Z [DEBUG] provider: HTTP Request Sent: rpc.method=${operation} ${more} http.request.header.authorization="AWS4-HMAC-SHA256 Credential=AK/20260101/eu-west-1/${service}/aws4_request"`;
  const log = [
    entry("monitoring", "DescribeAlarms", "tf_resource_type=aws_cloudwatch_metric_alarm"),
    entry("s3", "HeadBucket", "tf_resource_type=aws_s3_bucket"),
    entry("ec2", "DescribeVpcs", "tf_data_source_type=aws_vpc"),
    "2026-01-01T00:00:00.000Z [DEBUG] provider: HTTP Response Received: rpc.method=DescribeVpcs",
  ].join("\n");
  expect(callsIn(log)).toEqual([
    { type: "aws_cloudwatch_metric_alarm", action: "cloudwatch:DescribeAlarms" },
    { type: "aws_s3_bucket", action: "s3:ListBucket" },
    { type: "data.aws_vpc", action: "ec2:DescribeVpcs" },
  ]);
});

describe("an entry that Terraform has written in parts", () => {
  const request = {
    "@message": "HTTP Request Sent",
    "http.request.body": `{"definition": "${"x".repeat(200)}"}`,
    "http.request.header.authorization":
      "AWS4-HMAC-SHA256 Credential=AK/20260101/eu-west-1/states/aws4_request, SignedHeaders=host",
    "rpc.method": "CreateStateMachine",
    tf_resource_type: "aws_sfn_state_machine",
  };
  const text = JSON.stringify(request);
  const line = (writer: string, message: string): string => `2026-01-01T00:00:00.000Z [DEBUG] ${writer}: ${message}`;
  const aws = "provider.terraform-provider-aws_v6.66.0_x5";
  const [first, second, third] = [text.slice(0, 90), text.slice(90, 150), text.slice(150)].map((part) =>
    line(aws, part),
  );
  const next = line(
    aws,
    'HTTP Request Sent: @module=aws rpc.method=GetRole http.request.header.authorization="AWS4-HMAC-SHA256 Credential=AK/20260101/us-east-1/iam/aws4_request" tf_resource_type=aws_iam_role',
  );
  const itsCall = { type: "aws_sfn_state_machine", action: "states:CreateStateMachine" };
  const nextCall = { type: "aws_iam_role", action: "iam:GetRole" };
  const random = "provider.terraform-provider-random_v3.7.2_x5";

  test.each([
    ["nothing between its parts", [first, second, third, next], [itsCall, nextCall]],
    [
      "entries of Terraform and of another provider between its parts",
      [
        first,
        line("provider.stdio", 'received EOF, stopping recv loop: err="rpc error: code = Unavailable"'),
        second,
        line(random, "Called downstream: tf_rpc=ReadResource"),
        line("provider", "plugin exited"),
        third,
        next,
      ],
      [itsCall, nextCall],
    ],
    [
      "an entry of another process of the same provider between its parts",
      [first, next, second, third],
      [nextCall, itsCall],
    ],
  ])("%s: it is one call, and the others are counted", (_, log, calls) => {
    expect(callsIn(log.join("\n"))).toEqual(calls);
  });

  test("without an end is an error: its call would be missing", () => {
    expect(() => callsIn([first, second, next].join("\n"))).toThrow(
      /^An entry of provider\.terraform-provider-aws_v6\.66\.0_x5 in Terraform's log has no end: \{"@message/,
    );
  });
});
