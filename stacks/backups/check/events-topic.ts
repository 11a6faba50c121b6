import { jsonata } from "../../workflows/definition";
import { anyNode, elasticacheCall } from "../../workflows/elasticache-calls";
import { publishMetrics } from "../../workflows/metrics";
import { branch, forEach } from "../../workflows/states";
import type { Step } from "../../workflows/steps";
import { nodesAtOnce } from "./newest-snapshot";

/** Whether every node publishes its events to the topic `eventsTopicArn`: otherwise a failed backup is not reported at once. */
export const eventsTopic = (eventsTopicArn: string): Step => ({
  name: "CheckEventsTopic",
  branch: branch("AreNodesKnown", {
    AreNodesKnown: {
      Type: "Choice",
      Choices: [{ Condition: jsonata("$cache.known"), Next: "DescribeNodes" }],
      Default: "NodesUnknown",
    },
    NodesUnknown: { Type: "Succeed" },
    DescribeNodes: {
      Type: "Map",
      Items: jsonata("[$cache.nodes]"),
      MaxConcurrency: nodesAtOnce,
      ItemProcessor: forEach("DescribeNode", {
        DescribeNode: {
          ...elasticacheCall("describeCacheClusters", { CacheClusterId: jsonata("$states.input") }, [anyNode]),
          Output: {
            active: jsonata(
              `[$states.result.CacheClusters.NotificationConfiguration[TopicStatus = 'active' and TopicArn = '${eventsTopicArn}']] != []`,
            ),
          },
          Catch: [
            // It was removed since the group was described.
            { ErrorEquals: ["ElastiCache.CacheClusterNotFoundException"], Output: {}, Next: "IsGone" },
          ],
          End: true,
        },
        IsGone: { Type: "Succeed" },
      }),
      Assign: { active: jsonata("$not(false in $states.result.active)") },
      Output: {},
      Next: "PublishTopicStatus",
    },
    PublishTopicStatus: {
      ...publishMetrics([{ name: "EventsTopicActive", value: jsonata("$active ? 1 : 0"), unit: "None" }]),
      End: true,
    },
  }),
});
