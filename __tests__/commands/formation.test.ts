import type { CloudFormationClient } from "@aws-sdk/client-cloudformation";
import { formationOf } from "../../scripts/commands/adopt/formation";

const answering = (answer: object | Error): Pick<CloudFormationClient, "send"> => ({
  send: () => (answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer)),
});
const named = (name: string): Error => Object.assign(new Error("Stack for orders does not exist"), { name });
const resource = (ResourceType: string, PhysicalResourceId: string): object => ({
  StackName: "shop",
  ResourceType,
  PhysicalResourceId,
});

test.each<[string, object | Error, string | null | undefined]>([
  [
    "of a stack",
    {
      StackResources: [resource("AWS::SNS::Topic", "events"), resource("AWS::ElastiCache::ReplicationGroup", "orders")],
    },
    "shop",
  ],
  ["whose id something else of a stack has", { StackResources: [resource("AWS::S3::Bucket", "orders")] }, null],
  ...["orders-eu", "eu-orders"].map((id): [string, object, null] => [
    `beside which ${id} is of a stack`,
    { StackResources: [resource("AWS::ElastiCache::ReplicationGroup", id)] },
    null,
  ]),
  ["of no stack", named("ValidationError"), null],
  ["that CloudFormation may not be asked about", named("AccessDenied"), undefined],
])("the CloudFormation stack of a cluster %s", async (_case, answer, expected) => {
  expect(await formationOf(answering(answer), "orders")).toBe(expected);
});

test("another error of CloudFormation is not taken for a cluster of no stack", async () => {
  await expect(formationOf(answering(named("Throttling")), "orders")).rejects.toThrow(
    "Stack for orders does not exist",
  );
});
