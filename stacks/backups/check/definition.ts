import type { Topology } from "../../cache/topology";
import type { Definition } from "../../workflows/definition";
import { inSteps } from "../../workflows/steps";
import { eventsTopic } from "./events-topic";
import { failures } from "./failures";
import { keyState } from "./key";
import { lastManualBackup } from "./last-manual-backup";
import { lastRestoreTest } from "./last-restore-test";
import { shrinking } from "./shrinking";
import { lastVaultCopy } from "../vault/last-copy";
import { newestSnapshot } from "./newest-snapshot";
import { remembered } from "../../workflows/remembered";

export interface BackupCheckDefinitionProps {
  readonly topology: Topology;
  /** The topic that every node should publish its events to. */
  readonly eventsTopicArn: string;
}

/** The backup check. A step that fails, for example at an answer of an unexpected form, keeps no other from publishing. */
export const backupCheck = remembered(({ topology, eventsTopicArn }: BackupCheckDefinitionProps): Definition => ({
  Comment: "Checks the backups of the cache and publishes the results as metrics",
  QueryLanguage: "JSONata",
  // AWS ends an EXPRESS execution after 300 seconds.
  TimeoutSeconds: 290,
  ...inSteps(
    [
      newestSnapshot(topology),
      failures,
      shrinking,
      eventsTopic(eventsTopicArn),
      keyState,
      lastManualBackup(topology),
      lastRestoreTest,
      lastVaultCopy,
    ],
    "BackupCheck.Incomplete",
  ),
}));
