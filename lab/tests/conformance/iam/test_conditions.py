"""Condition operators. Every row: what is shown, a condition, the keys of a request, whether it holds, and the source."""

import pytest

from aws.iam.conditions import conditions_hold

OPERATORS = "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html"
SETS = "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-single-vs-multi-valued-context-keys.html"
LOGIC = "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-logic-multiple-context-keys-or-values.html"
VARIABLES = "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html"
NULL = f"{OPERATORS}#Conditions_Null"
IF_EXISTS = f"{OPERATORS}#Conditions_IfExists"

ROWS = [
    ("Null true: the key is absent", {"Null": {"k:a": "true"}}, {}, True, NULL),
    ("Null true: the key is there", {"Null": {"k:a": "true"}}, {"k:a": "false"}, False, NULL),
    ("Null false: the key is there", {"Null": {"k:a": "false"}}, {"k:a": ""}, True, NULL),
    ("Null false: the key is absent", {"Null": {"k:a": False}}, {}, False, NULL),
    ("Bool", {"Bool": {"k:a": "true"}}, {"k:a": "true"}, True, OPERATORS),
    ("Bool, written as JSON", {"Bool": {"k:a": False}}, {"k:a": "false"}, True, OPERATORS),
    ("Bool without the key", {"Bool": {"k:a": "false"}}, {}, False, OPERATORS),
    ("BoolIfExists without the key", {"BoolIfExists": {"k:a": "false"}}, {}, True, IF_EXISTS),
    ("BoolIfExists with another value", {"BoolIfExists": {"k:a": "false"}}, {"k:a": "true"}, False, IF_EXISTS),
    ("keys are not case-sensitive", {"Bool": {"K:A": "true"}}, {"k:a": "true"}, True, OPERATORS),
    ("operators are not case-sensitive", {"boolifexists": {"k:a": "true"}}, {"k:a": "true"}, True, OPERATORS),
    ("StringEquals is case-sensitive", {"StringEquals": {"k:a": "A"}}, {"k:a": "a"}, False, OPERATORS),
    ("StringEquals has no wildcards", {"StringEquals": {"k:a": "a*"}}, {"k:a": "ab"}, False, OPERATORS),
    ("StringEqualsIgnoreCase", {"StringEqualsIgnoreCase": {"k:a": "A"}}, {"k:a": "a"}, True, OPERATORS),
    ("StringNotEquals without the key", {"StringNotEquals": {"k:a": "a"}}, {}, True, OPERATORS),
    ("StringNotEquals: none of the values", {"StringNotEquals": {"k:a": ["a", "b"]}}, {"k:a": "b"}, False, LOGIC),
    ("StringLike", {"StringLike": {"k:a": "a?c*"}}, {"k:a": "abcd"}, True, OPERATORS),
    ("StringLike takes brackets as they are", {"StringLike": {"k:a": "[ab]"}}, {"k:a": "a"}, False, OPERATORS),
    ("StringNotLike", {"StringNotLike": {"k:a": "a*"}}, {"k:a": "ab"}, False, OPERATORS),
    ("NumericLessThan compares numbers", {"NumericLessThan": {"k:a": "10"}}, {"k:a": "9"}, True, OPERATORS),
    ("NumericGreaterThanEquals", {"NumericGreaterThanEquals": {"k:a": 7}}, {"k:a": "7"}, True, OPERATORS),
    ("NumericEquals of text that is no number", {"NumericEquals": {"k:a": "7"}}, {"k:a": "seven"}, False, OPERATORS),
    ("NumericLessThan without the key", {"NumericLessThan": {"k:a": "10"}}, {}, False, OPERATORS),
    ("NumericLessThanIfExists without the key", {"NumericLessThanIfExists": {"k:a": "0"}}, {}, True, IF_EXISTS),
    ("NumericNotEquals without the key", {"NumericNotEquals": {"k:a": "1"}}, {}, True, OPERATORS),
    ("DateLessThan", {"DateLessThan": {"k:a": "2026-02-01T00:00:00Z"}}, {"k:a": "2026-01-31T23:59:59Z"}, True, OPERATORS),
    ("dates in seconds since the epoch", {"DateEquals": {"k:a": "1767225600"}}, {"k:a": "2026-01-01T00:00:00Z"}, True, OPERATORS),
    ("DateGreaterThanIfExists", {"DateGreaterThanIfExists": {"k:a": "2026-01-01T00:00:00Z"}}, {}, True, IF_EXISTS),
    ("IpAddress", {"IpAddress": {"k:a": "10.0.0.0/8"}}, {"k:a": "10.1.2.3"}, True, OPERATORS),
    ("NotIpAddress", {"NotIpAddress": {"k:a": "10.0.0.0/8"}}, {"k:a": "10.1.2.3"}, False, OPERATORS),
    ("BinaryEquals", {"BinaryEquals": {"k:a": "QQ=="}}, {"k:a": "QQ=="}, True, OPERATORS),
    ("ArnEquals takes wildcards", {"ArnEquals": {"k:a": "arn:aws:sns:*:*:a*"}}, {"k:a": "arn:aws:sns:eu-west-1:1:ab"}, True, OPERATORS),
    (
        "ArnLike: a wildcard stays in its part",
        {"ArnLike": {"k:a": "arn:aws:*:ab"}},
        {"k:a": "arn:aws:sns:eu-west-1:1:ab"},
        False,
        OPERATORS,
    ),
    ("ArnNotLike", {"ArnNotLike": {"k:a": "arn:aws:sns:*:*:a"}}, {"k:a": "arn:aws:sns:eu-west-1:1:b"}, True, OPERATORS),
    ("ForAllValues: each is one of them", {"ForAllValues:StringEquals": {"k:a": ["x", "y"]}}, {"k:a": ["x"]}, True, SETS),
    ("ForAllValues: one is not", {"ForAllValues:StringEquals": {"k:a": ["x", "y"]}}, {"k:a": ["x", "z"]}, False, SETS),
    ("ForAllValues without the key", {"ForAllValues:StringEquals": {"k:a": "x"}}, {}, True, SETS),
    ("ForAnyValue: one is", {"ForAnyValue:StringLike": {"k:a": "x*"}}, {"k:a": ["z", "xy"]}, True, SETS),
    ("ForAnyValue without the key", {"ForAnyValue:StringEquals": {"k:a": "x"}}, {}, False, SETS),
    ("ForAnyValue with a negated operator", {"ForAnyValue:StringNotEquals": {"k:a": "x"}}, {"k:a": ["x", "y"]}, True, SETS),
    ("several values: one is enough", {"StringEquals": {"k:a": ["a", "b"]}}, {"k:a": "b"}, True, LOGIC),
    ("several keys: all must hold", {"StringEquals": {"k:a": "a", "k:b": "b"}}, {"k:a": "a"}, False, LOGIC),
    (
        "several operators: all must hold",
        {"StringEquals": {"k:a": "a"}, "Bool": {"k:b": "true"}},
        {"k:a": "a", "k:b": "false"},
        False,
        LOGIC,
    ),
    ("a variable", {"StringEquals": {"k:a": "${k:b}"}}, {"k:a": "x", "k:b": "x"}, True, VARIABLES),
    ("what a variable stands for has no wildcards", {"StringLike": {"k:a": "${k:b}"}}, {"k:a": "xy", "k:b": "x*"}, False, VARIABLES),
    ("a variable without a value", {"StringEquals": {"k:a": "${k:b}"}}, {"k:a": ""}, False, VARIABLES),
    ("the default of a variable", {"StringEquals": {"k:a": "${k:b, 'x'}"}}, {"k:a": "x"}, True, VARIABLES),
    ("a literal asterisk", {"StringLike": {"k:a": "${*}b"}}, {"k:a": "ab"}, False, VARIABLES),
]


@pytest.mark.parametrize(("condition", "context", "holds", "source"), [pytest.param(*row[1:], id=row[0]) for row in ROWS])
def test_condition(condition: dict, context: dict, holds: bool, source: str):
    assert source.startswith("https://")
    assert conditions_hold(condition, context) is holds
