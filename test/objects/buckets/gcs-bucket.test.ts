import { describe } from "node:test";
import { openGcsBucket } from "../../../src/objects/buckets/gcs-bucket.ts";
import { startGcs } from "../../servers/gcs.ts";
import { bucketContract } from "./bucket-contract.ts";

describe("a bucket of Google Cloud Storage", () => {
  bucketContract(async (t) => {
    const server = await startGcs(t, "test");
    if (server === null) return null;
    return await openGcsBucket({ bucket: "test", prefix: "flowlord/", emulator: server.url });
  });
});
