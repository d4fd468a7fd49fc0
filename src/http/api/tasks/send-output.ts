import { Readable } from "node:stream";
import type { FastifyReply, FastifyRequest } from "fastify";
import { MAX_LOG_BYTES } from "../../../contract/api/tasks/task-detail-api.ts";
import { DomainError } from "../../../contract/domain-error.ts";
import { UnknownTaskError } from "../../../engine/tasks/unknown-task.ts";
import type { LoggedRecord } from "../../../store/log-queries.ts";
import { LogError, LogFinder } from "../../../task-logs/find-logs.ts";
import { OpenLog } from "../../../task-logs/read-log.ts";
import { encodedStream } from "../../content-coding.ts";
import type { ApiDeps } from "../deps.ts";
import { followOutput, mayWriteMore } from "./follow-output.ts";

export interface OutputRange {
  readonly tail?: number | undefined;
  readonly from?: number | undefined;
  readonly until?: number | undefined;
  readonly follow: boolean;
  readonly download: boolean;
}

type Deps = Pick<ApiDeps, "reads" | "runtime" | "instance">;

/** The output cannot be shown; the message says where it may be. */
export class NoLogError extends DomainError {
  constructor(code: "no_log" | "log_not_read", message: string) {
    super(code === "no_log" ? "not_found" : "unavailable", code, message);
  }
}

/**
 * Answers with the newest output of an attempt. It is text of whoever wrote the command: it is sent as it is, and as nothing that a
 * browser would run. Throws DomainError.
 */
export async function sendOutput(
  recordId: number,
  range: OutputRange,
  { request, reply }: { readonly request: FastifyRequest; readonly reply: FastifyReply },
  deps: Deps,
): Promise<FastifyReply> {
  const [record] = await deps.reads.logs.tasks(String(recordId));
  if (record === undefined) throw new UnknownTaskError(recordId);
  const log = await guarded(openNewest(record, deps));
  if (log === null && !(range.follow && (await mayWriteMore(record, deps.reads))))
    throw new NoLogError("no_log", whyNone(record));
  const gone = new AbortController();
  reply.raw.once("close", () => {
    gone.abort();
    // Also of an answer that nobody began to read.
    void log?.close();
  });
  try {
    const size = log === null ? 0 : await guarded(log.size());
    const from =
      log === null || range.tail === undefined
        ? Math.min(range.from ?? 0, size)
        : await log.tailStart(range.tail, size);
    const most = range.download ? Infinity : from + MAX_LOG_BYTES;
    const until = Math.max(from, Math.min(range.until ?? size, size, most));
    if (range.download) void reply.header("content-disposition", `attachment; filename="task-${recordId}.log"`);
    reply
      .type("text/plain; charset=utf-8")
      .header("x-content-type-options", "nosniff")
      .header("content-security-policy", "sandbox")
      .header("cache-control", "no-store")
      .header("flowlord-log-path", encodeURIComponent(log?.path ?? ""))
      .header("flowlord-log-from", from)
      .header("flowlord-log-until", until)
      .header("flowlord-log-size", size);
    if (request.method === "HEAD") {
      await log?.close();
      return await reply.send("");
    }
    const stream = (text: AsyncGenerator<Buffer>): Readable =>
      Readable.from(text, { highWaterMark: 1, objectMode: true });
    // What is followed is not compressed: each piece is wanted at once.
    if (log === null || range.follow) {
      const open = (one: LoggedRecord): Promise<OpenLog | null> => openNewest(one, deps);
      return await reply.send(stream(followOutput({ record, log, from }, open, deps, gone.signal)));
    }
    return await reply.send(encodedStream(request, reply, stream(pieces(log, from, until))));
  } catch (error) {
    await log?.close();
    throw error;
  }
}

/** The paths of its output, the newest delivery first, with the size of that. Throws DomainError. */
export async function describeOutput(recordId: number, deps: Deps) {
  const [record] = await deps.reads.logs.tasks(String(recordId));
  if (record === undefined) throw new UnknownTaskError(recordId);
  const found = await guarded(new LogFinder(deps.instance.logDirs).find(record, deps.runtime.now()));
  const { size = 0, isPartial = false } = found[0] ?? {};
  return { record, found: found.map(({ path }) => path), size, isPartial };
}

/** What the newest output of an attempt says, read by `work`; its signal ends when nobody waits for the answer. Throws DomainError. */
export async function readOutput<T>(
  recordId: number,
  reply: FastifyReply,
  deps: Deps,
  work: (log: OpenLog, signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const [record] = await deps.reads.logs.tasks(String(recordId));
  if (record === undefined) throw new UnknownTaskError(recordId);
  const log = await guarded(openNewest(record, deps));
  if (log === null) throw new NoLogError("no_log", whyNone(record));
  const gone = new AbortController();
  reply.raw.once("close", () => gone.abort());
  try {
    return await guarded(work(log, gone.signal));
  } finally {
    await log.close();
  }
}

/** Closes the log when it ends, or when nobody reads on. */
async function* pieces(log: OpenLog, from: number, until: number): AsyncGenerator<Buffer> {
  try {
    yield* log.range(from, until);
  } finally {
    await log.close();
  }
}

async function openNewest(record: LoggedRecord, { runtime, instance }: Deps): Promise<OpenLog | null> {
  const found = await new LogFinder(instance.logDirs).find(record, runtime.now());
  for (const one of found) {
    const log = await OpenLog.open(one);
    if (log !== null) return log;
  }
  return null;
}

function whyNone({ record_id: id, log, host }: LoggedRecord): string {
  if (log === null || log === "") return `Record ${id} has no output here: its worker wrote none, or it was deleted.`;
  return `Record ${id} has no output here: its worker left it at ${log} on ${host === null || host === "" ? "its machine" : host}.`;
}

async function guarded<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof LogError) throw new NoLogError("log_not_read", error.message);
    throw error;
  }
}
