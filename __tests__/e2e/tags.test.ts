import { aws, createNetwork, type Network } from "./support/aws";
import { destroyAll } from "./support/clean-up";
import { describeLab } from "./support/lab";
import { group } from "./support/live";
import { expectNoChanges, expectOk, Project } from "./support/project";

const stack = "redis-dev";
const cache = "dev-redis-cluster";
const settings = { TF_VAR_tags: JSON.stringify({ CostCenter: "4711" }) };
const ignoring = { ...settings, TF_VAR_ignored_tags: JSON.stringify(["awsApplication", "acme:*"]) };

describeLab("tags that others put on", () => {
  let network: Network;
  let project: Project;

  beforeAll(() => {
    network = createNetwork();
    project = new Project(network);
    expectOk(project.apply(stack, settings));
    const tags = [
      { Key: "awsApplication", Value: "arn:aws:resource-groups:ap-northeast-1:123456789012:group/shop/1" },
      { Key: "acme:owner", Value: "platform" },
    ];
    const topic = String(project.outputs(stack).redis_notifications_topic_arn?.value);
    aws("sns", "tagResource", { ResourceArn: topic, Tags: tags });
    aws("elasticache", "addTagsToResource", { ResourceName: arnOf(), Tags: tags });
    aws("cloudwatch", "tagResource", { ResourceARN: alarm(), Tags: tags });
  });

  afterAll(() => {
    destroyAll(project, network, { [stack]: ignoring });
  });

  const arnOf = (): string => (group(cache) as unknown as { readonly ARN: string }).ARN;
  const alarm = (): string => {
    const { MetricAlarms } = aws("cloudwatch", "describeAlarms", { AlarmNames: ["dev-redis-backup-failed"] }) as {
      MetricAlarms: [{ AlarmArn: string }];
    };
    return MetricAlarms[0].AlarmArn;
  };
  const keys = (): string[] => {
    const { TagList } = aws("elasticache", "listTagsForResource", { ResourceName: arnOf() }) as {
      TagList: { Key: string }[];
    };
    return TagList.map(({ Key }) => Key);
  };

  test("are removed by a plain deploy", () => {
    const plan = project.terraform(stack, ["plan", "-input=false"], settings);
    expectOk(plan);
    expect(plan.text).toMatch(/- "awsApplication" = /);
    // The topic's policy is the fourth: Terraform knows it only after the topic has changed.
    expect(plan.text).toContain("0 to add, 4 to change, 0 to destroy");
  });

  test("show in no plan, and stay, once they are ignored", () => {
    expectNoChanges(project, stack, ignoring);
    const changed = { ...ignoring, TF_VAR_tags: JSON.stringify({ CostCenter: "4712" }) };
    expectOk(project.apply(stack, changed));
    expectNoChanges(project, stack, changed);
    expect(keys()).toEqual(expect.arrayContaining(["awsApplication", "acme:owner", "CostCenter", "RedisBackupStack"]));
  });
});
