import { Refusal } from "../../shared/aws-sdk";
import { adviceIfFailed, hasFailed } from "../../shared/elasticache";
import type { Options } from "../restore";

/** @throws if a cache with that status cannot be restored as requested. `none`: there is no cache. */
export function refuseByStatus(
  status: string,
  id: string,
  { inPlace = false, snapshot, fromVault, stack }: Options,
): void {
  if (status === "deleting")
    throw new Refusal(
      `The cache ${id} is being deleted. Wait until it is gone (aws elasticache wait replication-group-deleted --replication-group-id ${id}), then restore ${stack} again, without --in-place.`,
    );
  if (hasFailed(status))
    throw new Refusal(
      `The cache ${id} is ${status}. ${adviceIfFailed(id)}, then restore ${stack} again, without --in-place.`,
    );
  if (inPlace && status === "none")
    throw new Refusal(
      `Invalid --in-place: there is no cache ${id} to replace. Remove --in-place to create it from ${snapshot ?? fromVault ?? "a backup"}.`,
    );
  if (!inPlace && status !== "none")
    throw new Refusal(
      `The cache ${id} exists (${status}), and a snapshot can be restored only into a new one. To look at the snapshot first, start a restore test that keeps its group; to replace the live data, add --in-place. docs/restore.md describes both.`,
    );
  if (inPlace && status !== "available")
    throw new Refusal(`The cache ${id} is ${status}. Wait until it is available, then restore ${stack} again.`);
}
