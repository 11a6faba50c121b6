import { eventPattern, type Fields } from "./event-pattern";

// https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html and, by the same authors,
// https://github.com/aws/event-ruler#ruler-by-example, from where the event is.
const event = {
  version: "0",
  id: "ddddd4-aaaa-7777-4444-345dd43cc333",
  "detail-type": "EC2 Instance State-change Notification",
  source: "aws.ec2",
  account: "012345679012",
  time: "2017-10-02T16:24:49Z",
  region: "us-east-1",
  resources: ["arn:aws:ec2:us-east-1:123456789012:instance/i-000000aaaaaa00000"],
  detail: {
    "c-count": 5,
    "d-count": 3,
    "x-limit": 301.8,
    "source-ip": "10.0.0.33",
    "instance-id": "i-000000aaaaaa00000",
    state: "running",
  },
};
const people = {
  employees: [
    { firstName: "John", lastName: "Doe" },
    { firstName: "Anna", lastName: "Smith" },
    { firstName: "Peter", lastName: "Jones" },
  ],
};

test.each<[string, Fields, Fields]>([
  ["a value", { source: ["aws.ec2"] }, event],
  [
    "one of several values, in all fields",
    {
      "detail-type": ["EC2 Instance State-change Notification"],
      resources: ["arn:aws:ec2:us-east-1:123456789012:instance/i-000000aaaaaa00000"],
      detail: { state: ["initializing", "running"] },
    },
    event,
  ],
  ["a beginning", { time: [{ prefix: "2017-10-02" }] }, event],
  ["a beginning in any case", { source: [{ prefix: { "equals-ignore-case": "AWS.e" } }] }, event],
  ["a value in any case", { source: [{ "equals-ignore-case": "AWS.EC2" }] }, event],
  ["another value", { detail: { state: [{ "anything-but": "initializing" }] } }, event],
  ["a value beside several", { detail: { state: [{ "anything-but": ["stopped", "overloaded"] }] } }, event],
  ["a number beside several", { detail: { "x-limit": [{ "anything-but": [100, 200, 300] }] } }, event],
  ["another beginning", { detail: { state: [{ "anything-but": { prefix: "init" } }] } }, event],
  [
    "numbers",
    {
      detail: {
        "c-count": [{ numeric: [">", 0, "<=", 5] }],
        "d-count": [{ numeric: ["<", 10] }],
        "x-limit": [{ numeric: ["=", 3.018e2] }],
      },
    },
    event,
  ],
  ["a field that is there", { detail: { "c-count": [{ exists: true }] } }, event],
  ["a field that is not there", { detail: { "e-count": [{ exists: false }] } }, event],
  ["a field of a field that is not there", { more: { "e-count": [{ exists: false }] } }, event],
  ["a field that is no leaf, as one that is not there", { detail: [{ exists: false }] }, event],
  [
    "one of several fields",
    {
      detail: {
        $or: [
          { "c-count": [{ numeric: [">", 5] }] },
          { "d-count": [{ numeric: ["<", 10] }] },
          { "x-limit": [{ numeric: ["=", 3] }] },
        ],
      },
    },
    event,
  ],
  [
    "two fields or another one",
    { $or: [{ source: ["aws.s3"] }, { source: ["aws.ec2"], detail: { state: ["running"] } }] },
    event,
  ],
  ["an element of a list", { employees: { firstName: ["Anna"], lastName: ["Smith"] } }, people],
])("matches %s", (_what, pattern, matched) => {
  expect(eventPattern(pattern)(matched)).toBe(true);
});

test.each<[string, Fields, Fields]>([
  ["another value", { source: ["aws.s3"] }, event],
  ["a value in another case", { source: ["AWS.EC2"] }, event],
  ["a part of a value", { source: ["aws"] }, event],
  ["where one of two fields differs", { source: ["aws.ec2"], detail: { state: ["stopped"] } }, event],
  ["another beginning", { time: [{ prefix: "2018" }] }, event],
  ["a beginning in another case", { source: [{ prefix: "AWS" }] }, event],
  ["an end", { source: [{ prefix: { "equals-ignore-case": "ec2" } }] }, event],
  ["the same value", { detail: { state: [{ "anything-but": "running" }] } }, event],
  ["one of the same values", { detail: { state: [{ "anything-but": ["stopped", "running"] }] } }, event],
  ["the same beginning", { detail: { state: [{ "anything-but": { prefix: "run" } }] } }, event],
  ["another value of a field that is not there", { detail: { status: [{ "anything-but": "running" }] } }, event],
  ["a number that is too large", { detail: { "c-count": [{ numeric: ["<", 5] }] } }, event],
  ["a text that looks like a number", { account: [{ numeric: [">", 0] }] }, event],
  ["a field that is there, as one that is not", { detail: { "c-count": [{ exists: false }] } }, event],
  ["a field that is no leaf", { detail: [{ exists: true }] }, event],
  ["none of several fields", { $or: [{ source: ["aws.s3"] }, { detail: { state: ["stopped"] } }] }, event],
  ["fields of different elements", { employees: { firstName: ["Anna"], lastName: ["Jones"] } }, people],
])("does not match %s", (_what, pattern, matched) => {
  expect(eventPattern(pattern)(matched)).toBe(false);
});

test.each<[string, Fields, string]>([
  ["an operator that it does not have", { source: [{ wildcard: "aws.*" }] }, "not evaluated here"],
  ["an argument that it does not have", { source: [{ prefix: { suffix: "2" } }] }, "not evaluated here"],
  ["two operators in one", { source: [{ prefix: "a", suffix: "2" }] }, "not evaluated here"],
  ["one alternative", { $or: [{ source: ["aws.ec2"] }] }, "needs two alternatives"],
  ["no value", { source: [] }, "no values for source"],
  ["a value without a list", { source: "aws.ec2" }, "are not a list"],
])("refuses %s, whatever the event is", (_what, pattern, message) => {
  expect(() => eventPattern(pattern)).toThrow(message);
});
