import { explain } from "../../scripts/shared/aws-sdk";

const named = (name: string, message: string): Error => Object.assign(new Error(message), { name });
const { AWS_PROFILE: before } = process.env;

afterEach(() => {
  if (before === undefined) delete process.env.AWS_PROFILE;
  else process.env.AWS_PROFILE = before;
});

test.each([
  ["ExpiredTokenException", "expired", "Invalid AWS credentials: AWS does not accept them"],
  ["AccessDenied", "not authorized to perform elasticache:Describe", "The credentials lack a permission"],
  ["Error", "Region is missing", "Missing Region: pass --region"],
  ["Error", "getaddrinfo ENOTFOUND x", "AWS could not be reached"],
  ["ThrottlingException", "Rate exceeded", "Run the command again in a few minutes."],
])("%s (%s) is explained", (name, message, words) => {
  expect(explain(named(name, message))).toContain(words);
});

test("missing credentials are not mistaken for a profile that does not exist", () => {
  const error = named("CredentialsProviderError", "Could not resolve credentials using profile: [typo]");
  delete process.env.AWS_PROFILE;
  expect(explain(error)).toMatch(/^Missing AWS credentials\. Log in/);
  process.env.AWS_PROFILE = "typo";
  expect(explain(error)).toMatch(/^Invalid AWS_PROFILE "typo": .* aws sso login --profile typo\.$/);
});

test("a fault of AWS itself is explained", () => {
  const fault = Object.assign(named("InternalFailure", "Oops"), { $metadata: { httpStatusCode: 500 } });
  expect(explain(fault)).toBe("AWS could not answer (InternalFailure: Oops). Run the command again in a few minutes.");
});
