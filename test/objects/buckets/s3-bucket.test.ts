import { describe } from "node:test";
import { openS3Bucket } from "../../../src/objects/buckets/s3-bucket.ts";
import { S3_CREDENTIALS, startS3 } from "../../servers/s3.ts";
import { bucketContract } from "./bucket-contract.ts";

describe("a bucket of an S3-compatible service", () => {
  bucketContract(async (t) => {
    const server = await startS3(t, "test");
    if (server === null) return null;
    return await openS3Bucket({
      bucket: "test",
      prefix: "flowlord/",
      endpoint: server.url,
      credentials: S3_CREDENTIALS,
    });
  });
});
