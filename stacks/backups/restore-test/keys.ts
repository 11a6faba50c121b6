import { call } from "../../workflows/call";
import { jsonata } from "../../workflows/definition";
import { forEach } from "../../workflows/states";

/** Metrics of a node that are read, by the letter that their queries' ids begin with. */
const metrics = {
  k: "CurrItems",
  v: "CurrVolatileItems",
  b: "BytesUsedForCache",
  t: "DB0AverageTTL",
} as const;

const day = 24 * 60 * 60 * 1000;

/**
 * JSONata: the shortest period, in seconds, that CloudWatch still has of a moment `at` (milliseconds). An hour is left for the call.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_GetMetricData.html
 */
export const period = (at: string): string => `(
  $age := $millis() - ${at} + 3600000;
  $age < ${15 * day} ? 60 : $age < ${63 * day} ? 300 : 3600
)`;

/** JSONata: the node ids of each shard of the group that DescribeReplicationGroups answered with. */
export const shardsOfGroup =
  "[$states.result.ReplicationGroups[0].NodeGroups.{'nodes': [NodeGroupMembers.CacheClusterId]}]";

/** JSONata: four queries for each node of a shard. An id has no hyphens. */
const queries = (at: string): string => `(
  $period := ${period(at)};
  [[$states.input.nodes].(
    $node := $;
    [${Object.entries(metrics)
      .map(([letter, name]) => `{'letter': '${letter}', 'metric': '${name}'}`)
      .join(", ")}].{
      'Id': letter & '_' & $replace($node, '-', '_'),
      'MetricStat': {
        'Metric': {
          'Namespace': 'AWS/ElastiCache',
          'MetricName': metric,
          'Dimensions': [ {'Name': 'CacheClusterId', 'Value': $node}, {'Name': 'CacheNodeId', 'Value': '0001'} ]
        },
        'Period': $period,
        'Stat': 'Average'
      },
      'ReturnData': true
    }
  )]
)`;

/**
 * JSONata: why an answer is not all that CloudWatch has; a list, empty where it is. A message on the whole answer means that a part of it
 * was not done.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_MetricDataResult.html
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_GetMetricData.html#API_GetMetricData_ResponseElements
 */
const lacking = `$distinct($append(
  [$states.result.MetricDataResults[$substring(Id, 0, 1) in ['k', 'v'] and $exists(StatusCode) and StatusCode != 'Complete'].(
    $join($append([StatusCode], [Messages.Value]), ' ')
  )],
  $append([$states.result.Messages.(Code & ' ' & Value)], $exists($states.result.NextToken) ? ['PartialData'] : [])
))`;

/**
 * JSONata: what a shard held. At each moment the fullest of its nodes counts: a replica that is being synchronized has less. A moment
 * counts where a node has reported all keys and those that expire. `known` is false where there is none, and where the answer is not
 * complete; `problem` says why. Averages of a period longer than a minute are rounded to whole keys.
 */
const held = `(
  $lacking := [${lacking}];
  $points := [$states.result.MetricDataResults.(
    $letter := $substring(Id, 0, 1);
    $node := $substring(Id, 2);
    $values := [Values];
    $map([Timestamps], function($at, $i) { $type($values[$i]) = 'number' ? {
      'letter': $letter,
      'at': $string($at),
      'point': $node & ' ' & $string($at),
      'keys': $letter = 'k' ? $values[$i] : $letter = 'v' ? -$values[$i] : 0,
      'all': $letter = 'k' ? $values[$i] : 0,
      'value': $values[$i]
    } })
  )];
  $reports := [$each($points[letter = 'k' or letter = 'v']{point: {
    'at': (at)[0], 'metrics': $count(letter), 'keys': $sum(keys), 'all': $sum(all)
  }}, function($one) { $one })[metrics = 2]];
  $moments := [$each($reports{at: {'keys': $max(keys), 'all': $max(all)}}, function($one) { $one })];
  {
    'known': $count($moments) > 0 and $count($lacking) = 0,
    'problem': $count($lacking) > 0 ? $substring($join($lacking, ', '), 0, 100),
    'least': $round($min($moments.keys)),
    'most': $round($max($moments.keys)),
    'leastAll': $round($min($moments.all)),
    'mostAll': $round($max($moments.all)),
    'bytes': $max($points[letter = 'b'].value),
    'ttl': $max($points[letter = 't'].value)
  }
)`;

/** A Map over shards that reads what each held; its result is a list of `Held`. */
export const readKeys = (props: {
  /** Of the state that asks CloudWatch; a machine has every name once. */
  readonly name: string;
  readonly shards: string;
  readonly at: string;
  readonly from: string;
  readonly to: string;
}) =>
  ({
    Type: "Map",
    Items: jsonata(`[${props.shards}]`),
    MaxConcurrency: 5,
    ItemProcessor: forEach(props.name, {
      [props.name]: {
        ...call({
          service: "cloudwatch",
          action: "getMetricData",
          arguments: {
            MetricDataQueries: jsonata(queries(props.at)),
            StartTime: jsonata(`$fromMillis(${props.from})`),
            EndTime: jsonata(`$fromMillis(${props.to})`),
          },
          resources: ["*"],
        }),
        Output: jsonata(held),
        End: true,
      },
    }),
  }) as const;
