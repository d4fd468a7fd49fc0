import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { BackfillError } from "../contract/backfill-error.ts";
import { MessageError } from "../contract/message-error.ts";
import { SilenceEndedError, UnknownChannelError } from "../engine/alerts/alert-control.ts";
import { UnknownJobError } from "../engine/steering/bulk-jobs.ts";
import { NoteError } from "../engine/notes/note-target.ts";
import { PauseError } from "../engine/steering/pauses.ts";
import { GatherError } from "../engine/files/finish-gathered.ts";
import {
  LeftOpenError,
  NoTaskError,
  OverlapError,
  ParamError,
  TaskTooLargeError,
  UnknownPhaseError,
} from "../engine/create-task.ts";

/** A refused request with its HTTP status; `message` tells the caller what to do. */
export class HttpError extends Error {
  readonly status: number;
  readonly code: string;

  constructor(status: number, code: string, message: string) {
    super(message);
    this.name = "HttpError";
    this.status = status;
    this.code = code;
  }
}

/** Records internal errors; the caller only learns that there was one. */
export interface ErrorLog {
  error(fields: Record<string, unknown>, sentence: string): void;
}

interface Answer {
  readonly status: number;
  readonly code: string;
  readonly message: string;
}

/** Our codes for requests that Fastify itself refuses. */
const ERROR_CODES: ReadonlyMap<string, string> = new Map([
  ["FST_ERR_CTP_BODY_TOO_LARGE", "body_too_large"],
  ["FST_ERR_CTP_INVALID_MEDIA_TYPE", "json_only"],
  ["FST_ERR_CTP_INVALID_JSON_BODY", "no_json"],
  ["FST_ERR_CTP_EMPTY_JSON_BODY", "no_json"],
]);

const BACKFILL_STATUS: Readonly<Record<BackfillError["code"], number>> = {
  unknown_phase: 404,
  unknown_backfill: 404,
  wrong_state: 409,
  span: 422,
  rows: 422,
  meta_missing: 422,
};

const PAUSE_STATUS: Readonly<Record<PauseError["code"], number>> = {
  unknown_phase: 404,
  ambiguous_phase: 422,
  past_time: 422,
  not_paused: 409,
};

const NOTE_STATUS: Readonly<Record<NoteError["code"], number>> = {
  unknown_target: 404,
  ambiguous_target: 422,
  unknown_note: 404,
  too_many_notes: 409,
  bad_note: 422,
};

function answerTo(error: unknown): Answer | null {
  if (error instanceof HttpError) return error;
  if (error instanceof MessageError) return { status: 422, code: error.code, message: error.message };
  if (error instanceof UnknownPhaseError) return { status: 404, code: error.code, message: error.message };
  if (error instanceof NoTaskError) return { status: 422, code: error.code, message: error.message };
  if (error instanceof ParamError) return { status: 422, code: error.code, message: error.message };
  if (error instanceof LeftOpenError) return { status: 422, code: error.code, message: error.message };
  if (error instanceof TaskTooLargeError) return { status: 422, code: error.code, message: error.message };
  if (error instanceof BackfillError)
    return { status: BACKFILL_STATUS[error.code], code: error.code, message: error.message };
  if (error instanceof GatherError)
    return { status: error.code === "overlap" ? 409 : 404, code: error.code, message: error.message };
  if (error instanceof OverlapError) return { status: 409, code: error.code, message: error.message };
  if (error instanceof UnknownJobError) return { status: 404, code: error.code, message: error.message };
  if (error instanceof UnknownChannelError) return { status: 404, code: error.code, message: error.message };
  if (error instanceof PauseError)
    return { status: PAUSE_STATUS[error.code], code: error.code, message: error.message };
  if (error instanceof NoteError) return { status: NOTE_STATUS[error.code], code: error.code, message: error.message };
  if (error instanceof SilenceEndedError) return { status: 422, code: error.code, message: error.message };
  if (!(error instanceof Error)) return null;
  // The database cannot be read or written now: locked, full, moved, damaged. Its sentence says what to do. By its name,
  // because nothing here knows the database, and an error from the reader thread keeps only that.
  if (error.name === "StoreError") return { status: 503, code: "database_unavailable", message: error.message };
  const { statusCode, code, message, validation } = error as Error & Partial<Record<string, unknown>>;
  if (validation !== undefined) return { status: 400, code: "invalid_request", message };
  if (typeof statusCode !== "number" || statusCode >= 500) return null;
  return { status: statusCode, code: ERROR_CODES.get(String(code)) ?? "bad_request", message };
}

/**
 * The one error handler: every error is JSON, `{"error": {"code", "message"}}`. An unexpected error is a 500 without
 * internal details; it has the request's id, under which the log has the rest.
 */
export function handleErrors(app: FastifyInstance, log: ErrorLog): void {
  app.setErrorHandler((error, request, reply) => {
    const answer = answerTo(error);
    if (answer !== null) return sendError(reply, answer);
    log.error({ err: error, method: request.method, url: request.url, request: request.id }, "A request failed.");
    const message = `Flowlord could not do this; its log says why, under request ${request.id}.`;
    return sendError(reply, { status: 500, code: "internal", message });
  });
  app.setNotFoundHandler(notFound);
}

function sendError(reply: FastifyReply, { status, code, message }: Answer): FastifyReply {
  return reply.code(status).type("application/json; charset=utf-8").send({ error: { code, message } });
}

/** Outside of the API in the text of the older program, which scripts may search for. */
function notFound(request: FastifyRequest, reply: FastifyReply): FastifyReply {
  if (request.url.startsWith("/api/")) {
    const message = `There is no ${request.method} ${request.url.split("?")[0]} here.`;
    return sendError(reply, { status: 404, code: "not_found", message });
  }
  return reply
    .code(404)
    .header("x-content-type-options", "nosniff")
    .type("text/plain; charset=utf-8")
    .send("404 page not found\n");
}
