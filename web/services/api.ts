import type { Problem } from "../../src/contract/api/problem.ts";
import { isSessionEnd, loginAgain } from "./session.ts";
import { isGateway, noteAnswer, noteAway } from "./reach.ts";

/** An answer that is none of what was asked for, or none at all. `status` 0: the server was not reached. */
export class ApiError extends Error {
  readonly status: number;
  readonly code: string;
  /** In so many seconds it may be tried again; null: the answer does not say. */
  readonly retryAfter: number | null;

  constructor(status: number, code: string, message: string, retryAfter: number | null = null) {
    super(message);
    this.name = "ApiError";
    this.status = status;
    this.code = code;
    this.retryAfter = retryAfter;
  }
}

type Parameters = Readonly<Record<string, string | number | boolean | null | undefined>>;

/** What the API has at this path; where the session is over, it waits for the login. Throws ApiError. */
export async function get<T>(path: string, parameters: Parameters = {}, signal?: AbortSignal): Promise<T> {
  return (await knowing(false, () => send("GET", withQuery(path, parameters), undefined, signal))) as T;
}

/** What the API answers to a question that has a body; nothing is changed by it. Throws ApiError. */
export async function askWith<T>(path: string, body: unknown, signal: AbortSignal): Promise<T> {
  return (await knowing(false, () => send("POST", path, body, signal))) as T;
}

/** The bytes that are at this path, as they are. Throws ApiError. */
export async function getBytes(path: string, parameters: Parameters = {}): Promise<Uint8Array> {
  const read = async (): Promise<Uint8Array> => {
    const answer = await answerOf("GET", withQuery(path, parameters), {});
    if (!answer.ok) throw problemOf(answer, await answer.text());
    return new Uint8Array(await answer.arrayBuffer());
  };
  return (await knowing(false, read)) as Uint8Array;
}

/**
 * Sends a change; where the session is over, it waits for the login, and is sent then. `key`: sent again with the same key, it
 * is done once, for what may be pressed twice or whose answer may be lost. Throws ApiError.
 */
export async function change<T>(
  method: "POST" | "PUT" | "DELETE",
  path: string,
  body?: unknown,
  key?: string,
): Promise<T> {
  return (await knowing(true, () => send(method, path, body, undefined, key))) as T;
}

async function knowing(isChange: boolean, request: () => Promise<unknown>): Promise<unknown> {
  try {
    return await request();
  } catch (error) {
    if (!(error instanceof ApiError) || !isSessionEnd(error)) throw error;
    await loginAgain(error, isChange);
    return request();
  }
}

/** For one change. Browsers have randomUUID only on this machine or over TLS. */
export function newKey(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

function withQuery(path: string, parameters: Parameters): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(parameters))
    if (value !== null && value !== undefined) query.set(name, String(value));
  return query.size === 0 ? path : `${path}?${query.toString()}`;
}

async function send(
  method: string,
  path: string,
  body?: unknown,
  signal?: AbortSignal,
  key?: string,
): Promise<unknown> {
  const headers: Record<string, string> = {
    ...(body === undefined ? {} : { "content-type": "application/json" }),
    ...(key === undefined ? {} : { "idempotency-key": key }),
  };
  const answer = await answerOf(method, path, {
    headers,
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    ...(signal === undefined ? {} : { signal }),
  });
  const text = await answer.text();
  if (answer.ok) return text === "" ? null : (JSON.parse(text) as unknown);
  throw problemOf(answer, text);
}

async function answerOf(method: string, path: string, init: RequestInit): Promise<Response> {
  try {
    const answer = await fetch(path, { ...init, method });
    if (isGateway(answer.status)) noteAway();
    else noteAnswer();
    return answer;
  } catch (error) {
    if (init.signal?.aborted === true) throw error;
    noteAway();
    throw new ApiError(0, "unreachable", "Flowlord does not answer.");
  }
}

/** A proxy between may answer with anything. */
function problemOf({ status, statusText, headers }: Response, text: string): ApiError {
  const wait = Number.parseInt(headers.get("retry-after") ?? "", 10);
  try {
    const { code, detail } = JSON.parse(text) as Problem;
    return new ApiError(status, code, detail, Number.isNaN(wait) ? null : wait);
  } catch {
    return new ApiError(status, "no_problem", `${status} ${statusText}`.trim());
  }
}
