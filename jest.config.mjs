export default {
  testEnvironment: "node",
  // All cores: the default leaves one to the watcher, and half of a small machine with it.
  maxWorkers: "100%",
  transform: {
    "^.+\\.ts$": [
      "@swc/jest",
      {
        jsc: { target: "es2022", parser: { syntax: "typescript" } },
        // Loaded when they are used: mostly the stacks are synthesized already (support/remembered.ts).
        module: { type: "commonjs", lazy: ["./synthesize", "./stacks"] },
      },
    ],
  },
  reporters: ["default", "<rootDir>/__tests__/support/branches/reporter.mjs"],
  globalSetup: "<rootDir>/__tests__/support/global-setup.ts",
  testMatch: ["<rootDir>/__tests__/**/*.test.ts", "<rootDir>/scripts/hcl-writer/__tests__/*.test.ts"],
  testPathIgnorePatterns: ["<rootDir>/__tests__/e2e/", "<rootDir>/cdktf.out/"],
};
