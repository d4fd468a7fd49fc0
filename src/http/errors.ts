import { STATUS_CODES } from "node:http";
import type { Socket } from "node:net";
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { Problem } from "../contract/api/problem.ts";
import { DomainError, type ErrorKind } from "../contract/domain-error.ts";
import type { Redact } from "../contract/redact/redact.ts";
import { TooManyError } from "../engine/access/access-error.ts";

/** Records internal errors; the caller only learns that there was one. */
export interface ErrorLog {
  error(fields: Record<string, unknown>, sentence: string): void;
}

const STATUS: Readonly<Record<ErrorKind, number>> = {
  malformed: 400,
  unauthenticated: 401,
  forbidden: 403,
  not_found: 404,
  conflict: 409,
  too_large: 413,
  unsupported: 415,
  invalid: 422,
  too_many: 429,
  unavailable: 503,
};

/** Our codes for requests that Fastify itself refuses. */
const ERROR_CODES: ReadonlyMap<string, string> = new Map([
  ["FST_ERR_CTP_BODY_TOO_LARGE", "body_too_large"],
  ["FST_ERR_CTP_INVALID_MEDIA_TYPE", "json_only"],
  ["FST_ERR_CTP_INVALID_JSON_BODY", "no_json"],
  ["FST_ERR_CTP_EMPTY_JSON_BODY", "no_json"],
]);

/** A request whose parts do not have the form that the route wants. */
export class RequestError extends DomainError {
  readonly errors: NonNullable<Problem["errors"]>;

  constructor(errors: NonNullable<Problem["errors"]>, code = "invalid_request") {
    super("malformed", code, errors.map(({ pointer, message }) => `${pointer}: ${message}`).join("; "));
    this.errors = errors;
  }
}

/** Null: nobody foresaw it. */
export function problemOf(error: unknown): Problem | null {
  if (error instanceof DomainError) {
    const answer = problem(STATUS[error.kind], error.code, error.message);
    return error instanceof RequestError ? { ...answer, errors: error.errors } : answer;
  }
  if (!(error instanceof Error)) return null;
  // The database cannot be read or written now: locked, full, moved, damaged. Its sentence says what to do. By its name,
  // because nothing here knows the database, and an error from the reader thread keeps only that.
  if (error.name === "StoreError") return problem(503, "database_unavailable", error.message);
  const { statusCode, code, message } = error as Partial<FastifyError> & Error;
  if (statusCode === undefined || statusCode >= 500) return null;
  return problem(statusCode, ERROR_CODES.get(String(code)) ?? "bad_request", message);
}

function problem(status: number, code: string, detail: string): Problem {
  return { type: "about:blank", title: STATUS_CODES[status] ?? "Error", status, detail, code };
}

/**
 * The one error handler: every error is a problem document. An unexpected error is a 500 without internal details; it has
 * the request's id, under which the log has the rest.
 */
export function handleErrors(app: FastifyInstance, log: ErrorLog, redact: Pick<Redact, "all">): void {
  const answer = (reply: FastifyReply, problem: Problem): FastifyReply => sendProblem(reply, redact.all(problem));
  app.setErrorHandler((error, request, reply) => {
    const known = problemOf(error);
    if (error instanceof TooManyError) reply.header("retry-after", Math.ceil(error.retryAfter / 1000));
    if (known !== null) return answer(reply, known);
    log.error({ err: error, method: request.method, url: request.url, request: request.id }, "A request failed.");
    const detail = `Flowlord could not do this; its log says why, under request ${request.id}.`;
    return answer(reply, problem(500, "internal", detail));
  });
  app.setNotFoundHandler((request, reply) => {
    if (!request.url.startsWith("/api/")) return notFound(reply);
    return answer(reply, problem(404, "not_found", `There is no ${request.method} ${request.url.split("?")[0]} here.`));
  });
}

function sendProblem(reply: FastifyReply, answer: Problem): FastifyReply {
  if (answer.status === 401) reply.header("www-authenticate", "Bearer");
  return reply.code(answer.status).type("application/problem+json; charset=utf-8").send(JSON.stringify(answer));
}

/** A path that cannot be decoded, before any route is looked for. */
export function refuseBadUrl(
  error: FastifyError,
  request: FastifyRequest,
  reply: FastifyReply,
  redact: Pick<Redact, "all">,
): FastifyReply {
  if (request.url.startsWith("/api/")) {
    return sendProblem(reply, redact.all(problem(400, "bad_request", error.message)));
  }
  return reply.code(400).type("text/plain; charset=utf-8").send("400 Bad Request");
}

/** A request that Node's parser gives up on has no route: what it is called by, and how large its headers are, is all that is known. */
export function refuseUnreadable(error: Error & { readonly code?: string }, socket: Socket): void {
  if (error.code === "ECONNRESET" || socket.destroyed) return;
  const answer =
    error.code === "HPE_HEADER_OVERFLOW"
      ? problem(431, "bad_request", "The address and the headers have more than 16 KiB: send what is long in a body.")
      : error.code === "ERR_HTTP_REQUEST_TIMEOUT"
        ? problem(408, "bad_request", "The request did not arrive within 30 s.")
        : problem(400, "bad_request", "This is not HTTP that the server understands.");
  const body = JSON.stringify(answer);
  const head = `HTTP/1.1 ${answer.status} ${answer.title}\r\ncontent-type: application/problem+json; charset=utf-8\r\n`;
  if (socket.writable)
    socket.write(`${head}content-length: ${Buffer.byteLength(body)}\r\nconnection: close\r\n\r\n${body}`);
  socket.destroy(error);
}

/** Outside of the API in the text of the older program, which scripts may search for. */
function notFound(reply: FastifyReply): FastifyReply {
  return reply
    .code(404)
    .header("x-content-type-options", "nosniff")
    .type("text/plain; charset=utf-8")
    .send("404 page not found\n");
}
