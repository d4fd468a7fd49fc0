import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe } from "node:test";
import { LocalBucket } from "../../../src/objects/buckets/local-bucket.ts";
import { bucketContract } from "./bucket-contract.ts";

describe("a local folder as a bucket", () => {
  bucketContract(async (t) => {
    const folder = await mkdtemp(join(tmpdir(), "flowlord-bucket-"));
    t.after(() => rm(folder, { recursive: true, force: true }));
    return new LocalBucket(join(folder, "backups"));
  });
});
