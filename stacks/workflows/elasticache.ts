import { awsSdk, retryTransient } from "./definition";

export { nextMarker, page, pageOfSnapshots } from "./paging";

/** A Task that calls ElastiCache; give it `Next` or `End`. */
export const elasticache = (action: string, args: object | string, retry: object = retryTransient("ElastiCache")) => ({
  Type: "Task",
  Resource: awsSdk("elasticache", action),
  Arguments: args,
  Retry: [retry],
});
