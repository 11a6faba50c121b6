import type { Grant } from "../grant";

/** Why a grant is needed that the deployment test sees no call of: the reasons that several types share. */
export const dependent =
  "ElastiCache may check that the caller has it when nodes in a VPC are created, changed or deleted.";
export const newVersion = "Needed only when you upgrade to a version of this project that changes it.";
export const adopted = "Only a stack that has adopted a cache calls it.";

/** Security groups get their ids from AWS, so the tags that Terraform gives everything of a stack are the bound. */
const stackTag = "redis-*";
export const existingOfStack = { StringLike: { "aws:ResourceTag/Stack": stackTag } };
export const newOfStack = { StringLike: { "aws:RequestTag/Stack": stackTag } };

/** Lets a service take one of the roles of a stack. */
export const passRoleTo = (service: string, of: readonly string[]): Grant => ({
  actions: ["iam:PassRole"],
  on: { role: of },
  condition: { StringEquals: { "iam:PassedToService": service } },
  reason: "Services check that the caller may pass the role.",
});
