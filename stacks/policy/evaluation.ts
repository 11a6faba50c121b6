import { jsonata } from "../workflows/definition";
import { fragment } from "../workflows/states";
import { runMachine } from "../workflows/child";
import { clustersMachine } from "./clusters";
import { findings } from "./findings";

/** How many clusters one child execution evaluates. With the most calls for each it has 15,000 of 25,000 events. */
export const clustersAtOnce = 50;

/**
 * How many of each list are kept, so that the variables of the check and its output stay below 256 KiB with the longest ids and all
 * findings: of each list those whose ids sort first, and all are counted. `remembered` is what the next check compares with.
 */
export const most = { violations: 200, remembered: 1000, exempt: 50, notEvaluated: 200 } as const;

/** How long the first wait for busy clusters is, in seconds; each one is twice as long as the one before. */
const firstWait = 300;
/** The last wait. All of them together are 75 minutes, however many clusters are busy. */
const lastWait = 2400;

const none = Object.fromEntries(findings.map(({ code }) => [code, 0]));

/** What evaluating begins with. */
export const nothingEvaluated = {
  evaluated: 0,
  pagesBegun: 0,
  violations: [],
  exempt: [],
  list: [],
  busy: [],
  counts: { ...none, violations: 0, exempt: 0 },
  wait: firstWait,
};

/** JSONata: the first of a list by a key. */
const firstOf = (list: string, by: string, count: number): string => `[${list}^(${by})[[0..${count - 1}]]]`;

/**
 * JSONata: the same of a list and some more. A list that is full is sorted, so that what sorts after its last entry need not be added:
 * sorting takes longest, and pages mostly come in the order of their ids.
 */
const withMore = (list: string, more: string, by: string, count: number): string => `(
  $isFull := $count(${list}) = ${count};
  $last := ${list}[-1].(${by});
  $new := $isFull ? [${more}[${by} < $last]] : [${more}];
  $all := $append(${list}, $new);
  $count($new) = 0 ? ${list} : $count($all) < ${count} ? [$all] : ${firstOf("$all", by, count)}
)`;

/** JSONata: clusters by the number of the child execution that evaluates them, as a text: `{"0": [50 of them], "1": …}`. */
export const inPages = (clusters: string): string =>
  `$map(${clusters}, function($key, $i) { {'page': $string($floor($i / ${clustersAtOnce})), 'key': $key} }){ page: [key] }`;

const page = "$lookup($pending, $string($pagesBegun))";

/** JSONata: the counts with those of some more violations and exempt clusters. */
const counted = (violations: string, exempt: string): string => `{
  ${findings.map(({ code }) => `'${code}': $counts.${code} + $count(${violations}['${code}' in found])`).join(", ")},
  'violations': $counts.violations + $count(${violations}),
  'exempt': $counts.exempt + $count(${exempt})
}`;

/** JSONata: a finding as one text, by which the lists of two checks are compared. */
const asText = "id & ' ' & $join(found, ' ')";

/** JSONata: what the last check found of the clusters that stayed busy; nothing shows that it was corrected. */
const lastFindings = `(
  $ids := [$busy.$substring($, 1)];
  [$lastNotification.list[$substringBefore($, ' ') in $ids].{
    'id': $substringBefore($, ' '), 'found': $split($substringAfter($, ' '), ' '), 'busy': true
  }]
)`;

const output = "$states.result.Output";

/**
 * States that evaluate each of `$pending` in child executions, busy ones again a while later, and lead to `IsTrial`. They leave behind
 * `$evaluated` (how many were), `$counts`, `$notEvaluated` (those that stayed busy), and the first of `$violations` and `$exempt`.
 */
export const evaluating = fragment<"IsTrial">()({
  HasClusters: {
    Type: "Choice",
    Choices: [{ Condition: jsonata(`$exists(${page})`), Next: "EvaluateClusters" }],
    Default: "AreClustersBusy",
  },
  EvaluateClusters: {
    ...runMachine(clustersMachine.name, {
      clusters: jsonata(`[${page}]`),
      at: jsonata("$at"),
    }),
    Assign: {
      pagesBegun: jsonata("$pagesBegun + 1"),
      evaluated: jsonata(`$evaluated + ${output}.evaluated`),
      counts: jsonata(counted(`${output}.violations`, `${output}.exempt`)),
      violations: jsonata(withMore("$violations", `${output}.violations`, "id", most.violations)),
      exempt: jsonata(withMore("$exempt", `${output}.exempt`, "id", most.exempt)),
      list: jsonata(withMore("$list", `${output}.violations.(${asText})`, "$", most.remembered)),
    },
    Output: { busy: jsonata(`[${output}.busy]`) },
    Next: "KeepBusyClusters",
  },
  // On its own: with the longest ids, 5,000 busy clusters are 225 KB of the 256 that the variables of a state may have.
  KeepBusyClusters: {
    Type: "Pass",
    Assign: { busy: jsonata("[$append($busy, $states.input.busy)]") },
    Output: {},
    Next: "HasClusters",
  },
  AreClustersBusy: {
    Type: "Choice",
    Choices: [{ Condition: jsonata(`$count($busy) > 0 and $wait <= ${lastWait}`), Next: "WaitForClusters" }],
    Default: "KeepLastFindings",
  },
  WaitForClusters: { Type: "Wait", Seconds: jsonata("$wait"), Next: "DoubleWait" },
  DoubleWait: {
    Type: "Pass",
    Assign: { wait: jsonata("$wait * 2"), pending: jsonata(inPages("$busy")), busy: [], pagesBegun: 0 },
    Next: "HasClusters",
  },
  KeepLastFindings: {
    Type: "Pass",
    Assign: {
      notEvaluated: jsonata(firstOf("$busy.$substring($, 1)", "$", most.notEvaluated)),
      counts: jsonata(`($kept := ${lastFindings}; ${counted("$kept", "[]")})`),
      violations: jsonata(firstOf(`$append($violations, ${lastFindings})`, "id", most.violations)),
      list: jsonata(firstOf(`$append($list, ${lastFindings}.(${asText}))`, "$", most.remembered)),
    },
    Next: "IsTrial",
  },
});
