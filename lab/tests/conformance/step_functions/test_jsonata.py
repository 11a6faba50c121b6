from tests.conformance.state_machines import Execution, executions, output

JSONATA = "https://docs.aws.amazon.com/step-functions/latest/dg/transforming-data.html"
ADDED = f"{JSONATA}#jsonata-functions-provided-by-sfn"
VARIABLES = "https://docs.aws.amazon.com/step-functions/latest/dg/workflow-variables.html"
LANGUAGE = "https://docs.jsonata.org/processing"
SEQUENCES = "https://docs.jsonata.org/processing#sequences"
UNDEFINED = {"error": "States.QueryEvaluationError", "cause": "returned nothing (undefined)"}

test_undefined = executions(
    [
        Execution("a member that is not there", states=output("{% $states.input.none %}"), **UNDEFINED, source=JSONATA),
        Execution("an item that is not there", states=output("{% [1, 2][5] %}"), **UNDEFINED, source=JSONATA),
        Execution("a filter that lets nothing through", states=output("{% [1, 2][$ > 2] %}"), **UNDEFINED, source=SEQUENCES),
        Execution(
            "the largest of nothing", states=output("{% $max([]) %}"), **UNDEFINED, source="https://docs.jsonata.org/aggregation-functions"
        ),
        Execution("a variable that was never assigned", states=output("{% $none %}"), **UNDEFINED, source=JSONATA),
        Execution("undefined as a member of an object of the definition", states=output({"a": "{% $none %}"}), **UNDEFINED, source=JSONATA),
        Execution(
            "undefined as a member of an object of the expression is left out",
            states=output("{% {'a': $none, 'b': 1} %}"),
            output={"b": 1},
            source="https://docs.jsonata.org/construction",
        ),
        Execution("undefined in a list of the expression is left out", states=output("{% [1, $none] %}"), output=[1], source=SEQUENCES),
        Execution("the sum of nothing", states=output("{% $sum([]) %}"), output=0, source="https://docs.jsonata.org/aggregation-functions"),
        Execution("the number of nothing", states=output("{% $count($none) %}"), output=0, source=SEQUENCES),
        Execution("null is a value", states=output("{% $states.input.a %}"), input={"a": None}, answers={"@": None}, source=JSONATA),
        Execution("null is kept in a list", states=output("{% [$states.input.a] %}"), input={"a": None}, output=[None], source=JSONATA),
    ]
)

test_sequences = executions(
    [
        Execution("one item is the item", states=output("{% [1, 2][$ > 1] %}"), output=2, source=SEQUENCES),
        Execution("one item in brackets is a list", states=output("{% [[1, 2][$ > 1]] %}"), output=[2], source=SEQUENCES),
        Execution("nothing in brackets is an empty list", states=output("{% [[1, 2][$ > 2]] %}"), output=[], source=SEQUENCES),
        Execution(
            "a path keeps the list with []",
            states=output("{% $states.input.a[].b %}"),
            input={"a": [{"b": 1}]},
            output=[1],
            source=SEQUENCES,
        ),
        Execution("a map of one item is its value", states=output("{% $map([3], function($v) { $v * 2 }) %}"), output=6, source=SEQUENCES),
        Execution("lists of lists are made flat by a path", states=output("{% [[1, 2], [3]].$ %}"), output=[1, 2, 3], source=LANGUAGE),
        Execution(
            "sorting one item gives a list",
            states=output("{% $sort([3]) %}"),
            output=[3],
            source="https://docs.jsonata.org/array-functions",
        ),
    ]
)

test_failures = executions(
    [
        Execution(
            "a function is no result",
            states=output("{% $sum %}"),
            error="States.QueryEvaluationError",
            cause="unsupported type",
            source=JSONATA,
        ),
        Execution("a regular expression is no result", states=output("{% /a/ %}"), error="States.QueryEvaluationError", source=JSONATA),
        Execution(
            "a type that an operator does not take",
            states=output("{% 1 + 'a' %}"),
            error="States.QueryEvaluationError",
            cause="T2002",
            source=JSONATA,
        ),
        Execution(
            "$eval is not supported", states=output("{% $eval('1') %}"), error="States.QueryEvaluationError", cause="$eval", source=ADDED
        ),
        Execution(
            "infinity is no number of JSON",
            states=output("{% 1 / 0 %}"),
            error="States.QueryEvaluationError",
            source="https://docs.jsonata.org/numeric-operators",
        ),
        Execution(
            "a failed evaluation of a task can be caught",
            states={
                "Task": {
                    "Type": "Task",
                    "Resource": "arn:aws:states:::aws-sdk:elasticache:describeSnapshots",
                    "Arguments": {"SnapshotName": "{% $none %}"},
                    "Catch": [
                        {"ErrorEquals": ["States.QueryEvaluationError"], "Output": "{% $states.errorOutput.Error %}", "Next": "Caught"}
                    ],
                    "End": True,
                },
                "Caught": {"Type": "Pass", "End": True},
            },
            output="States.QueryEvaluationError",
            source="https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html",
        ),
    ]
)

CAUGHT = {"Catch": [{"ErrorEquals": ["States.QueryEvaluationError"], "Output": "caught", "Next": "Caught"}], "End": True}
ERRORS = "https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html"
MAP = {"Type": "Map", "Items": [1, 2], "ItemProcessor": {"StartAt": "Pass", "States": output("{% $none %}")}}
PARALLEL = {"Type": "Parallel", "Branches": [{"StartAt": "Pass", "States": output("{% $none %}")}]}

test_branches = executions(
    [
        Execution(
            "a failed evaluation in an iteration is the error of its Map",
            states={"Map": {**MAP, "End": True}},
            error="States.QueryEvaluationError",
            source=ERRORS,
        ),
        Execution(
            "which can be caught",
            states={"Map": {**MAP, **CAUGHT}, "Caught": {"Type": "Pass", "End": True}},
            output="caught",
            source=ERRORS,
        ),
        Execution(
            "a failed evaluation in a branch is the error of its Parallel",
            states={"Both": {**PARALLEL, "End": True}},
            error="States.QueryEvaluationError",
            source=ERRORS,
        ),
        Execution(
            "which can be caught, too",
            states={"Both": {**PARALLEL, **CAUGHT}, "Caught": {"Type": "Pass", "End": True}},
            output="caught",
            source=ERRORS,
        ),
    ]
)

test_functions = executions(
    [
        Execution("$partition", states=output("{% $partition([1, 2, 3], 2) %}"), output=[[1, 2], [3]], source=ADDED),
        Execution("$range includes its end", states=output("{% $range(0, 6, 2) %}"), output=[0, 2, 4, 6], source=ADDED),
        Execution(
            "$hash",
            states=output("{% $hash('a', 'SHA-256') %}"),
            output="ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb",
            source=ADDED,
        ),
        Execution("$random with a seed is the same each time", states=output("{% $random(1) = $random(1) %}"), output=True, source=ADDED),
        Execution("$uuid", states=output("{% $length($uuid()) %}"), output=36, source=ADDED),
        Execution("$parse", states=output("""{% $parse('{"a": [1]}').a %}"""), output=[1], source=ADDED),
        Execution("$parse of what is no JSON", states=output("{% $parse('{') %}"), error="States.QueryEvaluationError", source=ADDED),
        Execution(
            "times in milliseconds",
            states=output("{% $toMillis('2026-01-31T03:04:05Z') %}"),
            output=1769828645000,
            source="https://docs.jsonata.org/date-time-functions",
        ),
    ]
)

test_variables = executions(
    [
        Execution(
            "Assign and Output see the variables as they were",
            states={
                "First": {"Type": "Pass", "Assign": {"a": 1}, "Next": "Second"},
                "Second": {"Type": "Pass", "Assign": {"a": "{% $a + 1 %}"}, "Output": "{% $a %}", "Next": "Third"},
                "Third": {"Type": "Pass", "Output": {"then": "{% $states.input %}", "now": "{% $a %}"}, "End": True},
            },
            output={"then": 1, "now": 2},
            source=VARIABLES,
        ),
        Execution(
            "a quote in a variable is data",
            states={
                "First": {"Type": "Pass", "Assign": {"a": 'say "\\"'}, "Next": "Second"},
                "Second": {"Type": "Pass", "Output": "{% $a %}", "End": True},
            },
            output='say "\\"',
            source=VARIABLES,
        ),
        Execution(
            "a branch sees the variables outside, and its own stay inside",
            states={
                "First": {"Type": "Pass", "Assign": {"a": 1}, "Next": "Both"},
                "Both": {
                    "Type": "Parallel",
                    "Branches": [
                        {
                            "StartAt": "Inner",
                            "States": {
                                "Inner": {"Type": "Pass", "Assign": {"b": "{% $a + 1 %}"}, "Next": "Last"},
                                "Last": {"Type": "Pass", "Output": "{% $b %}", "End": True},
                            },
                        }
                    ],
                    "Output": {"inner": "{% $states.result %}", "outer": "{% $exists($b) %}"},
                    "End": True,
                },
            },
            output={"inner": [2], "outer": False},
            source=f"{VARIABLES}#variable-scope",
        ),
    ]
)
