import { type BucketAddress, readBucketAddress } from "./bucket-address.ts";
import type { Bucket } from "./bucket.ts";

export interface BucketOptions {
  /** Of S3-compatible storage; empty: the credentials of the environment. */
  readonly accessKey: string;
  readonly secretKey: string;
  /** Servers, as `host:port`, that a path of `mc://` or `mcs://` may name; not set: any, since only the owner of the configuration names one. */
  readonly hosts?: readonly string[];
  /** By default that of the process: it names what the services' own tools find in it. */
  readonly env?: Readonly<Record<string, string | undefined>>;
}

/** The bucket, or folder, of an address. Its client is loaded now. Throws ObjectError. */
export async function openBucket(address: string | BucketAddress, options: BucketOptions): Promise<Bucket> {
  const { accessKey, secretKey, env = process.env } = options;
  const place = typeof address === "string" ? readBucketAddress(address) : address;
  switch (place.kind) {
    case "local": {
      const { LocalBucket } = await import("./local-bucket.ts");
      return new LocalBucket(place.folder);
    }
    case "gcs": {
      const { openGcsBucket } = await import("./gcs-bucket.ts");
      const emulator = env["STORAGE_EMULATOR_HOST"] ?? "";
      return await openGcsBucket({ ...place, emulator: emulator === "" ? null : withScheme(emulator) });
    }
    case "s3": {
      const { openS3Bucket } = await import("./s3-bucket.ts");
      const credentials = accessKey === "" ? null : { accessKeyId: accessKey, secretAccessKey: secretKey };
      return await openS3Bucket({ ...place, credentials });
    }
  }
}

/** Google's own tools take `host:port` too. */
function withScheme(host: string): string {
  return host.includes("://") ? host : `http://${host}`;
}
