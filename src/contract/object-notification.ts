import { parseFileEvent, type FileEvent } from "./file-event.ts";
import { parseInstant } from "./time/instant.ts";

/** What a message on a file topic says about one file. */
export interface FileNotice {
  readonly event: FileEvent;
  /** What happened to the file when it did not arrive: deleted, or only its metadata changed. Null: it arrived. */
  readonly happened: string | null;
  /** The same in every message about this very content of the file; null: the message names none. */
  readonly identity: string | null;
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
    const carried = carriedBy(text);
    if (carried !== null) return readFileNotices(carried.text, carried.kind ?? kind);
    const objects = objectsOf(text);
    if (objects.length > 0) return objects;
  }
  if (event.bucket === "") return [{ event, happened: null, identity: null }];
  const happened = kind === null ? happenedTo(text) : NOT_NEW.has(kind) ? kind : null;
  return [{ event, happened, identity: event.generation === "" ? null : `${event.path}#${event.generation}` }];
}

interface Carried {
  readonly text: string;
  readonly kind: string | null;
}

/** The notification in the envelope of SNS, or of a Pub/Sub subscription that pushes over HTTP; null: there is none. */
function carriedBy(message: string): Carried | null {
  if (message.includes('"TopicArn"')) {
    const inner = field(JSON.parse(message), "Message");
    return typeof inner === "string" && isObjectText(inner) ? { text: inner, kind: null } : null;
  }
  if (!message.includes('"subscription"')) return null;
  const pushed = field(JSON.parse(message), "message");
  const inner = decodedData(text(field(pushed, "data")));
  if (inner === null || !isObjectText(inner)) return null;
  return { text: inner, kind: text(field(field(pushed, "attributes"), "eventType")) || null };
}

/** Null: it is no base64. */
function decodedData(base64: string): string | null {
  try {
    return new TextDecoder().decode(Uint8Array.from(atob(base64), (char) => char.charCodeAt(0)));
  } catch {
    // Of any other program's message: it is handled as what it says it is.
    return null;
  }
}

function isObjectText(inner: string): boolean {
  try {
    const value: unknown = JSON.parse(inner);
    // An envelope in an envelope is none of these.
    return typeof value === "object" && value !== null && !Array.isArray(value) && !inner.includes('"TopicArn"');
  } catch {
    // What is in the envelope is no JSON, so the message is no notification, and is handled as it is.
    return false;
  }
}

/** What a Google notification tells of itself where its carrier has no attributes: new content is of metageneration 1. */
function happenedTo(notification: string): string | null {
  const object: unknown = JSON.parse(notification);
  if (text(field(object, "timeDeleted")) !== "") return "OBJECT_DELETE";
  const metageneration = Number(field(object, "metageneration") ?? 1);
  return metageneration > 1 ? "OBJECT_METADATA_UPDATE" : null;
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
  const happened = name === "" || /^(?:s3:)?ObjectCreated(?::|$)/.test(name) ? null : name;
  // The sequencer differs for each event of a key; a version is one content.
  const identity = event.generation || text(field(object, "sequencer"));
  return [{ event, happened, identity: identity === "" ? null : `${event.path}#${identity}` }];
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
