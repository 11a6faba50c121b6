/** When one resource was created, in seconds since the first one began. */
export interface Created {
  readonly address: string;
  readonly from: number;
  readonly to: number;
}

interface Message {
  readonly type: string;
  readonly "@timestamp": string;
  readonly hook?: { readonly resource: { readonly addr: string }; readonly action: string };
}

/**
 * The resources that `terraform apply -json` created, in the order in which they were finished.
 *
 * @see https://developer.hashicorp.com/terraform/internals/machine-readable-ui
 */
export function createdIn(output: string): readonly Created[] {
  const messages = output
    .split("\n")
    .filter((line) => line.startsWith("{"))
    .map((line) => JSON.parse(line) as Message)
    .filter(({ hook }) => hook?.action === "create")
    .map(({ type, hook, "@timestamp": time }) => ({
      type,
      address: hook?.resource.addr ?? "",
      seconds: Date.parse(time) / 1000,
    }));
  const begun = messages.filter(({ type }) => type === "apply_start");
  const first = begun[0]?.seconds ?? 0;
  return messages
    .filter(({ type }) => type === "apply_complete")
    .map(({ address, seconds }) => ({
      address,
      from: (begun.find((one) => one.address === address)?.seconds ?? first) - first,
      to: seconds - first,
    }));
}
