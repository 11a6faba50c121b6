import { call } from "./call";
import type { Call } from "./states";

/** Objects that a call is authorized on: those of a bucket whose keys fit a pattern. */
export interface Objects {
  readonly bucketArn: string;
  readonly keys: string;
}

const arnOf = ({ bucketArn, keys }: Objects): string => `${bucketArn}/${keys}`;

const onBucket = (bucketArn: string): readonly string[] => [bucketArn];
const onObjects = (bucketArn: string, keys: string): readonly string[] => [`${bucketArn}/${keys}`];

/** ListObjectsV2. Pass MaxKeys: 1,000 objects, as many as AWS lists by default, come near the 256 KiB of a task's result. */
export const listObjects = (args: object | string, bucketArn: string): Call =>
  call({
    service: "s3",
    action: "listObjectsV2",
    permission: "ListBucket",
    arguments: args,
    resources: onBucket(bucketArn),
  });

/** HeadObject: metadata of an object. `keys` is a pattern of all keys that are asked for. */
export const headObject = (args: object | string, bucketArn: string, keys: string): Call =>
  call({
    service: "s3",
    action: "headObject",
    permission: "GetObject",
    arguments: args,
    resources: onObjects(bucketArn, keys),
  });

export const getObject = (args: object | string, bucketArn: string, keys: string): Call =>
  call({ service: "s3", action: "getObject", arguments: args, resources: onObjects(bucketArn, keys) });

export const putObject = (args: object | string, bucketArn: string, keys: string): Call =>
  call({ service: "s3", action: "putObject", arguments: args, resources: onObjects(bucketArn, keys) });

/**
 * ListObjectVersions: a page of the versions of all objects, with those of a key from the newest to the oldest. Pass MaxKeys: 1,000 of
 * them, as many as AWS lists by default, exceed the 256 KiB of a task's result.
 */
export const listObjectVersions = (args: object | string, bucketArn: string): Call =>
  call({
    service: "s3",
    action: "listObjectVersions",
    permission: "ListBucketVersions",
    arguments: args,
    resources: onBucket(bucketArn),
  });

/**
 * Calls that copy a version of an object, or a part of it. The source may be in another Region than the state machine: S3 reads it.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_CopyObject.html
 */
export const copyVersion = (
  action: "copyObject" | "uploadPartCopy",
  args: object,
  { from, to }: { readonly from: Objects; readonly to: Objects },
): Call =>
  call({
    service: "s3",
    action,
    permission: "PutObject",
    arguments: args,
    resources: [arnOf(to)],
    dependencies: [{ actions: ["s3:GetObjectVersion"], resources: [arnOf(from)] }],
  });

/** Calls that begin, complete or abort an upload in parts. */
export const multipartUpload = (
  action: "createMultipartUpload" | "completeMultipartUpload" | "abortMultipartUpload",
  args: object,
  to: Objects,
): Call =>
  call({
    service: "s3",
    action,
    permission: action === "abortMultipartUpload" ? "AbortMultipartUpload" : "PutObject",
    arguments: args,
    resources: [arnOf(to)],
  });

/**
 * DeleteObjects with a version of each.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteObjects.html both permissions
 */
export const deleteVersions = (args: object, of: Objects): Call =>
  call({
    service: "s3",
    action: "deleteObjects",
    permission: "DeleteObject",
    arguments: args,
    resources: [arnOf(of)],
    dependencies: [{ actions: ["s3:DeleteObjectVersion"], resources: [arnOf(of)] }],
  });
