/** Names the file that global-setup.ts writes the stacks to, once for all files of tests: loading cdktf takes longer than most of them. */
export const synthesizedStacks = "SYNTHESIZED_STACKS";
