import { call } from "./call";
import type { Call } from "./states";

const onBucket = (bucketArn: string): readonly string[] => [bucketArn];
const onObjects = (bucketArn: string, keys: string): readonly string[] => [`${bucketArn}/${keys}`];

/** ListObjectsV2: a page of at most 1,000 objects. */
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
