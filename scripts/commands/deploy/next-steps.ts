/** What to do after the first deploy of a stack. */
export function nextSteps(
  stack: string,
  hasCache: boolean,
  emails: readonly string[],
  outputs: readonly string[],
): string {
  const steps = [
    ...emails.map((email) => `Confirm the subscriptions: ${email}.`),
    ...(hasCache
      ? [
          `Take a first backup and restore it as a test, which takes minutes: npm run backup -- ${stack} && npm run restore-test -- ${stack}`,
          outputs.includes("redis_dashboard_url")
            ? "Open redis_dashboard_url, and connect your clients with what redis_auth_secret_arn holds (README.md, Deploy)."
            : "Connect your clients (README.md, Deploy).",
        ]
      : outputs.includes("vault_bucket_arn")
        ? [
            "Set vault_bucket_arn in each environment, and deploy it.",
            "Let someone else than the administrators of the caches keep the credentials of this account: docs/vault.md.",
          ]
        : [
            "Run the check once instead of waiting a day for it: docs/policy.md has the command.",
            "Deploy it to the other Regions that you use: docs/policy.md.",
          ]),
  ];
  return ["Next:", ...steps.map((step, i) => `  ${i + 1}. ${step}`)].join("\n");
}
