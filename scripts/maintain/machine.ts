import { cpus, totalmem } from "node:os";

/** What measurements depend on, e.g. `2 × AMD EPYC, 24 GB, linux, Node.js v20.20.2`. */
export const machine = (): string =>
  `${cpus().length.toString()} × ${cpus()[0]?.model ?? "an unknown processor"}, ${Math.round(totalmem() / 2 ** 30).toString()} GB, ${process.platform}, Node.js ${process.version}`;
