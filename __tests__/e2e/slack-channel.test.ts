import { aws, awsByCli, createNetwork, type Network } from "./support/aws";
import { destroyAll } from "./support/clean-up";
import { describeLab } from "./support/lab";
import { expectNoChanges, expectOk, Project } from "./support/project";

const [owner, other] = ["redis-dev", "redis-backup-policy"] as const;
const channel = { TF_VAR_slack_team_id: "T07EA123LEP", TF_VAR_slack_channel_id: "C07EZ1ABC23" };

describeLab("one Slack channel for two stacks", () => {
  let network: Network;
  let project: Project;
  let owning: Record<string, string> = channel;

  beforeAll(() => {
    network = createNetwork();
    project = new Project(network);
    expectOk(project.apply(owner, channel));
  });

  afterAll(() => {
    destroyAll(project, network, { [owner]: owning, [other]: {} });
  });

  test("the same channel in both is refused by AWS: it has one configuration in an account", () => {
    const refused = project.apply(other, channel);
    expect(refused.ok).toBe(false);
    expect(refused.text).toContain("has already been configured for AWS account");
  });

  test("one stack owns it and shows the topics of the other", () => {
    expectOk(project.apply(other));
    const topics = project.outputs(other).slack_topic_arns?.value as readonly string[];
    owning = { ...channel, TF_VAR_slack_topic_arns: JSON.stringify(topics) };
    expectOk(project.apply(owner, owning));
    expectNoChanges(project, owner, owning);
    const own = project.outputs(owner).redis_slack_topic_arns?.value as readonly string[];
    const { SlackChannelConfigurations } = awsByCli("chatbot", "describe-slack-channel-configurations") as {
      SlackChannelConfigurations: { SnsTopicArns: readonly string[] }[];
    };
    expect(SlackChannelConfigurations).toHaveLength(1);
    expect([...(SlackChannelConfigurations[0]?.SnsTopicArns ?? [])].sort()).toEqual([...own, ...topics].sort());
  });

  test("its role reads all alarms, because AWS returns composite alarms to no narrower permission", () => {
    const { PolicyDocument = "" } = aws("iam", "getRolePolicy", {
      RoleName: "dev-redis-slack-ap-northeast-1",
      PolicyName: "dev-redis-slack-ap-northeast-1",
    }) as { PolicyDocument?: string };
    const { Statement } = JSON.parse(decodeURIComponent(PolicyDocument)) as {
      Statement: { Sid: string; Resource: string | readonly string[] }[];
    };
    const readable = Statement.filter(({ Sid }) => Sid.startsWith("ReadAlarms")).flatMap(({ Resource }) => Resource);
    expect(readable).toEqual(["*"]);
  });

  test("a topic of another account is refused at plan", () => {
    const foreign = JSON.stringify(["arn:aws:sns:ap-northeast-1:999999999999:dev-redis-chat"]);
    const plan = project.terraform(owner, ["plan", "-input=false"], { ...channel, TF_VAR_slack_topic_arns: foreign });
    expect(plan.ok).toBe(false);
    expect(plan.text).toContain("slack_topic_arns contains a topic of another AWS account");
  });
});
