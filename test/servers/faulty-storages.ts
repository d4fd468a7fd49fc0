import type { TestContext } from "node:test";
import type { Bucket } from "../../src/objects/buckets/bucket.ts";
import { openBucket } from "../../src/objects/buckets/open-bucket.ts";
import { startGcs } from "./gcs.ts";
import { HttpProxy } from "./http-proxy.ts";
import { S3_CREDENTIALS, startS3 } from "./s3.ts";

export interface FaultyStorage {
  readonly proxy: HttpProxy;
  /** Through the proxy. */
  readonly bucket: Bucket;
  /** Past it. */
  readonly direct: Bucket;
}

/** Real servers, each behind a proxy that can do something to every request; null after the test was told to skip. */
export const STORAGES: Readonly<Record<string, (t: TestContext) => Promise<FaultyStorage | null>>> = {
  "Google Cloud Storage": async (t) => {
    const server = await startGcs(t, "test");
    if (server === null) return null;
    const proxy = await HttpProxy.start(t, server.url);
    const open = async (url: string): Promise<Bucket> =>
      await openBucket("gs://test/flowlord", { accessKey: "", secretKey: "", env: { STORAGE_EMULATOR_HOST: url } });
    return { proxy, bucket: await open(proxy.url), direct: await open(server.url) };
  },
  "an S3-compatible service": async (t) => {
    const server = await startS3(t, "test");
    if (server === null) return null;
    const proxy = await HttpProxy.start(t, server.url);
    const { accessKeyId: accessKey, secretAccessKey: secretKey } = S3_CREDENTIALS;
    const open = async (url: string): Promise<Bucket> =>
      await openBucket(`${url.replace("http:", "mc:")}/test/flowlord`, { accessKey, secretKey });
    return { proxy, bucket: await open(proxy.url), direct: await open(server.url) };
  },
};
