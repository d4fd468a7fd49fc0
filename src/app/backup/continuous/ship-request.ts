import type { BucketOptions } from "../../../objects/buckets/open-bucket.ts";
import type { ReadRequest, ShipStatus } from "./shipper.ts";

/** What the process that ships works on. */
export interface ShipJob {
  /** The log of the database. */
  readonly journal: string;
  /** The folder of the segments that wait. */
  readonly spool: string;
  /** The address of the bucket or folder. */
  readonly target: string;
  readonly credentials: Pick<BucketOptions, "accessKey" | "secretKey">;
  /** An age identity; null: segments are stored as they are. */
  readonly key: string | null;
  /** Bytes that may wait. */
  readonly maxSpool: number;
}

/** Each is answered, by its number; they are carried out in their order. */
export type ShipRequest = { readonly id: number } & (
  | { readonly open: ShipJob }
  | { readonly read: ReadRequest }
  /** A backup of this epoch is good. */
  | { readonly based: string }
  | { readonly giveUp: string }
  /** Store what waits; given up after so many milliseconds. */
  | { readonly finish: number }
);

/** `id` null: something was stored, or could not be. */
export type ShipAnswer =
  | { readonly id: number | null; readonly status: ShipStatus }
  | { readonly id: number; readonly failure: string };
