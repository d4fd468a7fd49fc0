import { Agent as PlainAgent, request as plainRequest, type ClientRequest, type IncomingMessage } from "node:http";
import { Agent as TlsAgent, request as tlsRequest } from "node:https";

/** More than a result and a message need; the rest is not read. */
const MAX_ANSWER_BYTES = 65_536;

export interface Answer {
  readonly status: number;
  readonly reason: string;
  readonly contentType: string;
  readonly body: string;
  /** The body was longer than 64 KiB; `body` is its beginning. */
  readonly cut: boolean;
}

export interface Poster {
  post(body: string, signal: AbortSignal): Promise<Answer>;
  close(): void;
}

/**
 * Posts JSON to one URL over keep-alive connections. Tasks may take longer than 300 s, after which Node's `fetch` ends any
 * request; changing that would need another dependency. Redirects are ordinary answers. `post` rejects with the system's
 * error when there is no answer, and when `signal` aborts.
 */
export function poster(url: URL, headers: Readonly<Record<string, string>>, concurrency: number): Poster {
  const tls = url.protocol === "https:";
  const agentOptions = { keepAlive: true, maxFreeSockets: concurrency };
  const agent = tls ? new TlsAgent(agentOptions) : new PlainAgent(agentOptions);
  const open = (signal: AbortSignal): ClientRequest =>
    (tls ? tlsRequest : plainRequest)(url, { method: "POST", agent, headers, signal });
  return { post: (body, signal) => post(open, body, signal, true), close: () => agent.destroy() };
}

function post(
  open: (signal: AbortSignal) => ClientRequest,
  body: string,
  signal: AbortSignal,
  mayRepeat: boolean,
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const request = open(signal);
    let answered = false;
    request.on("response", (response) => {
      answered = true;
      read(response).then(resolve, reject);
    });
    request.on("error", (error: NodeJS.ErrnoException) => {
      // The service closed an idle connection while we wrote to it: it has not received the task.
      if (mayRepeat && !answered && request.reusedSocket && error.code === "ECONNRESET" && !signal.aborted) {
        post(open, body, signal, false).then(resolve, reject);
      } else reject(error);
    });
    request.setHeader("content-length", Buffer.byteLength(body));
    request.end(body);
  });
}

function read(response: IncomingMessage): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    const answer = (cut: boolean): void =>
      resolve({
        status: response.statusCode ?? 0,
        reason: response.statusMessage ?? "",
        contentType: response.headers["content-type"] ?? "",
        body: Buffer.concat(chunks).subarray(0, MAX_ANSWER_BYTES).toString("utf8"),
        cut,
      });
    response.on("data", (chunk: Buffer) => {
      chunks.push(chunk);
      bytes += chunk.length;
      if (bytes <= MAX_ANSWER_BYTES) return;
      answer(true);
      response.destroy();
    });
    response.on("end", () => answer(false));
    response.on("error", reject);
    response.on("close", () => reject(new Error("the connection was closed in the middle of the answer")));
  });
}
