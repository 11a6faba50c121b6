import { require } from "tsx/cjs/api";

// Jest does not transform its reporters.
/** @type {{ default: new () => object }} */
const { default: BranchesReporter } = require("./reporter.ts", import.meta.url);

export default BranchesReporter;
