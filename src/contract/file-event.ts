import { parseInstant, secondsText } from "./time/instant.ts";
import { foldKey, jsonFault, type JsonPair, jsonPairs } from "./json-pairs.ts";
import { MessageError } from "./message-error.ts";

/** A file that arrived, read from plain stats or from a Google Cloud Storage notification. */
export interface FileEvent {
  path: string;
  /** Bytes; rounded beyond 2^53. */
  size: number;
  linecnt: number;
  bytecnt: number;
  checksum: string;
  /** Milliseconds since 1970 (UTC); null when absent or invalid. */
  created: number | null;
  isDir: boolean;
  files: number;
  /** Only of a storage notification. `md5` and `crc32c` are base64, `updated` is milliseconds since 1970. */
  bucket: string;
  etag: string;
  generation: string;
  md5: string;
  crc32c: string;
  updated: number | null;
}

/** A file of which nothing is known but this. */
export function plainFileEvent(known: Pick<FileEvent, "path" | "size" | "created"> & Partial<FileEvent>): FileEvent {
  return {
    linecnt: 0,
    bytecnt: 0,
    checksum: "",
    isDir: false,
    files: 0,
    bucket: "",
    etag: "",
    generation: "",
    md5: "",
    crc32c: "",
    updated: null,
    ...known,
  };
}

/** The fields of a message as they are: counts as 64-bit integers, `created` as text. */
export interface FileStats {
  /** Read from a storage notification. */
  readonly isNotification: boolean;
  readonly path: string;
  readonly size: bigint;
  readonly linecnt: bigint;
  readonly bytecnt: bigint;
  readonly checksum: string;
  readonly created: string;
  readonly isDir: boolean;
  readonly files: bigint;
  readonly bucket: string;
  readonly etag: string;
  readonly generation: string;
  readonly md5: string;
  readonly crc32c: string;
  readonly updated: string;
}

/**
 * Reads a file event: plain stats, or a storage notification when `id` and `name` are set. A field of the wrong type
 * counts as absent; an event without a path matches nothing.
 *
 * @throws MessageError `bad_json` or `not_an_object`
 */
export function parseFileEvent(text: string): FileEvent {
  const { isNotification: _, ...stats } = parseFileStats(text);
  return {
    ...stats,
    size: Number(stats.size),
    linecnt: Number(stats.linecnt),
    bytecnt: Number(stats.bytecnt),
    files: Number(stats.files),
    created: parseInstant(stats.created),
    updated: stats.updated === "" ? null : parseInstant(stats.updated),
  };
}

/**
 * Like parseFileEvent, with counts and time exactly as in the message.
 *
 * @throws MessageError `bad_json` or `not_an_object`
 */
export function parseFileStats(text: string): FileStats {
  const fields = readFields(text);
  const isNotification = fields.text("id") !== "" && fields.text("name") !== "";
  return isNotification ? notificationStats(fields) : plainStats(fields);
}

function plainStats(fields: Fields): FileStats {
  return {
    isNotification: false,
    path: fields.text("path"),
    size: fields.integer("size"),
    linecnt: fields.integer("linecnt"),
    bytecnt: fields.integer("bytecnt"),
    checksum: fields.text("checksum"),
    created: fields.text("created"),
    isDir: fields.last("isdir", (value) => (typeof value === "boolean" ? value : undefined)) ?? false,
    files: fields.integer("files"),
    bucket: "",
    etag: "",
    generation: "",
    md5: "",
    crc32c: "",
    updated: "",
  };
}

function notificationStats(fields: Fields): FileStats {
  const md5 = fields.text("md5hash");
  return {
    isNotification: true,
    path: `gs://${fields.text("bucket")}/${fields.text("name")}`,
    size: fields.decimal("size"),
    linecnt: 0n,
    bytecnt: 0n,
    checksum: md5,
    created: fields.text("timecreated"),
    isDir: false,
    files: 0n,
    bucket: fields.text("bucket"),
    etag: fields.text("etag"),
    generation: fields.text("generation") || String(fields.integer("generation") || ""),
    md5,
    crc32c: fields.text("crc32c"),
    updated: fields.text("updated"),
  };
}

const MAX_INT64 = 2n ** 63n - 1n;
const MIN_INT64 = -(2n ** 63n);

/** The pairs of a message, looked up by folded key; of several the last one with the right type counts. */
class Fields {
  readonly #pairs: readonly JsonPair[];

  constructor(pairs: readonly JsonPair[]) {
    this.#pairs = pairs.map(({ key, value }) => ({ key: foldKey(key), value }));
  }

  last<T>(key: string, read: (value: unknown, json: string) => T | undefined): T | undefined {
    let found: T | undefined;
    for (const pair of this.#pairs) {
      if (pair.key === key) found = read(JSON.parse(pair.value), pair.value) ?? found;
    }
    return found;
  }

  text(key: string): string {
    return this.last(key, (value) => (typeof value === "string" ? value.toWellFormed() : undefined)) ?? "";
  }

  /** A JSON number written as an integer within 64 bits. */
  integer(key: string): bigint {
    return this.last(key, (_value, json) => integer(json)) ?? 0n;
  }

  /** A text of decimal digits, as notifications carry sizes (beyond 64 bits: the nearest that fits), or a JSON number. */
  decimal(key: string): bigint {
    return (
      this.last(key, (value, json) => {
        if (typeof value !== "string") return integer(json);
        if (!/^[+-]?[0-9]+$/.test(value)) return 0n;
        const size = BigInt(value.replace("+", ""));
        return size > MAX_INT64 ? MAX_INT64 : size < MIN_INT64 ? MIN_INT64 : size;
      }) ?? 0n
    );
  }
}

function integer(json: string): bigint | undefined {
  if (!/^-?[0-9]+$/.test(json)) return undefined;
  const value = BigInt(json);
  return value > MAX_INT64 || value < MIN_INT64 ? undefined : value;
}

function readFields(text: string): Fields {
  let pairs: JsonPair[] | null;
  try {
    pairs = jsonPairs(text);
  } catch (error) {
    throw new MessageError("bad_json", `the file event is not JSON: ${jsonFault(error)}`);
  }
  if (pairs === null) throw new MessageError("not_an_object", "the file event must be a JSON object");
  return new Fields(pairs);
}

/** Plain stats, one line of JSON. */
export function writeFileEvent(event: FileEvent): string {
  return JSON.stringify({
    linecnt: event.linecnt,
    bytecnt: event.bytecnt,
    size: event.size,
    checksum: event.checksum.toWellFormed(),
    path: event.path.toWellFormed(),
    created: event.created === null ? "" : secondsText(event.created),
    ...(event.isDir ? { isDir: true } : {}),
    ...(event.files > 0 ? { files: event.files } : {}),
  });
}
