import { DomainError } from "../../contract/domain-error.ts";
import { plainFileEvent, writeFileEvent } from "../../contract/file-event.ts";
import type { ByHand } from "../../contract/api/from-person.ts";
import type { FileRow } from "../../store/file-queries.ts";
import type { EngineContext } from "../context.ts";
import { handleFiles } from "../handle-file.ts";

/** A file that somebody says has arrived. */
export interface FileReport extends ByHand {
  readonly path: string;
  readonly size: number;
  readonly lineCount: number;
  readonly checksum: string;
  /** Milliseconds since 1970. */
  readonly created: number | null;
  /** By which the same report is recognised when it comes once more; null: always an event of its own. */
  readonly eventId: string | null;
}

/** The topic of such an event where the configuration has none for files. */
const NO_TOPIC = "files";

/** Handles the file as one that the bus reports. Returns its event, with what it matched, when all of it is committed. */
export async function reportFile(report: FileReport, context: EngineContext): Promise<FileRow> {
  const { path, size, lineCount, checksum, created, eventId, by, reason } = report;
  const payload = writeFileEvent(plainFileEvent({ path, size, linecnt: lineCount, checksum, created }));
  const topic = context.fileTopics[0] ?? NO_TOPIC;
  const id = eventId === null ? null : `http-${eventId}`;
  await handleFiles([{ topic, payload, id }], context, { by, reason });
  const { files } = context.store.reads;
  const newest = await files.newestOf(path);
  const history = newest === null ? null : await files.show(newest);
  if (history !== null) return history.event;
  throw new DomainError(
    "invalid",
    "file_refused",
    `Nothing could be decided about ${path}: it is among the dead letters, with the reason.`,
  );
}
