/**
 * Clients that read, as a process of its own: each sends a request, reads the answer, and waits until its next turn. The
 * parent sends what they read; the answer is what each read took.
 */
import { Agent, request } from "node:http";
import { setTimeout as pause } from "node:timers/promises";
import type { Read } from "./read-mix.ts";

export interface Crowd {
  readonly port: number;
  readonly clients: number;
  readonly seconds: number;
  /** From one turn of a client to the next; 0: it reads again at once. */
  readonly everyMs: number;
  readonly reads: readonly Read[];
}

export interface CrowdReport {
  /** Milliseconds from the request to the end of the answer, by kind. */
  readonly times: Readonly<Record<string, readonly number[]>>;
  /** Answers other than 200, and connections that failed, with what they said. */
  readonly errors: readonly string[];
  readonly bytes: number;
  /** Milliseconds by which the clients themselves were late. */
  readonly late: readonly number[];
}

process.once("message", (crowd: Crowd) => {
  void run(crowd).then((report) => process.send?.(report, () => process.disconnect()));
});

async function run({ port, clients, seconds, everyMs, reads }: Crowd): Promise<CrowdReport> {
  const agent = new Agent({ keepAlive: true, maxSockets: clients });
  const times: Record<string, number[]> = {};
  const errors: string[] = [];
  const late: number[] = [];
  let bytes = 0;
  let next = 0;
  const end = performance.now() + seconds * 1000;
  const client = async (number: number): Promise<void> => {
    let due = performance.now() + (everyMs * number) / clients;
    while (due < end) {
      await pause(Math.max(0, due - performance.now()));
      const read = reads[next++ % reads.length];
      if (read === undefined) return;
      const start = performance.now();
      if (everyMs > 0) late.push(start - due);
      try {
        const answer = await send(agent, port, read);
        bytes += answer.bytes;
        if (answer.status !== 200) errors.push(`${answer.status} ${read.path}: ${answer.text}`);
      } catch (error) {
        errors.push(`${String(error)} ${read.path}`);
      }
      (times[read.kind] ??= []).push(performance.now() - start);
      due = Math.max(due + everyMs, performance.now());
    }
  };
  await Promise.all(Array.from({ length: clients }, (_, number) => client(number)));
  agent.destroy();
  return { times, errors, bytes, late };
}

/** As a browser asks; the answer is not unpacked. */
function send(
  agent: Agent,
  port: number,
  { path, body }: Read,
): Promise<{ status: number; bytes: number; text: string }> {
  const { promise, resolve, reject } = Promise.withResolvers<{ status: number; bytes: number; text: string }>();
  const headers = {
    "accept-encoding": "gzip, deflate, br",
    ...(body === null ? {} : { "content-type": "application/json" }),
  };
  const sent = request({ agent, port, host: "127.0.0.1", path, method: body === null ? "GET" : "POST", headers });
  sent.once("error", reject);
  sent.once("response", (response) => {
    let bytes = 0;
    const isError = response.statusCode !== 200;
    let text = "";
    response.on("data", (chunk: Buffer) => {
      bytes += chunk.length;
      if (isError) text += chunk.toString().slice(0, 500);
    });
    response.once("end", () => resolve({ status: response.statusCode ?? 0, bytes, text }));
    response.once("error", reject);
  });
  sent.end(body ?? undefined);
  return promise;
}
