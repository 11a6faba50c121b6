import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { bodyOf, synopsis, type ControlCall } from "../../../scripts/commands/lab/control-calls";
import { environmentFor, settingsFor, withoutAwsSettings } from "../../../scripts/commands/lab/environment";
import { unusualLines } from "../../../scripts/commands/lab/server";
import { register, runningLab, unregister } from "../../../scripts/commands/lab/running";

const lab = { url: "http://127.0.0.1:5055", log: "/tmp/lab.log", region: "eu-west-1" };

describe("the environment of a command on the lab", () => {
  test("has none of the person's own AWS settings, which would take calls away from the lab", () => {
    const outside = {
      PATH: "/bin",
      AWS_PROFILE: "live",
      AWS_SESSION_TOKEN: "live",
      AWS_ENDPOINT_URL_S3: "https://s3.example.com",
      AWS_IGNORE_CONFIGURED_ENDPOINT_URLS: "true",
      MOTO_PORT: "1",
      TF_VAR_AWS_ACCOUNT: "mine",
    };
    const names = Object.keys(environmentFor(lab, outside));
    expect(names).toEqual(expect.arrayContaining(["PATH", "AWS_ENDPOINT_URL", "LAB_URL"]));
    expect(names.filter((name) => name in outside)).toEqual(["PATH", "TF_VAR_AWS_ACCOUNT"]);
  });

  test("has all that leads AWS SDKs, the aws CLI and Terraform to the lab, and to nothing of the person's", () => {
    const settings = {
      AWS_ENDPOINT_URL: lab.url,
      // The lab takes any.
      ...{ AWS_ACCESS_KEY_ID: "lab", AWS_SECRET_ACCESS_KEY: "lab" },
      ...{ AWS_REGION: lab.region, AWS_DEFAULT_REGION: lab.region },
      ...{ AWS_CONFIG_FILE: "/dev/null", AWS_SHARED_CREDENTIALS_FILE: "/dev/null", AWS_EC2_METADATA_DISABLED: "true" },
      ...{ HTTP_PROXY: lab.url, NO_PROXY: "127.0.0.1", LAB_URL: lab.url, LAB_LOG: lab.log },
      // That of moto.
      E2E_ACCOUNT_ID: "123456789012",
    };
    expect(settingsFor(lab)).toEqual(settings);
    expect(environmentFor(lab, { PATH: "/bin", AWS_REGION: "us-west-2" })).toEqual({ PATH: "/bin", ...settings });
  });

  test.each([
    [{}, "ap-northeast-1"],
    [{ AWS_REGION: "eu-west-1", AWS_DEFAULT_REGION: "us-east-1" }, "eu-west-1"],
  ])("keeps the Region, or has that of the environments: with %j, %s", (outside, region) => {
    expect(withoutAwsSettings(outside)).toEqual({ AWS_REGION: region, AWS_DEFAULT_REGION: region });
  });

  test("goes around a proxy", () => {
    expect(environmentFor(lab, {}).NO_PROXY).toBe("127.0.0.1");
    expect(environmentFor(lab, { NO_PROXY: "example.com" }).NO_PROXY).toBe("example.com,127.0.0.1");
  });

  test("asks the lab for hosts that no resolver knows, as those of S3 Control are", () => {
    expect(environmentFor(lab, { HTTP_PROXY: "http://proxy.example.com" }).HTTP_PROXY).toBe(lab.url);
  });
});

describe("the running lab", () => {
  const before = { cache: process.env.XDG_CACHE_HOME, url: process.env.LAB_URL };
  let folder = "";

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "lab-test-"));
    process.env.XDG_CACHE_HOME = folder;
    delete process.env.LAB_URL;
    const kill = process.kill.bind(process);
    jest.spyOn(process, "kill").mockImplementation((pid, signal) => {
      if (signal !== 0) throw new Error(`The lab gets the signal ${String(signal)}, which would end it.`);
      return kill(pid, signal);
    });
  });

  afterEach(() => {
    jest.restoreAllMocks();
    rmSync(folder, { recursive: true });
    for (const [name, value] of [
      ["XDG_CACHE_HOME", before.cache],
      ["LAB_URL", before.url],
    ] as const)
      if (value === undefined) Reflect.deleteProperty(process.env, name);
      else process.env[name] = value;
  });

  test("is found from another terminal until it stops", () => {
    expect(runningLab()).toBeUndefined();
    register({ ...lab, pid: process.pid });
    expect(runningLab()).toBe(lab.url);
    unregister(process.pid);
    expect(runningLab()).toBeUndefined();
  });

  test("is the one that LAB_URL names", () => {
    register({ ...lab, pid: process.pid });
    process.env.LAB_URL = "http://127.0.0.1:1";
    expect(runningLab()).toBe("http://127.0.0.1:1");
  });

  test("is not one whose process was killed, which is forgotten", () => {
    const registered = join(folder, "elasticache-redis-backup/running");
    mkdirSync(registered, { recursive: true });
    // Above the largest process id of Linux and macOS.
    writeFileSync(join(registered, "99999999.json"), JSON.stringify(lab));
    expect(runningLab()).toBeUndefined();
    expect(readdirSync(registered)).toEqual([]);
  });

  test.each([
    ["EPERM", "of somebody else", lab.url],
    ["ESRCH", "that has ended", undefined],
  ])("is looked for without a signal to it: %s means a process %s", (code, _whose, expected) => {
    register({ ...lab, pid: process.ppid });
    const kill = jest.spyOn(process, "kill").mockImplementation(() => {
      throw Object.assign(new Error(code), { code });
    });
    expect(runningLab()).toBe(expected);
    expect(kill.mock.calls).toEqual([[process.ppid, 0]]);
  });

  test("has to be chosen when there are several", () => {
    register({ ...lab, pid: process.pid });
    register({ ...lab, url: "http://127.0.0.1:5056", pid: process.ppid });
    expect(runningLab).toThrow(/Several labs are running: .*5056.* Choose one with LAB_URL/);
  });
});

test("what a failed command shows of the lab's log is what is unusual, and not the calls that were answered", () => {
  const log = [
    '127.0.0.1 - - [30/Nov/2026 22:00:00] "POST / HTTP/1.1" 200 -',
    "DeleteSecret is asked for again, attempt 2",
    '127.0.0.1 - - [30/Nov/2026 22:00:01] "\u001B[31mPOST / HTTP/1.1\u001B[0m" 400 -',
    "Traceback (most recent call last):",
    "KeyError: 'x'",
    "While it answered 127.0.0.1 - - [30/Nov/2026 22:00:01]",
  ];
  expect(unusualLines(log.join("\n")).split("\n")).toEqual([1, 3, 4, 5].map((i) => log[i]));
});

describe("the arguments of a control call", () => {
  const call: ControlCall = {
    name: "automatic-snapshot",
    summary: "",
    help: "",
    parameters: [
      { name: "replicationGroupId", type: "str", required: true },
      { name: "region", type: "str", required: true },
      { name: "ageHours", type: "float", required: false },
      { name: "steady", type: "bool", required: false },
    ],
  };

  test("are what is required in order, then options", () => {
    expect(synopsis(call)).toBe("automatic-snapshot <replication-group-id> [--region=…] [--age-hours=…] [--steady]");
    expect(bodyOf(call, ["cache"])).toEqual({ replicationGroupId: "cache" });
    expect(bodyOf(call, ["cache", "--age-hours=3", "--steady", "--region", "eu-west-1"])).toEqual({
      replicationGroupId: "cache",
      ageHours: "3",
      steady: true,
      region: "eu-west-1",
    });
  });

  test.each([
    [[], 'takes <replication-group-id>, got ""'],
    [["cache", "other"], 'takes <replication-group-id>, got "cache other"'],
    [["cache", "--hours=3"], "Unknown option '--hours'"],
  ])("%j is refused with the usage", (args, message) => {
    expect(() => bodyOf(call, args)).toThrow(message);
    expect(() => bodyOf(call, args)).toThrow("Usage: automatic-snapshot <replication-group-id>");
  });
});
