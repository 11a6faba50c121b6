import { ExecutionError } from "../machine";
import type { Answers } from "./service";

export interface SecurityGroupRule {
  readonly GroupId: string;
  /** @default false */
  readonly IsEgress?: boolean;
  readonly Description?: string;
  readonly ReferencedGroupInfo?: { readonly GroupId: string };
}

export interface Ec2Given {
  /** Rules of security groups by their id. */
  readonly rules?: Readonly<Record<string, SecurityGroupRule>>;
  /** Ids of rules that DescribeSecurityGroupRules does not list: EC2 is eventually consistent. */
  readonly unlisted?: readonly string[];
}

/** The rules of security groups. */
export function ec2(given: Ec2Given) {
  const rules = new Map(Object.entries(given.rules ?? {}));
  const answers: Answers = {
    describeSecurityGroupRules: ({ Filters }) => {
      const filters = (Filters ?? []) as readonly { readonly Name: string; readonly Values: readonly string[] }[];
      if (filters.some(({ Name }) => Name !== "group-id"))
        throw new Error("The account finds rules by their group only.");
      return {
        SecurityGroupRules: [...rules]
          .filter(([id, { GroupId }]) => {
            // Without a filter EC2 lists those of all groups.
            const isAsked = filters.every(({ Values }) => Values.includes(GroupId));
            return isAsked && given.unlisted?.includes(id) !== true;
          })
          .map(([SecurityGroupRuleId, rule]) => ({ SecurityGroupRuleId, IsEgress: false, ...rule })),
      };
    },
    authorizeSecurityGroupIngress: ({ GroupId, IpPermissions }) => {
      const [permission] = IpPermissions as readonly {
        readonly UserIdGroupPairs: readonly { readonly GroupId: string; readonly Description: string }[];
      }[];
      const { GroupId: source = "", Description = "" } = permission?.UserIdGroupPairs[0] ?? {};
      const same = [...rules.values()].some(
        (rule) => rule.GroupId === GroupId && rule.IsEgress !== true && rule.ReferencedGroupInfo?.GroupId === source,
      );
      if (same)
        throw new ExecutionError(
          "Ec2.Ec2Exception",
          `the specified rule "peer: ${source}, TCP, from port: 6379, to port: 6379, ALLOW" already exists (Service: Ec2, Status Code: 400, Request ID: 1)`,
        );
      rules.set("sgr-new", { GroupId: String(GroupId), Description, ReferencedGroupInfo: { GroupId: source } });
      return { Return: true, SecurityGroupRules: [{ SecurityGroupRuleId: "sgr-new" }] };
    },
    revokeSecurityGroupIngress: ({ GroupId, SecurityGroupRuleIds }) => {
      for (const id of SecurityGroupRuleIds as readonly string[]) {
        const rule = rules.get(id);
        if (rule?.GroupId !== GroupId || rule?.IsEgress === true)
          throw new ExecutionError("Ec2.Ec2Exception", `InvalidSecurityGroupRuleId.NotFound: ${id}`);
        rules.delete(id);
      }
      return {};
    },
  };
  return { answers, rules: () => [...rules.values()].map(({ Description = "" }) => Description) };
}
