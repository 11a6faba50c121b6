import { homedir } from "node:os";
import { join, resolve } from "node:path";

/** The lab's Python sources. */
export const labFolder = resolve(__dirname, "../../../lab");

/** Where the lab keeps what it can make again: its Python environments, and which labs are running. */
export const cacheFolder = (): string =>
  join(process.env.XDG_CACHE_HOME ?? join(homedir(), ".cache"), "elasticache-redis-backup");
