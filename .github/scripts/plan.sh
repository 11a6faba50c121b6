#!/usr/bin/env bash
# Plans a synthesized stack with plain Terraform, and prints what the workflow compares before it deploys.
#
#   plan.sh <folder of the stack> <values file> [<digest of the approved plan>]
#
# Without a digest, it plans and writes `plan_digest` to $GITHUB_OUTPUT. With one, it plans again, refuses a plan that
# differs from the approved one, and applies exactly the plan that it compared.
#
# The saved plan holds the AUTH token in clear text, so only this user can read it and it is deleted at the end.
set -euo pipefail
umask 077

folder=$1 values=$(realpath "$2") approved=${3:-}
plan=$(mktemp "${RUNNER_TEMP:-/tmp}/plan.XXXXXX")
trap 'rm -f "$plan"' EXIT

# A lock file, where there is one, is the list of providers whose checksums were reviewed.
lock=()
if [ -f "$folder/.terraform.lock.hcl" ]; then lock=(-lockfile=readonly); fi
export TF_IN_AUTOMATION=true TF_INPUT=0
terraform -chdir="$folder" init "${lock[@]}"
# Somebody else may be deploying: wait for the lock of the state, and plan with what that left.
terraform -chdir="$folder" plan -lock-timeout=10m -var-file="$values" -out="$plan"

# Every change with its values, before and after: a resource that changed since the approval changes the digest too.
digest=$(terraform -chdir="$folder" show -json "$plan" |
  jq -S -c '{resource_changes, output_changes, checks: [.checks[]? | {address, status}]}' | sha256sum | cut -d' ' -f1)

if [ -z "$approved" ]; then
  echo "plan_digest=$digest" >>"${GITHUB_OUTPUT:-/dev/stdout}"
elif [ "$digest" != "$approved" ]; then
  echo "::error::The plan differs from the approved one: the infrastructure, the state or the values changed in between. Run the workflow again and review the new plan." >&2
  exit 1
else
  terraform -chdir="$folder" apply -lock-timeout=10m "$plan" && exit
  # What was created is known to this file only, when the bucket could not be written. This machine is deleted after the job.
  unwritten=errored.tfstate
  [ -f "$folder/$unwritten" ] || exit 1
  for wait in ${PUSH_AFTER_SECONDS:-10 60 180}; do
    sleep "$wait"
    if terraform -chdir="$folder" state push -lock-timeout=1m "$unwritten"; then
      rm "$folder/$unwritten"
      echo "::warning::The state could not be written at the end of the apply, and was written now." >&2
      exit 1
    fi
  done
  echo "::error::The state could not be written, so it lacks what this run created. Run npm run recover before the next deployment (docs/recover.md)." >&2
  exit 1
fi
