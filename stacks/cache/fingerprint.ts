import { createHash } from "node:crypto";

/** Eight hexadecimal digits of a hash distinguish AUTH tokens without revealing them, so plans and a tag of the cache can contain them. */
const digits = 8;

/** The fingerprint of an AUTH token. */
export const fingerprint = (token: string): string => createHash("sha256").update(token).digest("hex").slice(0, digits);

/** The same as a Terraform expression; `token` is one too. */
export const fingerprintExpression = (token: string): string => `nonsensitive(substr(sha256(${token}), 0, ${digits}))`;

/** Whether a text is a fingerprint. */
export const isFingerprint = (text: string): boolean => new RegExp(`^[0-9a-f]{${digits}}$`).test(text);
