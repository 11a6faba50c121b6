import { Refusal } from "../../shared/aws-sdk";
import type { Options } from "./options";

/** @throws if a cache of that status cannot be restored into as asked. `none`: there is no cache. */
export function refuseByStatus(status: string, id: string, { inPlace, snapshot, stack }: Options): void {
  if (status === "deleting")
    throw new Refusal(
      `The cache ${id} is being deleted. Wait until it is gone (aws elasticache wait replication-group-deleted --replication-group-id ${id}), then restore ${stack} again, without --in-place.`,
    );
  if (inPlace && status === "none")
    throw new Refusal(`There is no cache ${id} to replace. Leave out --in-place to create it from ${snapshot}.`);
  if (!inPlace && status !== "none")
    throw new Refusal(
      `The cache ${id} is there (${status}), and a snapshot is restored into a new one only. To look at the snapshot first, start a restore test that keeps its group; to replace the live data, add --in-place. Both are in docs/restore.md.`,
    );
  if (inPlace && status !== "available")
    throw new Refusal(`The cache ${id} is ${status}. Wait until it is available, then restore ${stack} again.`);
}
