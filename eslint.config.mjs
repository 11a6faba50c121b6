import importX, { createNodeResolver } from "eslint-plugin-import-x";
import jest from "eslint-plugin-jest";
import { defineConfig } from "eslint/config";
import tseslint from "typescript-eslint";

const restrictedImports = {
  paths: [
    {
      name: "cdktf",
      importNames: ["DataResource"],
      message: "Use TerraformData of stacks/terraform/elements: cdktf's runs `terraform version` at every synth.",
    },
  ],
  patterns: [
    {
      // The root of a provider loads every resource: 2,230 modules, three seconds.
      regex: "^@cdktf/provider-[a-z]+(/lib)?$",
      message: "Import @cdktf/provider-…/lib/<resource>, never the root.",
    },
  ],
};

export default defineConfig(
  { ignores: ["adopt/", "cdktf.out/", "hcl/", "coverage/", "dist/", "node_modules/", "jest.config.js"] },
  tseslint.configs.strictTypeChecked,
  tseslint.configs.stylisticTypeChecked,
  {
    languageOptions: {
      parserOptions: { projectService: { allowDefaultProject: ["*.mjs"] }, tsconfigRootDir: import.meta.dirname },
    },
    plugins: { "import-x": importX },
    settings: {
      "import-x/extensions": [".ts"],
      "import-x/resolver-next": [createNodeResolver({ extensions: [".ts", ".mjs", ".js"] })],
    },
    rules: {
      // Constructs register themselves in their scope.
      "no-new": "off",
      "no-restricted-imports": ["error", restrictedImports],
      "import-x/no-cycle": "error",
      // A template of an address and a number is what the field writes.
      "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true }],
    },
  },
  {
    files: ["app.ts", "stacks/**/*.ts"],
    rules: {
      "no-restricted-globals": [
        "error",
        { name: "process", message: "Settings of a run are read in main.ts and passed on as props." },
      ],
    },
  },
  // Plain JavaScript that the lab's server and Jest start; no types are written in it.
  { files: ["lab/**/*.mjs", "__tests__/**/*.mjs"], ...tseslint.configs.disableTypeChecked },
  // Its types are in a package that is not installed here; npm run test:package checks them.
  { files: ["examples/**/*.ts"], ...tseslint.configs.disableTypeChecked },
  {
    files: ["scripts/**/*.ts"],
    rules: {
      "no-restricted-syntax": [
        "error",
        {
          selector: "AssignmentExpression[left.object.object.name='process'][left.object.property.name='env']",
          message: "Pass the environment of a child process, or an argument, instead of changing this process's.",
        },
      ],
    },
  },
  // This library imports nothing else of the repository; its tests are one folder deeper.
  ...Object.entries({ "*.ts": String.raw`^\.\.`, "__tests__/*.ts": String.raw`^\.\./\.\.` }).map(([files, regex]) => ({
    files: [`scripts/hcl-writer/${files}`],
    rules: {
      "no-restricted-imports": [
        "error",
        {
          ...restrictedImports,
          patterns: [
            ...restrictedImports.patterns,
            { regex, message: "This library imports nothing else of the repository." },
          ],
        },
      ],
    },
  })),
  { files: ["**/__tests__/**/*.ts"], ...jest.configs["flat/recommended"] },
  {
    files: ["**/__tests__/**/*.ts"],
    rules: {
      // Terraform is called by helpers that assert.
      "jest/expect-expect": ["error", { assertFunctionNames: ["expect", "expect*"] }],
      "jest/no-standalone-expect": ["error", { additionalTestBlockFunctions: ["labTest"] }],
    },
  },
);
