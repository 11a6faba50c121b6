import { execFileSync } from "node:child_process";
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

test("no workflow lets all of its jobs request an OIDC token", () => {
  for (const text of texts.values()) expect(text.split("\njobs:\n")[0]).not.toContain("id-token");
});

test("whoever changes what runs beside credentials, or which dependencies are installed, needs an owner's review", () => {
  const owners = readFileSync(join(folder, "CODEOWNERS"), "utf8");
  for (const path of ["/.github/", "/package.json", "/package-lock.json", "/providers.lock.hcl", "/stacks/"])
    expect(owners).toMatch(new RegExp(`^# ${path.replaceAll(".", "\\.")} `, "m"));
});
