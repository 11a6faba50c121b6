import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import packageJson from "../package.json";
import { environments } from "../stacks/environments";

const folder = resolve(__dirname, "../.github");
const files = (readdirSync(folder, { recursive: true }) as string[]).filter((file) => file.endsWith(".yml"));
const texts = new Map(files.map((file) => [file, readFileSync(join(folder, file), "utf8")]));

test.each(files)("%s uses actions of this repository, or pinned to a commit with its version beside it", (file) => {
  const used = [...(texts.get(file) ?? "").matchAll(/\buses: (.*)/g)].map(([, action]) => action);
  expect(used).toEqual(
    used.map(() => expect.stringMatching(/^(\.\/\S+|\S+@[0-9a-f]{40} # v\d+\.\d+\.\d+)$/) as string),
  );
});

test.each(files)("%s runs only scripts that package.json has", (file) => {
  const scripts = [...(texts.get(file) ?? "").matchAll(/npm run (?:--silent )?([\w:]+)/g)].map(([, script]) => script);
  expect(Object.keys(packageJson.scripts)).toEqual(expect.arrayContaining(scripts));
});

test("every environment can be deployed, and the backup policy", () => {
  const options = [...Object.keys(environments), "backup-policy"].join(", ");
  expect(texts.get("workflows/deploy.yml")).toContain(`options: [${options}]`);
});

describe("a deployment from GitHub", () => {
  const text = texts.get("workflows/deploy.yml") ?? "";
  /** The jobs of the workflow, by name. */
  const jobs = new Map(
    text
      .slice(text.indexOf("\njobs:\n"))
      .split(/^ {2}(?=[a-z]+:$)/m)
      .slice(1)
      .map((job) => [job.slice(0, job.indexOf(":")), job]),
  );
  const withCredentials = [...jobs].filter(([, job]) => job.includes("configure-aws-credentials"));

  test("has the jobs that the next tests look at", () => {
    expect([...jobs.keys()]).toEqual(["synthesize", "plan", "deploy"]);
    expect(withCredentials.map(([name]) => name)).toEqual(["plan", "deploy"]);
  });

  test("lets only the jobs that use AWS request an OIDC token", () => {
    expect(text.slice(0, text.indexOf("\njobs:\n"))).not.toContain("id-token");
    expect([...jobs].filter(([, job]) => job.includes("id-token: write"))).toEqual(withCredentials);
  });

  test.each(withCredentials)("runs no code from npm where there are credentials: %s", (_name, job) => {
    expect(job).not.toMatch(/\bnp[mx]\b|\bnode\b|actions\/setup/);
  });

  test.each(withCredentials)("has credentials that outlast the job: %s", (_name, job) => {
    const [minutes, seconds] = [/timeout-minutes: (\d+)/, /role-duration-seconds: (\d+)/].map((number) =>
      Number(number.exec(job)?.[1]),
    );
    expect(seconds).toBeGreaterThan((minutes ?? NaN) * 60);
  });

  test("asks for no longer session than CONTRIBUTING.md has the roles allow", () => {
    const documented = /maximum session duration of (\d+) hours/.exec(
      readFileSync(resolve(__dirname, "../CONTRIBUTING.md"), "utf8"),
    )?.[1];
    const longest = Math.max(
      ...[...text.matchAll(/role-duration-seconds: (\d+)/g)].map(([, seconds]) => Number(seconds)),
    );
    expect(Number(documented) * 3600).toBe(longest);
  });

  test("deploys the Terraform, the values and the plan that were approved", () => {
    for (const [, job] of withCredentials)
      expect(job).toContain('test "$(.github/scripts/digest.sh stack)" = "$TERRAFORM_DIGEST"');
    expect(jobs.get("deploy")).toContain("$VALUES_DIGEST  values.tfvars");
    expect(jobs.get("deploy")).toContain('plan.sh stack values.tfvars "$PLAN_DIGEST"');
  });
});

test("every job uses the same Terraform", () => {
  const versions = [...texts.values()].flatMap((text) =>
    [...text.matchAll(/terraform_version: (\S+)/g)].map(([, version]) => version),
  );
  expect(versions.length).toBeGreaterThan(1);
  expect(new Set(versions).size).toBe(1);
});

test("the digest of the Terraform changes with any file of it, hidden ones included, and with nothing else", () => {
  const stack = mkdtempSync(join(tmpdir(), "stack-"));
  const digest = (): string => execFileSync(join(folder, "scripts/digest.sh"), [stack], { encoding: "utf8" }).trim();
  try {
    writeFileSync(join(stack, "cdk.tf.json"), "{}");
    const one = digest();
    expect(one).toMatch(/^[0-9a-f]{64}$/);
    expect(digest()).toBe(one);
    writeFileSync(join(stack, ".terraform.lock.hcl"), "a");
    const locked = digest();
    writeFileSync(join(stack, ".terraform.lock.hcl"), "b");
    expect(new Set([one, locked, digest()]).size).toBe(3);
  } finally {
    rmSync(stack, { recursive: true });
  }
});

describe("a state that could not be written at the end of an apply", () => {
  const work = mkdtempSync(join(tmpdir(), "apply-"));
  afterAll(() => {
    rmSync(work, { recursive: true });
  });

  /** Runs plan.sh with a Terraform whose apply cannot write the state, and whose pushes fail so many times first. */
  function apply(failures: number): {
    readonly status: number | null;
    readonly calls: string;
    readonly stderr: string;
  } {
    const here = mkdtempSync(join(work, "run-"));
    writeFileSync(join(here, "values.tfvars"), "");
    writeFileSync(
      join(here, "terraform"),
      `#!/bin/sh
echo "$2 $3" >> "${here}/calls"
case $2 in
  show) echo '{}' ;;
  apply) echo state > "${here}/errored.tfstate"; exit 1 ;;
  state) [ "$(grep -c state "${here}/calls")" -gt ${failures} ] ;;
esac
`,
      { mode: 0o755 },
    );
    const run = (...approved: string[]) =>
      spawnSync(join(folder, "scripts/plan.sh"), [here, join(here, "values.tfvars"), ...approved], {
        encoding: "utf8",
        env: {
          PATH: `${here}:${process.env.PATH ?? ""}`,
          RUNNER_TEMP: here,
          PUSH_AFTER_SECONDS: "0 0 0",
          GITHUB_OUTPUT: join(here, "output"),
        },
      });
    run();
    const digest = /plan_digest=(\w+)/.exec(readFileSync(join(here, "output"), "utf8"))?.[1] ?? "";
    const { status, stderr } = run(digest);
    return { status, calls: readFileSync(join(here, "calls"), "utf8"), stderr };
  }

  test("is written by the job, which fails all the same", () => {
    const { status, calls, stderr } = apply(1);
    expect(status).toBe(1);
    expect(calls.match(/^state push$/gm)).toHaveLength(2);
    expect(stderr).toContain("::warning::The state could not be written at the end of the apply, and was written now.");
  });

  test("that cannot be written at all is an error that says what to run", () => {
    const { status, calls, stderr } = apply(9);
    expect(status).toBe(1);
    expect(calls.match(/^state push$/gm)).toHaveLength(3);
    expect(stderr).toContain("Run npm run recover before the next deployment");
  });
});

test("no workflow lets all of its jobs request an OIDC token", () => {
  for (const text of texts.values()) expect(text.split("\njobs:\n")[0]).not.toContain("id-token");
});

test("whoever changes what runs beside credentials, or which dependencies are installed, needs an owner's review", () => {
  const owners = readFileSync(join(folder, "CODEOWNERS"), "utf8");
  for (const path of ["/.github/", "/package.json", "/package-lock.json", "/providers.lock.hcl", "/stacks/"])
    expect(owners).toMatch(new RegExp(`^# ${path.replaceAll(".", "\\.")} `, "m"));
});
