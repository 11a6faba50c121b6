# A validator for restore tests: a state machine that reads keys of the restored cache through a function in the VPC.
# README.md says how to deploy it.

terraform {
  required_version = ">= 1.5"

  required_providers {
    archive = {
      source  = "hashicorp/archive"
      version = "~> 2.4"
    }
    aws = {
      source  = "hashicorp/aws"
      version = ">= 5.0, < 7.0"
    }
  }
}

provider "aws" {
  region = var.region
}

variable "region" {
  type        = string
  description = "Region of the cache."
}

variable "name" {
  type        = string
  description = "Name of the state machine and of everything it needs."
  default     = "redis-restore-validator"
}

variable "vpc_id" {
  type        = string
  description = "ID of the VPC of the cache."
}

variable "private_subnet_ids" {
  type        = list(string)
  description = "IDs of the subnets of the function, in the VPC of the cache. It needs no access to the internet."
}

variable "port" {
  type        = number
  description = "Port of the cache."
  default     = 6379
}

variable "expected" {
  type = list(object({
    key        = string
    type       = optional(string)
    value      = optional(string)
    min_length = optional(number)
  }))
  description = "Keys that every backup must have, and what is known of them: the type, the value of a string, the minimum length of a value."

  validation {
    condition     = length(var.expected) > 0
    error_message = "Invalid expected: it names no key, so that every backup would pass. Set at least one key."
  }
}

data "aws_caller_identity" "current" {}

data "aws_partition" "current" {}

locals {
  machine_arn = "arn:${data.aws_partition.current.partition}:states:${var.region}:${data.aws_caller_identity.current.account_id}:stateMachine:${var.name}"
}

# Restore tests let this group connect to the restored cache, so that nothing else should have it.
resource "aws_security_group" "client" {
  name        = var.name
  description = "Client that validates restored caches"
  vpc_id      = var.vpc_id
}

# The subnets of the cache may be in any CIDR block of the VPC, not only in the first one.
resource "aws_vpc_security_group_egress_rule" "redis" {
  for_each = toset([for block in data.aws_vpc.cache.cidr_block_associations : block.cidr_block if block.state == "associated"])

  security_group_id = aws_security_group.client.id
  description       = "Restored caches"
  cidr_ipv4         = each.value
  ip_protocol       = "tcp"
  from_port         = var.port
  to_port           = var.port
}

data "aws_vpc" "cache" {
  id = var.vpc_id
}

data "archive_file" "function" {
  type        = "zip"
  source_file = "${path.module}/validator.py"
  output_path = "${path.module}/.terraform/validator.zip"
}

resource "aws_lambda_function" "validator" {
  function_name    = var.name
  role             = aws_iam_role.function.arn
  runtime          = "python3.13"
  handler          = "validator.handler"
  filename         = data.archive_file.function.output_path
  source_code_hash = data.archive_file.function.output_base64sha256
  timeout          = 300

  vpc_config {
    subnet_ids         = var.private_subnet_ids
    security_group_ids = [aws_security_group.client.id]
  }

  depends_on = [aws_cloudwatch_log_group.function, aws_iam_role_policy_attachment.function]
}

resource "aws_cloudwatch_log_group" "function" {
  name              = "/aws/lambda/${var.name}"
  retention_in_days = 30
}

resource "aws_iam_role" "function" {
  name               = "${var.name}-function-${var.region}"
  assume_role_policy = data.aws_iam_policy_document.function_trust.json
}

data "aws_iam_policy_document" "function_trust" {
  statement {
    actions = ["sts:AssumeRole"]

    principals {
      type        = "Service"
      identifiers = ["lambda.amazonaws.com"]
    }
  }
}

# Logs, and network interfaces in the VPC.
resource "aws_iam_role_policy_attachment" "function" {
  role       = aws_iam_role.function.name
  policy_arn = "arn:${data.aws_partition.current.partition}:iam::aws:policy/service-role/AWSLambdaVPCAccessExecutionRole"
}

resource "aws_sfn_state_machine" "validator" {
  name     = var.name
  role_arn = aws_iam_role.machine.arn

  definition = jsonencode({
    Comment        = "Reads keys of a restored cache, and fails if one is not what it should be"
    QueryLanguage  = "JSONata"
    TimeoutSeconds = 1800
    StartAt        = "ReadKeys"
    States = {
      ReadKeys = {
        Type     = "Task"
        Resource = "arn:${data.aws_partition.current.partition}:states:::lambda:invoke"
        Arguments = {
          FunctionName = aws_lambda_function.validator.arn
          Payload = {
            cache    = "{% $states.input %}"
            expected = var.expected
          }
        }
        Assign = { found = "{% $states.result.Payload %}" }
        # Also a connection that is refused or times out: a new security group rule takes a moment.
        Retry = [{
          ErrorEquals     = ["States.TaskFailed"]
          IntervalSeconds = 20
          MaxAttempts     = 3
          BackoffRate     = 2
        }]
        Next = "IsDataExpected"
      }
      IsDataExpected = {
        Type    = "Choice"
        Choices = [{ Condition = "{% $count($found.problems) = 0 %}", Next = "Validated" }]
        Default = "DataDiffers"
      }
      DataDiffers = {
        Type  = "Fail"
        Error = "Validator.DataDiffers"
        Cause = "{% $join($found.problems, ', ') %}"
      }
      Validated = {
        Type   = "Succeed"
        Output = { checked = "{% $found.checked %}" }
      }
    }
  })

  depends_on = [aws_iam_role_policy.machine]
}

resource "aws_iam_role" "machine" {
  name               = "${var.name}-machine-${var.region}"
  assume_role_policy = data.aws_iam_policy_document.machine_trust.json
}

data "aws_iam_policy_document" "machine_trust" {
  statement {
    actions = ["sts:AssumeRole"]

    principals {
      type        = "Service"
      identifiers = ["states.amazonaws.com"]
    }

    condition {
      test     = "ArnEquals"
      variable = "aws:SourceArn"
      values   = [local.machine_arn]
    }
  }
}

data "aws_iam_policy_document" "machine" {
  statement {
    actions   = ["lambda:InvokeFunction"]
    resources = [aws_lambda_function.validator.arn]
  }
}

resource "aws_iam_role_policy" "machine" {
  name   = var.name
  role   = aws_iam_role.machine.name
  policy = data.aws_iam_policy_document.machine.json
}

output "restore_test_validator_arn" {
  description = "Value of the variable of this name"
  value       = aws_sfn_state_machine.validator.arn
}

output "restore_test_validator_security_group_id" {
  description = "Value of the variable of this name"
  value       = aws_security_group.client.id
}
