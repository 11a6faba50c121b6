import { awsByCli, createNetwork, type Network } from "./support/aws";
import { destroyAll } from "./support/clean-up";
import { createKey, deleteKey } from "./support/kms";
import { describeLab } from "./support/lab";
import { expectNoChanges, expectOk, Project } from "./support/project";

const stack = "redis-dev";
const deployRole = "arn:aws:iam::123456789012:role/deploy";
const reader = "arn:aws:iam::123456789012:role/orders";

describeLab("customer managed keys and the readers of the secret", () => {
  let network: Network;
  let project: Project;
  let key: string;
  let other: string;

  beforeAll(() => {
    network = createNetwork();
    project = new Project(network);
    key = createKey();
    other = createKey();
    expectOk(project.apply(stack));
  });

  afterAll(() => {
    destroyAll(project, network, { [stack]: {} });
    for (const one of [key, other]) deleteKey(one);
  });

  const topicKeys = (): readonly (string | undefined)[] =>
    ["backup-notifications", "chat", "events"].map((name) => {
      const arn = String(project.outputs(stack).redis_events_topic_arn?.value).replace(/events$/, name);
      const { Attributes } = awsByCli("sns", "get-topic-attributes", "--topic-arn", arn) as {
        Attributes: { KmsMasterKeyId?: string };
      };
      return Attributes.KmsMasterKeyId;
    });
  const logKeys = (): ReadonlySet<string | undefined> => {
    const groups = ["/aws/elasticache/dev-redis/", "/aws/vendedlogs/states/dev-redis-"].flatMap(
      (prefix) =>
        (
          awsByCli("logs", "describe-log-groups", "--log-group-name-prefix", prefix) as {
            logGroups: { kmsKeyId?: string }[];
          }
        ).logGroups,
    );
    expect(groups.length).toBeGreaterThan(4);
    return new Set(groups.map(({ kmsKeyId }) => kmsKeyId));
  };
  const secretId = () => String(project.outputs(stack).redis_auth_secret_arn?.value);
  const secretKey = () =>
    (awsByCli("secretsmanager", "describe-secret", "--secret-id", secretId()) as { KmsKeyId?: string }).KmsKeyId;
  const secretPolicy = () =>
    (awsByCli("secretsmanager", "get-resource-policy", "--secret-id", secretId()) as { ResourcePolicy?: string })
      .ResourcePolicy;

  test("are set on a deployed stack, whose next plan has no changes", () => {
    const settings = {
      TF_VAR_alerts_kms_key_id: key,
      TF_VAR_logs_kms_key_id: key,
      TF_VAR_secret_kms_key_id: key,
      TF_VAR_secret_reader_arns: JSON.stringify([reader]),
      TF_VAR_deploy_role_arns: JSON.stringify([deployRole]),
    };
    expectOk(project.apply(stack, settings));
    expectNoChanges(project, stack, settings);
    // ElastiCache cannot publish to an encrypted topic.
    expect(topicKeys()).toEqual([key, key, undefined]);
    expect(logKeys()).toEqual(new Set([key]));
    expect(secretKey()).toBe(key);
    expect(JSON.parse(secretPolicy() ?? "{}")).toMatchObject({
      Statement: [
        {
          Effect: "Deny",
          Action: "secretsmanager:GetSecretValue",
          Condition: { ArnNotLike: { "aws:PrincipalArn": [deployRole, reader] } },
        },
      ],
    });
  });

  test("are taken back by a deploy without them, and that of the secret by naming another", () => {
    const without = project.apply(stack);
    expectOk(without);
    expect(without.text).toContain("secret_kms_key_id is null, but the secret still has its customer managed key");
    const settings = { TF_VAR_secret_kms_key_id: other };
    expectOk(project.apply(stack, settings));
    expectNoChanges(project, stack, settings);
    expect(secretKey()).toBe(other);
    expect(topicKeys()).toEqual([undefined, undefined, undefined]);
    expect(logKeys()).toEqual(new Set([undefined]));
    expect(secretPolicy()).toBeUndefined();
  });
});
