/**
 * The largest object that one request copies, in bytes, and the size of the parts of larger ones.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/copy-object.html
 */
export const copyLimits = { wholeBytes: 5 * 1024 ** 3, partBytes: 1024 ** 3 };
