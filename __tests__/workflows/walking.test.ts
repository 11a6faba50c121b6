import { walk, type Machine, type State } from "./shapes/machine";

const task = (action: string, fields: Partial<State> = {}): State => ({
  Type: "Task",
  Resource: `arn:aws:states:::aws-sdk:elasticache:${action}`,
  ...fields,
});

const machine = (States: Record<string, State>): Machine => ({ StartAt: Object.keys(States)[0] ?? "", States });

const describeGroups = (fields: Partial<State>): Machine =>
  machine({ Only: task("describeReplicationGroups", { End: true, ...fields }) });

/** What a Task after DescribeReplicationGroups makes of what that has assigned. */
const thenTag = (groups: string, args: object): Machine =>
  machine({
    First: task("describeReplicationGroups", { Assign: { groups: `{% ${groups} %}` }, Next: "Then" }),
    Then: task("addTagsToResource", { Arguments: args, End: true }),
  });

const result = "$states.result.ReplicationGroups";
const tags = [{ Key: "Name", Value: "x" }];

test.each<[string, Machine, RegExp]>([
  ["a member that AWS does not have", describeGroups({ Output: `{% ${result}[0].ARN %}` }), /no member ARN/],
  ["one in a predicate", describeGroups({ Output: `{% ${result}[State = 'x'].Status %}` }), /no member State/],
  ["one in a sort", describeGroups({ Output: `{% ${result}^(>Age)[0].Arn %}` }), /no member Age/],
  ["one in a block", describeGroups({ Output: `{% ${result}[0].($a := Arn; Size) %}` }), /no member Size/],
  ["one in $map", describeGroups({ Output: `{% [$map(${result}, function($g) { $g.ARN })] %}` }), /no member ARN/],
  [
    "one in a function of a function",
    describeGroups({
      Output: "{% ($f := function($r) { $r.ReplicationGroups.($g := $; $exists($g.ARN)) }; $f($states.result)) %}",
    }),
    /no member ARN/,
  ],
  [
    "one behind ~>",
    describeGroups({ Output: `{% ${result} ~> $filter(function($g) { $g.ARN = 'x' }) %}` }),
    /no member ARN/,
  ],
  ["one in a group", describeGroups({ Output: `{% ${result}{ ARN: $count($) } %}` }), /no member ARN/],
  ["one of $lookup", describeGroups({ Output: `{% $lookup(${result}[0], 'ARN') %}` }), /no member ARN/],
  ["one of an assigned list", thenTag(result, { ResourceName: "{% $groups[0].ARN %}", Tags: tags }), /no member ARN/],
  [
    "one of a member of a text",
    describeGroups({ Output: `{% ${result}[0].Status.Value %}` }),
    /no member Value in text/,
  ],
  [
    "one of an error",
    describeGroups({ Catch: [{ ErrorEquals: ["States.ALL"], Output: "{% $states.errorOutput.Message %}" }] }),
    /no member Message/,
  ],
  ["one of the context", describeGroups({ Output: "{% $states.context.Execution.Arn %}" }), /no member Arn/],
  [
    "a result where there is none",
    describeGroups({ Arguments: { Marker: "{% $states.result.Marker %}" } }),
    /no member result/,
  ],
  [
    "a status that AWS does not have",
    describeGroups({ Output: `{% ${result}[0].ClusterMode in ['on'] %}` }),
    /never in/,
  ],
  [
    "a number that is a text",
    describeGroups({ Output: `{% ${result}[0].SnapshotRetentionLimit = '7' %}` }),
    /never equal/,
  ],
  ["a variable that nobody assigns", describeGroups({ Output: "{% $nothing %}" }), /\$nothing is assigned nowhere/],
  [
    "a function that JSONata does not have",
    describeGroups({ Output: "{% $first([1]) %}" }),
    /does not know the function \$first/,
  ],
  [
    "a function that nobody calls",
    describeGroups({ Output: "{% ($f := function($x) { $x.y }; 1) %}" }),
    /nothing calls/,
  ],
  ["what the test cannot follow", describeGroups({ Output: `{% ${result}.* %}` }), /does not know JSONata's wildcard/],
  [
    "an argument that AWS does not have",
    describeGroups({ Arguments: { ReplicationGroup: "x" } }),
    /AWS has no ReplicationGroup/,
  ],
  [
    "an argument of another type",
    describeGroups({ Arguments: { MaxRecords: "20" } }),
    /is text 20, and AWS wants integer/,
  ],
  [
    "an argument that is missing",
    machine({ Only: task("addTagsToResource", { Arguments: { Tags: tags } }) }),
    /ResourceName is required/,
  ],
  [
    "one that may be missing",
    thenTag("[]", "{% $merge([{'Tags': []}, 1 = 2 ? {'ResourceName': 'x'} : {}]) %}" as unknown as object),
    /may be missing/,
  ],
  ["one value for a list", thenTag(result, { ResourceName: "x", Tags: tags[0] }), /AWS wants list/],
  [
    "a sequence for a list",
    thenTag(result, { ResourceName: "x", Tags: "{% $groups.{'Key': Arn} %}" }),
    /write \[ \] around it/,
  ],
  ["a list for one value", thenTag(result, { ResourceName: "{% $groups.Arn %}", Tags: tags }), /take one of it/],
  [
    "a value that AWS does not know",
    machine({ Only: task("describeEvents", { Arguments: { SourceType: "cluster" } }) }),
    /cluster is none of/,
  ],
  [
    "a state that nothing leads to",
    machine({ First: { Type: "Succeed" }, Second: { Type: "Succeed" } }),
    /Second: no state leads here/,
  ],
  [
    "a sequence for a Map",
    machine({
      Only: { Type: "Map", Items: "{% [1, 2][$ > 1] %}", ItemProcessor: machine({ In: { Type: "Succeed" } }) },
    }),
    /not surely a list/,
  ],
  [
    "a mistake in a Map",
    machine({
      Only: {
        Type: "Map",
        Items: "{% [{'id': 'x'}] %}",
        ItemProcessor: machine({
          In: task("describeReplicationGroups", { Arguments: { ReplicationGroupId: "{% $states.input.name %}" } }),
        }),
      },
    }),
    /no member name/,
  ],
  [
    "a mistake in a branch",
    machine({ Only: { Type: "Parallel", Branches: [describeGroups({ Output: `{% ${result}.ARN %}` })] } }),
    /no member ARN/,
  ],
  [
    "what a Map makes of its results",
    machine({
      Only: {
        Type: "Map",
        Items: "{% [1] %}",
        ItemProcessor: machine({ In: { Type: "Pass", Output: { a: 1 } } }),
        Output: "{% $states.result.b %}",
      },
    }),
    /no member b/,
  ],
])("%s is found", (_what, wrong, message) => {
  expect(walk(wrong).problems.join("\n")).toMatch(message);
});

test.each<[string, Machine]>([
  ["a list with [ ] around it", thenTag(result, { ResourceName: "x", Tags: "{% [$groups.{'Key': Arn}] %}" })],
  ["one of a list", thenTag(result, { ResourceName: "{% $groups[0].Arn %}", Tags: tags })],
  [
    "an optional argument that may be missing",
    describeGroups({ Arguments: "{% $merge([{'MaxRecords': 20}, 1 = 2 ? {'Marker': 'x'} : {}]) %}" }),
  ],
  ["a member that one of two objects has", describeGroups({ Output: `{% $append([{'at': 1}], ${result}).at %}` })],
  [
    "an error of the call",
    describeGroups({ Catch: [{ ErrorEquals: ["ElastiCache.ReplicationGroupNotFoundException"] }] }),
  ],
])("%s is fine", (_what, right) => {
  expect(walk(right).problems).toEqual([]);
});
