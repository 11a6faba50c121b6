import { environmentStacks, everyStack, shardedStack, vaultStack, type Block } from "../support/stacks";

// What an object in a bucket is protected by. What AWS makes of it: __tests__/e2e/vault-locks.test.ts.
const landing = Object.entries({ ...environmentStacks, "redis-sharded": shardedStack }).map(
  ([stack, synthesize]) => [stack, "vault_landing", synthesize] as const,
);
const buckets = [...landing, ["redis-vault", "vault", vaultStack] as const];
const others = ["recovery", "vault_data_events"].map((name) => ["redis-vault", name, vaultStack] as const);

describe.each([...buckets, ...others])("%s: the bucket %s", (_stack, name, synthesize) => {
  const { resource } = synthesize();
  const of = (type: string): Block => resource[`aws_s3_bucket_${type}`]?.[name] ?? {};

  test("is what each of its parts belongs to, and its policy is the document of its name", () => {
    const parts = Object.entries(resource).flatMap(([type, { [name]: part }]) =>
      type.startsWith("aws_s3_bucket_") && part !== undefined ? [[type, part] as const] : [],
    );
    expect(parts.length).toBeGreaterThan(5);
    for (const [type, { bucket, policy = "" }] of parts) {
      const own = new RegExp(`^\\$\\{aws_s3_bucket(_versioning)?\\.${name}(\\[0\\])?\\.(id|bucket)\\}$`);
      expect([type, bucket]).toEqual([type, expect.stringMatching(own)]);
      const document = new RegExp(`^\\$\\{data\\.aws_iam_policy_document\\.${name}(\\[0\\])?\\.json\\}$`);
      expect(policy).toMatch(type === "aws_s3_bucket_policy" ? document : /^$/);
    }
  });

  test("keeps versions, so that nothing that is overwritten or deleted is lost at once", () => {
    expect(of("versioning").versioning_configuration).toEqual({ status: "Enabled" });
  });

  test("is public to nobody, and everything in it belongs to its account", () => {
    expect(of("public_access_block")).toMatchObject({
      block_public_acls: true,
      block_public_policy: true,
      ignore_public_acls: true,
      restrict_public_buckets: true,
    });
    expect(of("ownership_controls").rule).toEqual({ object_ownership: "BucketOwnerEnforced" });
  });

  test("is reached over TLS only, by whomever", () => {
    const { statement } = synthesize().data.aws_iam_policy_document?.[name] ?? {};
    const [bucket = "", objects] = (statement as readonly Block[])
      .filter(({ effect, actions }) => effect === "Deny" && String(actions) === "s3:*")
      .flatMap(({ resources }) => resources as readonly string[]);
    expect(objects).toBe(`${bucket}/*`);
    expect(bucket).toMatch(/^(\$\{aws_s3_bucket\.\w+(\[0\])?\.arn\}|arn:\S+:s3:::\$\{local\.vault_landing_bucket\})$/);
    expect(statement).toContainEqual(
      expect.objectContaining({
        effect: "Deny",
        actions: ["s3:*"],
        principals: [{ type: "*", identifiers: ["*"] }],
        condition: [{ test: "Bool", variable: "aws:SecureTransport", values: ["false"] }],
      }),
    );
  });

  test("is encrypted with keys of S3, because ElastiCache neither exports to nor restores from others", () => {
    expect(of("server_side_encryption_configuration").rule).toEqual([
      { apply_server_side_encryption_by_default: { sse_algorithm: "AES256" } },
    ]);
  });

  test("deletes what has expired, noncurrent versions a day later, aborted uploads and markers of nothing", () => {
    const rules = of("lifecycle_configuration").rule as readonly Block[];
    expect(rules.map(({ status }) => status)).toEqual(["Enabled", "Enabled"]);
    const [expire, markers] = rules;
    // A filter that is empty is every object.
    expect(rules.map(({ filter }) => filter)).toEqual([[{}], [{}]]);
    expect(expire).toMatchObject({
      noncurrent_version_expiration: [{ noncurrent_days: 1 }],
      abort_incomplete_multipart_upload: [{ days_after_initiation: 1 }],
    });
    expect(markers).toMatchObject({ expiration: [{ expired_object_delete_marker: true }] });
  });
});

test.each(buckets)("%s: the bucket %s tells EventBridge, whose rules report deletions", (_stack, name, synthesize) => {
  expect(synthesize().resource.aws_s3_bucket_notification?.[name]?.eventbridge).toBe(true);
});

test("there is no bucket that these tests do not see", () => {
  const names = Object.values(everyStack).flatMap((synthesize) =>
    Object.keys(synthesize().resource.aws_s3_bucket ?? {}),
  );
  expect(new Set(names)).toEqual(new Set([...buckets, ...others].map(([, name]) => name)));
});

test("a destroy deletes copies and records, which are somewhere else or of no use any more", () => {
  for (const [, name, synthesize] of [...landing, ...others])
    expect(synthesize().resource.aws_s3_bucket?.[name]?.force_destroy).toBe(true);
});

test("only the vault is locked, from the first object on, and is never emptied by a destroy", () => {
  const locked = buckets.map(
    ([, name, synthesize]) => synthesize().resource.aws_s3_bucket?.[name]?.object_lock_enabled,
  );
  expect(locked).toEqual([...landing.map(() => undefined), true]);
  const { resource } = vaultStack();
  expect(resource.aws_s3_bucket?.vault).not.toHaveProperty("force_destroy");
  expect(resource.aws_s3_bucket_object_lock_configuration?.vault?.rule).toEqual({
    default_retention: { mode: "${upper(var.vault_lock_mode)}", days: "${var.vault_lock_days}" },
  });
  // One part that refuses to be destroyed makes Terraform refuse the destroy as a whole; each refuses its own replacement.
  const parts = Object.entries(resource).flatMap(([type, { vault: part }]) =>
    type.startsWith("aws_s3_bucket") && type !== "aws_s3_bucket_notification" && part !== undefined
      ? [[type, part.lifecycle]]
      : [],
  );
  expect(parts.length).toBeGreaterThan(6);
  expect(parts).toEqual(parts.map(([type]) => [type, { prevent_destroy: true }]));
});

test.each(landing)(
  "%s replicates backups and their manifests, not test copies or deletions, and measures it",
  (_stack, _name, synthesize) => {
    const { rule } = synthesize().resource.aws_s3_bucket_replication_configuration?.vault ?? {};
    expect(rule).toEqual([
      expect.objectContaining({
        id: "vault",
        status: "Enabled",
        // S3 takes no filter without it: https://docs.aws.amazon.com/AmazonS3/latest/API/API_ReplicationRule.html
        priority: 1,
        filter: { prefix: "${local.vault_key_prefix}" },
        delete_marker_replication: { status: "Disabled" },
        // AWS publishes the metric of the alarm on failing replication only with these.
        destination: { bucket: "${var.vault_bucket_arn}", metrics: { status: "Enabled" } },
      }),
    ]);
  },
);
