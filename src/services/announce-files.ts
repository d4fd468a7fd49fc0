import { createHash, hash } from "node:crypto";
import { createReadStream } from "node:fs";
import { pipeline } from "node:stream/promises";
import pMap from "p-map";
import { type FileEvent, plainFileEvent } from "../contract/file-event.ts";
import { toError } from "../contract/to-error.ts";
import { type EmitEvent, EventSender } from "./send-events.ts";
import type { FileStat, SettledFile } from "./settled-files.ts";

/** Contents that were announced before: rows of the store. */
export interface SeenFiles {
  /** The fingerprint of the content announced last; null when none was. */
  fingerprint(path: string): Promise<string | null>;
  /** The same of several, in their order. */
  fingerprints(paths: readonly string[]): Promise<readonly (string | null)[]>;
  mark(entries: readonly { readonly path: string; readonly fingerprint: string }[]): Promise<void>;
}

export interface AnnouncerOptions {
  /** Read each file for its MD5 sum, and compare contents by it instead of by the time of change. */
  readonly checksum: boolean;
  readonly emit: EmitEvent;
  readonly seen: SeenFiles;
  readonly stat: (path: string) => Promise<FileStat | null>;
  /** The error when a file cannot be read for its checksum; null when it was read. */
  readonly onFile: (path: string, error: Error | null) => void;
  /** After each group: why events could not be sent or marked as announced; null after a success. */
  readonly onGroup: (error: Error | null) => void;
}

/** Cached contents that were announced, so that a scan queries the store only once for each. */
const CACHED_MAX = 500_000;
const SUMS_AT_ONCE = 2;

/** Turns settled files into events, once per content: the event first, then the mark, so that a crash repeats and never loses. */
export class FileAnnouncer {
  readonly #options: AnnouncerOptions;
  readonly #known = new Set<string>();
  readonly #sender: EventSender;

  constructor(options: AnnouncerOptions) {
    this.#options = options;
    this.#sender = new EventSender(options.emit);
  }

  async isNew(file: SettledFile): Promise<boolean> {
    const digest = hash("sha1", `${file.path}\0${this.#versionText(file)}`, "base64");
    if (this.#known.has(digest)) return false;
    const stored = await this.#options.seen.fingerprint(file.path);
    if (stored === null || !this.#isSame(stored, file)) return true;
    if (this.#known.size >= CACHED_MAX) this.#known.clear();
    this.#known.add(digest);
    return false;
  }

  /** Marks these as announced without an event. */
  async skip(files: readonly SettledFile[]): Promise<void> {
    await this.#options.seen.mark(files.map((file) => ({ path: file.path, fingerprint: statText(file) })));
  }

  /** Returns the files that could not be announced. */
  async announce(files: readonly SettledFile[]): Promise<readonly SettledFile[]> {
    if (this.#sender.isClosed) return files;
    const { onGroup } = this.#options;
    try {
      const { failed, error } = await this.#announceGroup(files);
      if (!this.#sender.isClosed) onGroup(error);
      return failed;
    } catch (cause) {
      onGroup(new Error(`Cannot store which files were announced: ${toError(cause).message}`, { cause }));
      return files;
    }
  }

  /** Rejects when the store does. */
  async #announceGroup(files: readonly SettledFile[]): Promise<{ failed: SettledFile[]; error: Error | null }> {
    const { checksum, seen } = this.#options;
    const outcomes = await pMap(files, (file) => this.#prepare(file), {
      concurrency: checksum ? SUMS_AT_ONCE : Infinity,
    });
    const emitted = await Promise.all(outcomes.map((outcome) => this.#emit(outcome)));
    const marks = outcomes.flatMap((outcome, index) =>
      typeof outcome === "object" && emitted[index] === null
        ? [{ path: outcome.path, fingerprint: outcome.fingerprint }]
        : [],
    );
    if (marks.length > 0) await seen.mark(marks);
    const failed = files.filter((_, index) => outcomes[index] === "failed" || emitted[index] !== null);
    return { failed, error: emitted.find((error) => error !== null) ?? null };
  }

  /** Abandons events that are being sent, and sends no more: they are announced again after the next start. */
  close(): void {
    this.#sender.close();
  }

  /** The event of a file, if it needs one. */
  async #prepare(file: SettledFile): Promise<Prepared | "known" | "failed"> {
    const { checksum, seen, stat, onFile } = this.#options;
    const { path } = file;
    const stored = await seen.fingerprint(path);
    if (stored !== null && this.#isSame(stored, file)) return "known";
    const changedAt = file.ctimeMs;
    if (!checksum) return { path, fingerprint: statText(file), event: fileEvent(file, ""), changedAt };
    let sum: string;
    try {
      sum = await md5(path);
      onFile(path, null);
    } catch (cause) {
      onFile(path, new Error(`Cannot read the file ${path} for its checksum: ${toError(cause).message}`, { cause }));
      return "failed";
    }
    const after = await stat(path);
    if (after === null) return "known";
    // It changed while it was read: the sum may be that of a mixture.
    if (versionText(after) !== versionText(file)) return "failed";
    const fingerprint = `${statText(file)}:${versionText(file)}:${sum}`;
    const event = stored?.endsWith(`:${sum}`) === true ? null : fileEvent(file, sum);
    return { path, fingerprint, event, changedAt };
  }

  #versionText(file: FileStat): string {
    return this.#options.checksum ? `${statText(file)}:${versionText(file)}` : statText(file);
  }

  /**
   * Whether a file is as it was announced. With checksums, size and time alone do not say so: a producer may keep the time. A
   * fingerprint without a checksum is that of a file that was there at the first start.
   */
  #isSame(fingerprint: string, file: FileStat): boolean {
    const known = statText(file);
    if (!this.#options.checksum) return fingerprint === known || fingerprint.startsWith(`${known}:`);
    return fingerprint === known || fingerprint.startsWith(`${known}:${versionText(file)}:`);
  }

  /** Null when the event, if there is one, is stored. */
  async #emit(outcome: Prepared | "known" | "failed"): Promise<Error | null> {
    if (typeof outcome === "string" || outcome.event === null) return null;
    const { event, path, fingerprint, changedAt } = outcome;
    return await this.#sender.send({ id: eventId(path, fingerprint), event, changedAt });
  }
}

interface Prepared {
  readonly path: string;
  readonly fingerprint: string;
  /** Null: this content was announced before; only the time of change is new. */
  readonly event: FileEvent | null;
  readonly changedAt: number;
}

/** `watch:` and 32 hex digits, from path, size, time of change and (when enabled) checksum. */
export function eventId(path: string, fingerprint: string): string {
  return `watch:${hash("sha256", `${path}\0${fingerprint}`, "hex").slice(0, 32)}`;
}

/** `<size>:<time of change>`, the beginning of every fingerprint; version and checksum may follow. */
function statText(stat: FileStat): string {
  return `${stat.size}:${stat.mtimeMs}`;
}

/** `<time of change of the entry>-<inode>`: another one also when a new file got size and time of the old one. */
function versionText({ ctimeMs, ino }: FileStat): string {
  return `${ctimeMs}-${ino}`;
}

/** `created` is the time of the last change: when the file became what it is. */
function fileEvent(file: SettledFile, checksum: string): FileEvent {
  return plainFileEvent({ path: file.path, size: file.size, checksum, created: Math.trunc(file.mtimeMs) });
}

async function md5(path: string): Promise<string> {
  const sum = createHash("md5");
  await pipeline(createReadStream(path, { highWaterMark: 1024 * 1024 }), sum);
  return sum.digest("hex");
}
