import type { z } from "zod";
import type { Problem } from "../../contract/api/problem.ts";
import { toError } from "../../contract/to-error.ts";
import type { InstanceRequest } from "../instance-request.ts";

export type Method = "GET" | "POST" | "PUT" | "DELETE";

/** An instance refused a request, or does not answer; the message says why, and what to do. */
export class InstanceError extends Error {
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.name = "InstanceError";
    this.code = code;
  }
}

export interface ClientOptions {
  /** Without a slash at the end. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** How long an answer may take to begin; null: as long as it takes. */
  readonly timeoutMs: number | null;
  readonly send: (path: string, request: InstanceRequest) => Promise<Response>;
}

/** Values of a query string; null and undefined are left out. */
export type Query = Readonly<Record<string, string | number | boolean | null | undefined>>;

/** Sends requests to the API of one instance. Each throws InstanceError. */
export class ApiClient {
  readonly #options: ClientOptions;

  constructor(options: ClientOptions) {
    this.#options = options;
  }

  get url(): string {
    return this.#options.url;
  }

  /** The answer, checked by its schema. It is given as it came: the order of its fields is that of the instance. */
  async get<T>(path: string, schema: z.ZodType<T>, query: Query = {}): Promise<T> {
    return this.#checked(path, schema, await this.json("GET", pathWith(path, query)));
  }

  async post<T>(path: string, schema: z.ZodType<T>, body: object): Promise<T> {
    return this.#checked(path, schema, await this.json("POST", path, body));
  }

  async json(method: Method, path: string, body?: object): Promise<unknown> {
    const answer = await this.#send(method, path, body);
    try {
      return await answer.json();
    } catch (error) {
      throw this.#unreachable(method, error);
    }
  }

  /** Whose answer is bytes. */
  async open(method: "GET" | "HEAD", path: string, query: Query): Promise<Response> {
    return await this.#send(method, pathWith(path, query));
  }

  async #send(method: Method | "HEAD", path: string, body?: object): Promise<Response> {
    const { headers, timeoutMs, send } = this.#options;
    // Only until the answer begins: what is followed has no end.
    const late = new AbortController();
    const timer = timeoutMs === null ? null : setTimeout(() => late.abort(), timeoutMs);
    try {
      const answer = await send(path, {
        method,
        signal: late.signal,
        headers: body === undefined ? headers : { ...headers, "content-type": "application/json" },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      if (!answer.ok) throw await this.#refusal(method, path, answer);
      return answer;
    } catch (error) {
      if (error instanceof InstanceError) throw error;
      throw this.#unreachable(method, late.signal.aborted ? new Error(`no answer within ${timeoutMs} ms`) : error);
    } finally {
      if (timer !== null) clearTimeout(timer);
    }
  }

  #checked<T>(path: string, schema: z.ZodType<T>, json: unknown): T {
    if (schema.safeParse(json).success) return json as T;
    throw new InstanceError(
      "other_version",
      `${this.url} answers ${path.split("?")[0]} in another form than this flowlord knows: use the version of the instance.`,
    );
  }

  async #refusal(method: string, path: string, answer: Response): Promise<InstanceError> {
    const { status } = answer;
    const text = await answer.text().catch(() => "");
    const problem = problemIn(text);
    if (problem === null) {
      const to = answer.headers.get("location");
      const why =
        status >= 300 && status < 400 && to !== null ? ` and leads to ${to}: name that address` : ": is it a Flowlord?";
      return new InstanceError("refused", `${this.url} answered ${status}${why}${why.endsWith("?") ? "" : "."}`);
    }
    const { code = "refused", detail = `${this.url} answered ${status}.` } = problem;
    if (code === "not_found" && status === 404)
      return new InstanceError(
        code,
        `${this.url} has no ${method} ${path.split("?")[0]}: its version is another than that of this flowlord.`,
      );
    const wait = answer.headers.get("retry-after");
    return new InstanceError(
      code,
      status === 429 && wait !== null ? `${detail.replace(/\.$/, "")}; it may be asked again in ${wait} s.` : detail,
    );
  }

  #unreachable(method: string, error: unknown): InstanceError {
    const unsure = method === "GET" || method === "HEAD" ? "." : "; check whether it accepted the request.";
    return new InstanceError("gone", `The instance at ${this.url} does not answer (${reasonOf(error)})${unsure}`);
  }
}

/** What is asked for, or null when the instance refuses it with this code: there is none. */
export async function orNull<T>(code: string, asked: Promise<T>): Promise<T | null> {
  try {
    return await asked;
  } catch (error) {
    if (error instanceof InstanceError && error.code === code) return null;
    throw error;
  }
}

function pathWith(path: string, query: Query): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query))
    if (value !== null && value !== undefined) search.set(name, String(value));
  return search.size === 0 ? path : `${path}?${search.toString()}`;
}

/** Null: it is none. */
function problemIn(text: string): Partial<Problem> | null {
  try {
    const found: unknown = JSON.parse(text);
    return typeof found === "object" && found !== null && "detail" in found ? (found as Partial<Problem>) : null;
  } catch {
    // A proxy in between, or another program, answers with a page.
    return null;
  }
}

const UNTRUSTED: ReadonlySet<string> = new Set([
  "DEPTH_ZERO_SELF_SIGNED_CERT",
  "SELF_SIGNED_CERT_IN_CHAIN",
  "UNABLE_TO_GET_ISSUER_CERT",
  "UNABLE_TO_GET_ISSUER_CERT_LOCALLY",
  "UNABLE_TO_VERIFY_LEAF_SIGNATURE",
]);

/** `fetch` hides the reason in the cause. */
function reasonOf(error: unknown): string {
  const outer = toError(error);
  const inner = outer.cause === undefined ? outer : toError(outer.cause);
  const { code = "" } = inner as NodeJS.ErrnoException;
  if (UNTRUSTED.has(code))
    return `its certificate is signed by nobody whom this machine trusts: name the authority's file in NODE_EXTRA_CA_CERTS`;
  if (code === "ECONNREFUSED") return "nothing listens there";
  if (code === "ENOTFOUND") return "there is no host of that name";
  if (code.includes("SSL_WRONG_VERSION_NUMBER") || code === "ERR_SSL_PACKET_LENGTH_TOO_LONG") return "it speaks no TLS";
  return inner.message === "" ? code : inner.message;
}
