import { Refusal } from "../../../shared/aws-sdk";
import { progress } from "../../../shared/result";
import type { Surroundings } from "../stack";
import { arnsOf, copyOut, type FromVault } from "./from-vault";
import { Place, type PlaceProps } from "./place";
import { shardsOf } from "./slots";
import { Temporary } from "./temporary";
import { temporaryName } from "./temporary-names";

export type SnapshotProps = Pick<PlaceProps, "client" | "ec2" | "planned" | "sleep"> & {
  readonly surroundings: Surroundings;
};

/** What is left to do when the snapshot is there. */
export interface Made {
  /** Deletes what was needed for it, and after a restore that succeeded the snapshot as well. */
  readonly cleanUp: (isRestored: boolean) => Promise<void>;
}

/**
 * Makes a snapshot of a backup in the vault, for a cache with shards: ElastiCache creates one from files only with the slots of each shard,
 * and Terraform would replace the cache as soon as its slots change. So a temporary cache is created from the copies, and a snapshot is
 * taken of it. A run that was stopped is continued where it was.
 */
export async function snapshotOf(found: FromVault, { surroundings, ...given }: SnapshotProps): Promise<Made> {
  const { planned } = given;
  const { manifest } = found.backup;
  const { family, key, vpc, subnets } = surroundings;
  const props = { ...given, backup: manifest.name };
  const temporary = new Temporary(props);
  const place = new Place({ ...props, vpc, subnets });
  const clear = async (): Promise<void> => {
    await temporary.beginDeletion();
    await temporary.isGone();
    await place.remove();
  };
  if (!(await temporary.hasSnapshot())) {
    if (!(await temporary.hasCache())) {
      await clear();
      await copyOut(found);
      progress(`Creating the temporary cache ${temporaryName(planned)} from the copies`);
      const shards = shardsOf(manifest.files, planned.shards ?? 1);
      await temporary.createCache(arnsOf(found), shards, { ...(await place.create()), family, key });
    }
    progress(`Waiting for the temporary cache, and for the snapshot ${manifest.name} of it`);
    try {
      await temporary.takeSnapshot();
    } catch (error) {
      // Anything else may pass, and the next run continues.
      if (error instanceof Refusal) await clear();
      throw error;
    }
  }
  await temporary.beginDeletion();
  return {
    cleanUp: async (isRestored) => {
      progress(`Deleting the temporary cache${isRestored ? " and its snapshot" : ""}`);
      await clear();
      if (isRestored) await temporary.deleteSnapshot();
    },
  };
}
