/** The database counts in the same buckets, so they stand in contract. */
export { bucketCeiling, bucketFloor, bucketOf, percentile, type BucketCount } from "../contract/histogram.ts";
