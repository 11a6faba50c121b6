export { hclBlock } from "./blocks";
export { format } from "./format";
export { hclFiles, type HclOptions } from "./stack";
export { hclValue, isObject, type Json, type JsonObject } from "./value";
