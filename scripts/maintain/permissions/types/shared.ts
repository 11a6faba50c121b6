import type { Grant } from "../grant";

/** Why a grant is needed that the deployment test sees no call of: the reasons that several types share. */
export const dependent = "ElastiCache may authorize it for whoever creates, changes or deletes nodes in a VPC.";
export const newVersion = "Only a newer version of this project calls it.";
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
  reason: "Services authorize it when they are given a role.",
});
