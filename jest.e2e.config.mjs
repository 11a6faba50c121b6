import unit from "./jest.config.mjs";

// Against the AWS that the usual variables point at, one file after the other: they share an account.
export default {
  ...unit,
  testMatch: ["<rootDir>/__tests__/e2e/**/*.test.ts"],
  testPathIgnorePatterns: ["<rootDir>/cdktf.out/"],
  globalSetup: "<rootDir>/__tests__/e2e/support/guard.ts",
  globalTeardown: "<rootDir>/__tests__/e2e/support/clean-up.ts",
  maxWorkers: 1,
  testTimeout: 900_000,
  verbose: true,
};
