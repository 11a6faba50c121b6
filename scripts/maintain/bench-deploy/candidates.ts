import { execFileSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { Refusal } from "../../shared/aws-sdk";
import { root } from "../../shared/synthesize";

export const stack = "redis-dev";

/** Something to deploy, in a folder where Terraform runs. */
export interface Candidate {
  readonly name: string;
  readonly folder: string;
}

/** The stack as the app writes it, and the same stack as plain HCL, which has the same state. */
export function ours(folder: string): { readonly json: Candidate; readonly hcl: Candidate } {
  mkdirSync(folder);
  for (const path of ["main.ts", "app.ts", "stacks", "scripts", "cdktf.json", "package.json", "tsconfig.json"])
    cpSync(join(root, path), join(folder, path), { recursive: true });
  symlinkSync(join(root, "node_modules"), join(folder, "node_modules"));
  // Its context may name the bucket of a live state.
  const settings = JSON.parse(readFileSync(join(root, "cdktf.json"), "utf8")) as object;
  writeFileSync(join(folder, "cdktf.json"), JSON.stringify({ ...settings, context: {} }));
  for (const script of [["main.ts"], ["scripts/cli.ts", "hcl", stack]])
    execFileSync(process.execPath, ["--import", "tsx", ...script], { cwd: folder, stdio: ["ignore", "ignore", 2] });
  return {
    json: { name: "this project (JSON)", folder: join(folder, "cdktf.out/stacks", stack) },
    hcl: { name: "the same stack as plain HCL", folder: join(folder, "hcl", stack) },
  };
}

export const moduleUrl = "https://github.com/terraform-aws-modules/terraform-aws-elasticache";

/**
 * A cache like that of `redis-dev`, by the module `terraform-aws-modules/elasticache` in a folder of this machine: nodes, versions, backups, AUTH and
 * logs are the same. It has no alarms, no checks of backups, and no secret in Secrets Manager.
 *
 * @throws Refusal if the folder has no such module.
 */
export function popularModule(folder: string, source: string): Candidate {
  const version = /^## \[([\d.]+)\]/m.exec(text(join(source, "CHANGELOG.md")))?.[1];
  if (version === undefined || !text(join(source, "main.tf")).includes('"aws_elasticache_replication_group"'))
    throw new Refusal(
      `Invalid --module ${JSON.stringify(source)}: the folder has no copy of ${moduleUrl}. Clone it, and pass its folder.`,
    );
  mkdirSync(folder);
  writeFileSync(join(folder, "main.tf"), moduleCall(resolve(source)));
  return { name: `terraform-aws-modules/elasticache ${version}`, folder };
}

const text = (file: string): string => (existsSync(file) ? readFileSync(file, "utf8") : "");

const moduleCall = (source: string): string => `
variable "vpc_id" { type = string }
variable "vpc_cidr" { type = string }
variable "private_subnet_ids" { type = list(string) }

resource "random_password" "auth" {
  length  = 64
  special = false
}

module "redis" {
  source = ${JSON.stringify(source)}

  replication_group_id       = "module-redis-cluster"
  engine                     = "redis"
  engine_version             = "7.1"
  node_type                  = "cache.t4g.small"
  num_cache_clusters         = 2
  automatic_failover_enabled = true
  multi_az_enabled           = true
  apply_immediately          = true

  transit_encryption_enabled = true
  auth_token                 = random_password.auth.result

  snapshot_retention_limit  = 7
  snapshot_window           = "03:00-05:00"
  maintenance_window        = "sun:05:00-sun:07:00"
  final_snapshot_identifier = "module-redis-final"

  vpc_id               = var.vpc_id
  security_group_rules = { vpc = { cidr_ipv4 = var.vpc_cidr } }
  subnet_ids           = var.private_subnet_ids

  create_parameter_group = true
  parameter_group_family = "redis7"

  log_delivery_configuration = {
    slow-log   = { destination_type = "cloudwatch-logs", log_format = "json", cloudwatch_log_group_name = "module-redis/slow-log" }
    engine-log = { destination_type = "cloudwatch-logs", log_format = "json", cloudwatch_log_group_name = "module-redis/engine-log" }
  }
}
`;
