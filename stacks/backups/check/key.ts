import { call } from "../../workflows/call";
import { onAnyError } from "../../workflows/catching";
import { jsonata } from "../../workflows/definition";
import { cacheKey } from "../../workflows/elasticache-calls";
import { publishMetrics } from "../../workflows/metrics";
import { branch } from "../../workflows/states";
import type { Step } from "../../workflows/steps";
import { expression } from "../../terraform/expression";

/** ARN of the customer managed key; empty without one. */
const key = expression("local.cache_key");

/**
 * Whether the customer managed key of the cache can be used. One that is disabled, or scheduled for deletion, makes every backup
 * unreadable. Publishes nothing if the key's policy lets nobody in the account describe the key.
 *
 * @see https://docs.aws.amazon.com/kms/latest/developerguide/key-state.html
 */
export const keyState: Step = {
  name: "CheckKey",
  branch: branch("HasKey", {
    HasKey: {
      Type: "Choice",
      Choices: [{ Condition: jsonata(`'${key}' != ''`), Next: "DescribeKey" }],
      Default: "KeyChecked",
    },
    DescribeKey: {
      ...call({ service: "kms", action: "describeKey", arguments: { KeyId: key }, resources: [cacheKey] }),
      Assign: { usable: jsonata("$states.result.KeyMetadata.KeyState = 'Enabled' ? 1 : 0") },
      Output: {},
      Catch: [
        { ErrorEquals: ["Kms.NotFoundException"], Assign: { usable: 0 }, Output: {}, Next: "PublishKey" },
        ...onAnyError("KeyChecked", undefined, {}),
      ],
      Next: "PublishKey",
    },
    PublishKey: {
      ...publishMetrics([{ name: "KeyUsable", value: jsonata("$usable"), unit: "None" }]),
      Output: {},
      Next: "KeyChecked",
    },
    KeyChecked: { Type: "Succeed" },
  }),
};
