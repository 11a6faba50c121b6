import type { Command } from "commander";
import { collect, stackCommand, type StackOptions } from "../shared/options";

export interface Options extends StackOptions {
  readonly autoApprove?: boolean;
  /** Addresses of resources that will be replaced although nothing of them has changed. */
  readonly replace?: readonly string[];
}

export type Kind = "deploy" | "diff" | "destroy";

type Act = (options: Options, kind: Kind) => void | Promise<void>;

const run: Act = async (options, kind) => (await import("./deploy/deploy.js")).deploy(options, kind);

const changing = (kind: Kind, summary: string, act: Act): Command =>
  stackCommand(kind, summary, (options) => act(options, kind)).option(
    "--auto-approve",
    "do not ask before anything is changed",
  );

/** `npm run deploy`. */
export const deployCommand = (act = run): Command =>
  changing("deploy", "Shows what a deploy of a stack will change, and deploys it after a confirmation", act).option(
    "--replace <address>",
    "replace this resource; repeatable",
    collect,
    [],
  );

/** `npm run diff`. */
export const diffCommand = (act = run): Command =>
  stackCommand("diff", "Shows what a deploy of a stack will change", (options) => act(options, "diff"));

/** `npm run destroy`. */
export const destroyCommand = (act = run): Command =>
  changing("destroy", "Shows what will be destroyed of a stack, and destroys it after a confirmation", act);
