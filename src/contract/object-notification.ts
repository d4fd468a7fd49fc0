import { parseFileEvent, type FileEvent } from "./file-event.ts";
import { parseInstant } from "./instant.ts";

/** What a message on a file topic says about one file. */
export interface FileNotice {
  readonly event: FileEvent;
  /** What happened to the file when it did not arrive: deleted, or only its metadata changed. Null: it arrived. */
  readonly happened: string | null;
}

/** Kinds of a Google Cloud Storage notification that are not about new content. */
const NOT_NEW: ReadonlySet<string> = new Set(["OBJECT_DELETE", "OBJECT_ARCHIVE", "OBJECT_METADATA_UPDATE"]);

/**
 * Reads the files of a message: plain stats, a Google Cloud Storage notification, or one of an S3 store (MinIO, Ceph and
 * AWS write the same form), which may be about several objects.
 *
 * @param kind the `eventType` beside a Google notification; null when the bus has none
 * @throws MessageError when the message is no JSON object
 */
export function readFileNotices(text: string, kind: string | null): readonly FileNotice[] {
  const event = parseFileEvent(text);
  if (event.path === "") {
    const objects = objectsOf(text);
    if (objects.length > 0) return objects;
  }
  return [{ event, happened: kind !== null && event.bucket !== "" && NOT_NEW.has(kind) ? kind : null }];
}

function objectsOf(text: string): readonly FileNotice[] {
  if (!text.includes('"Records"')) return [];
  const records = field(JSON.parse(text), "Records");
  return Array.isArray(records) ? records.flatMap(objectOf) : [];
}

function objectOf(record: unknown): readonly FileNotice[] {
  const object = field(field(record, "s3"), "object");
  const bucket = text(field(field(field(record, "s3"), "bucket"), "name"));
  const key = decodedKey(text(field(object, "key")));
  if (bucket === "" || key === "") return [];
  const size = field(object, "size");
  const name = text(field(record, "eventName"));
  const time = parseInstant(text(field(record, "eventTime")));
  const event: FileEvent = {
    path: `s3://${bucket}/${key}`,
    size: typeof size === "number" && Number.isFinite(size) ? size : 0,
    linecnt: 0,
    bytecnt: 0,
    checksum: "",
    created: time,
    isDir: false,
    files: 0,
    bucket,
    etag: text(field(object, "eTag")),
    generation: text(field(object, "versionId")),
    md5: "",
    crc32c: "",
    updated: time,
  };
  return [{ event, happened: name === "" || /^(?:s3:)?ObjectCreated(?::|$)/.test(name) ? null : name }];
}

/** The key stands in the message as in the query of a URL: a space is a plus. What cannot be decoded stays as it is. */
function decodedKey(key: string): string {
  try {
    return decodeURIComponent(key.replaceAll("+", " "));
  } catch {
    return key;
  }
}

function field(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null && !Array.isArray(value)
    ? (value as Readonly<Record<string, unknown>>)[name]
    : undefined;
}

function text(value: unknown): string {
  return typeof value === "string" ? value.toWellFormed() : "";
}
