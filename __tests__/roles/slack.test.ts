import { decided } from "../support/iam";
import { account, role, rolePolicyOf } from "../support/resource-policies";
import { stacks } from "../support/stacks";
import { describeTerraform } from "../support/terraform";

const alarm = (name: string): string => `arn:aws:cloudwatch:ap-northeast-1:${account}:alarm:${name}`;

/** What shows an alarm, and what happened to it. */
const ofAlarms = ["cloudwatch:DescribeAlarmHistory", "cloudwatch:DescribeAlarms"];
/** What shows its graph: the metrics, and the picture. CloudWatch has no resources for them. */
const ofMetrics = [
  "cloudwatch:DescribeAlarmsForMetric",
  "cloudwatch:GetMetricData",
  "cloudwatch:GetMetricStatistics",
  "cloudwatch:GetMetricWidgetImage",
  "cloudwatch:ListMetrics",
];

// AWS's template for a channel with nothing but notifications has cloudwatch:Describe*, cloudwatch:Get* and cloudwatch:List*. These are the
// actions among them that alarms and their metrics have; the others are of dashboards, streams, insights and detectors.
// https://docs.aws.amazon.com/chatbot/latest/adminguide/chatbot-iam-policies.html
describeTerraform("the role of the Slack channel", () => {
  let policy: object | undefined;
  const may = (action: string, resource: string): Promise<boolean> => {
    const stack = stacks["redis-prod"]?.();
    if (stack === undefined) throw new Error("There is no redis-prod.");
    policy ??= rolePolicyOf(stack, "redis_slack");
    return decided({ request: { action, resource }, principal: role("slack"), owner: account, identity: policy });
  };

  test.each(ofMetrics)("may call %s", async (action) => {
    await expect(may(action, "*")).resolves.toBe(true);
  });

  // AWS returns composite alarms only to callers whose permission covers all alarms.
  // https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_DescribeAlarms.html
  test.each(["*", alarm("prod-redis-backup-failed"), alarm("staging-redis-backup-failed"), alarm("orders-errors")])(
    "may read alarms: %s",
    async (resource) => {
      for (const action of ofAlarms) await expect(may(action, resource)).resolves.toBe(true);
    },
  );

  test.each(["DeleteAlarms", "DisableAlarmActions", "PutMetricAlarm", "SetAlarmState"])(
    "may not call %s on an alarm",
    async (action) => {
      await expect(may(`cloudwatch:${action}`, alarm("prod-redis-backup-failed"))).resolves.toBe(false);
    },
  );
});
