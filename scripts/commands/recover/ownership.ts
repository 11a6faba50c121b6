import { cacheTags } from "../../../stacks/terraform/names";
import { stackTag } from "../../../stacks/terraform/tags";

type Tags = Readonly<Record<string, string>>;

/**
 * Whether a cache was last deployed by a version that did not write `stackTag` yet: these two tags together are written by nothing but
 * this project, and that version wrote them.
 */
export const isFromBefore = (cache: Tags): boolean =>
  !(stackTag in cache) && cacheTags.authTokenFingerprint in cache && cacheTags.backupFloorDays in cache;

/**
 * Whether a resource with these tags belongs to the stack.
 *
 * @param isOlder whether its cache was deployed by a version without `stackTag`, so that `Stack`, which other tools write too, has to do
 */
export const isOf = (stack: string, tags: Tags, isOlder: boolean): boolean =>
  stackTag in tags ? tags[stackTag] === stack : isOlder && tags.Stack === stack;
