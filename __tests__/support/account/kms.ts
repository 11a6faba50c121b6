import { ExecutionError } from "../machine";
import type { Answers } from "./service";

export interface KmsGiven {
  /** The states of keys by their ARN. */
  readonly keys?: Readonly<Record<string, string>>;
}

/** @see https://docs.aws.amazon.com/kms/latest/APIReference/API_DescribeKey.html */
export const kms = ({ keys = {} }: KmsGiven): Answers => ({
  describeKey: ({ KeyId }) => {
    const KeyState = keys[String(KeyId)];
    if (KeyState === undefined) throw new ExecutionError("Kms.NotFoundException", `no ${String(KeyId)}`);
    return { KeyMetadata: { KeyId, KeyState } };
  },
});
