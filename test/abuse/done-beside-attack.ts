import assert from "node:assert/strict";
import { appendFileSync, mkdirSync } from "node:fs";
import { connect, type Socket } from "node:net";
import type { TestContext } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import { gzipSync } from "node:zlib";
import { codeOf, toError } from "../../src/contract/to-error.ts";
import { rows, until } from "../e2e/flowlord.ts";
import { exchange, realInstance, type RealInstance, statuses } from "./real-instance.ts";

export interface Attack {
  /** Connections that send a byte now and then. */
  readonly sockets: number;
  /** Of done messages, without the attack and beside it. */
  readonly seconds: number;
}

export interface Measured {
  /** From the line on the bus to the recorded result, in milliseconds. */
  readonly alone: Percentiles;
  readonly beside: Percentiles;
  /** Answers of the attack, by their status. */
  readonly answers: ReadonlyMap<string, number>;
  readonly instance: RealInstance;
  /** Those that are still open. */
  readonly slow: readonly Socket[];
}

interface Percentiles {
  readonly p50: number;
  readonly p99: number;
  readonly count: number;
}

/** Messages each time, and how long after those before. */
const GROUP = 10;
const EVERY_MS = 50;

/** Work that is reported on the bus, at first alone, then while everything comes at once that others may send by HTTP. */
export async function doneBesideAttack(t: TestContext, { sockets, seconds }: Attack): Promise<Measured> {
  const instance = await realInstance(t);
  const victim = { ...instance, key: await prepare(instance) };
  const alone = await report(instance, "alone", seconds);
  const over = new AbortController();
  t.after(() => over.abort());
  const slow = await slowSockets(t, instance.port, sockets, over.signal);
  const answers = new Map<string, number>();
  const attacks = [queries, logins, compressed, large, unknown, malformed].flatMap((attack) =>
    Array.from({ length: 2 }, () => repeat(() => attack(victim), answers, over.signal)),
  );
  const beside = await report(instance, "beside", seconds);
  over.abort();
  await Promise.all(attacks);
  return { alone, beside, answers, instance, slow };
}

/** A caller who asks too often waits; one who sends on after a refusal is cut. */
const DOCUMENTED =
  /^(?:search (?:200|429)|login (?:401|429)|bomb (?:415|429)|large (?:413|429)|unknown (?:401|429)|pipelined 16, malformed 400|cut: (?:ECONNRESET|EPIPE|UND_ERR_SOCKET))$/;

/** That nothing was answered but what is documented, and each kind of attack came through to its refusal. */
export function assertDocumented(answers: ReadonlyMap<string, number>): void {
  for (const answer of answers.keys()) assert.match(answer, DOCUMENTED);
  for (const kind of ["search 200", "login 4", "bomb 415", "large 413", "unknown 401", "pipelined"])
    assert.ok(
      [...answers.keys()].some((answer) => answer.startsWith(kind)),
      kind,
    );
}

interface Victim extends RealInstance {
  /** Of a viewer: who has it may do little, and is counted. */
  readonly key: string;
}

async function prepare({ url, asInstance, place }: RealInstance): Promise<string> {
  mkdirSync(place.path("bus"), { recursive: true });
  const headers = { ...asInstance, "content-type": "application/json" };
  const user = { name: "ada", role: "admin", password: "correct horse battery" };
  const made = await fetch(`${url}/api/users`, { method: "POST", headers, body: JSON.stringify(user) });
  assert.equal(made.status, 201, await made.text());
  const key = { name: "evil", role: "viewer", expires_at: null };
  const given = await fetch(`${url}/api/keys`, { method: "POST", headers, body: JSON.stringify(key) });
  return ((await given.json()) as { key: string }).key;
}

/** Puts results on the bus, and says how long each took until it was recorded. */
async function report({ place }: RealInstance, name: string, seconds: number): Promise<Percentiles> {
  const sentAt = new Map<string, number>();
  const end = Date.now() + seconds * 1000;
  while (Date.now() < end) {
    const ids = Array.from({ length: GROUP }, (_, at) => `${name}-${sentAt.size + at}`);
    const lines = ids.map((id) => {
      const task = { type: "load", id, info: `words of ${id}`, created: new Date().toISOString(), result: "complete" };
      return `${JSON.stringify(task)}\n`;
    });
    const now = Date.now();
    for (const id of ids) sentAt.set(id, now);
    appendFileSync(place.path("bus/done.jsonl"), lines.join(""));
    await pause(EVERY_MS);
  }
  interface Recorded {
    readonly id: string;
    readonly at: number;
  }
  const recorded = (): Recorded[] =>
    rows<Recorded>(
      place.path("tasks.db"),
      "SELECT task_id AS id, finished_at AS at FROM task_records WHERE task_id LIKE ? || '-%'",
      name,
    );
  await until(
    () => recorded().length >= sentAt.size,
    200,
    () => [recorded().length, sentAt.size],
  );
  const took = recorded().map(({ id, at }) => at - (sentAt.get(id) ?? Number.NaN));
  const sorted = took.toSorted((one, other) => one - other);
  const part = (share: number): number => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
  assert.equal(sorted.length, sentAt.size, "each once");
  return { p50: part(0.5), p99: part(0.99), count: sorted.length };
}

async function slowSockets(
  t: TestContext,
  port: number,
  count: number,
  signal: AbortSignal,
): Promise<readonly Socket[]> {
  const open: Socket[] = [];
  t.after(() => {
    for (const socket of open) socket.destroy();
  });
  for (let at = 0; at < count; at += 1) {
    const socket = connect(port, "127.0.0.1");
    socket.on("error", () => undefined).resume();
    // A head without an end, or a body.
    const head = at % 2 === 0 ? "GET /api/tasks HTTP/1.1\r\nHost: localhost\r\nX: " : "";
    const body =
      "POST /api/login HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 9999\r\n\r\n";
    socket.write(head === "" ? body : head);
    open.push(socket);
    if (at % 100 === 99) await pause(10);
  }
  const drip = async (): Promise<void> => {
    while (!signal.aborted) {
      for (const socket of open) if (socket.writable) socket.write("x");
      await pause(1000, undefined, { signal }).catch(() => undefined);
    }
  };
  void drip();
  return open;
}

/** A connection that the server closes before all was sent is an answer too: it has said no, and reads no further. */
async function repeat(attack: () => Promise<string>, answers: Map<string, number>, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    const answer = await attack().catch((error: unknown) => `cut: ${codeOf(toError(error).cause) ?? String(error)}`);
    answers.set(answer, (answers.get(answer) ?? 0) + 1);
    await pause(10);
  }
}

let turn = 0;

async function post(
  { url }: RealInstance,
  path: string,
  headers: Readonly<Record<string, string>>,
  body: string | Uint8Array<ArrayBuffer>,
): Promise<number> {
  const answer = await fetch(`${url}${path}`, {
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    body,
  });
  await answer.text();
  return answer.status;
}

const as = ({ key }: Victim): Readonly<Record<string, string>> => ({ authorization: `Bearer ${key}` });

/** Searches that find nothing in the longest way. */
async function queries(victim: Victim): Promise<string> {
  turn += 1;
  const query = `created:2000-01-01..2099-12-31 ${"-info:x ".repeat(40)}meta.k:${"*a".repeat(400)} info:nothing${turn}`;
  return `search ${await post(victim, "/api/tasks/search", as(victim), JSON.stringify({ query, limit: 500 }))}`;
}

/** Guesses, of one account and of many. */
async function logins(victim: Victim): Promise<string> {
  turn += 1;
  const body = JSON.stringify({ name: turn % 2 === 0 ? "ada" : `user${turn}`, password: `guess ${turn}` });
  return `login ${await post(victim, "/api/login", {}, body)}`;
}

const BOMB = gzipSync(Buffer.alloc(64 * 1024 * 1024, "["));

/** 64 MiB in a few bytes. */
async function compressed(victim: Victim): Promise<string> {
  const headers = { ...as(victim), "content-encoding": "gzip" };
  return `bomb ${await post(victim, "/api/tasks/search", headers, BOMB)}`;
}

const LARGE = `{"messages":[${'"x",'.repeat(150_000)}"x"]}`;

/** A body as long as one may be, with more in it than one may have. */
async function large(victim: Victim): Promise<string> {
  return `large ${await post(victim, "/api/tasks/search", as(victim), LARGE)}`;
}

/** The same from somebody whom nobody knows. */
async function unknown(victim: Victim): Promise<string> {
  return `unknown ${await post(victim, "/api/topics/load/messages", { authorization: `Bearer guess${turn}` }, LARGE)}`;
}

/** Requests that are none, and more of them than a connection may have. */
async function malformed({ port }: RealInstance): Promise<string> {
  const pipelined = "GET /status HTTP/1.1\r\nHost: localhost\r\n\r\n".repeat(500);
  const answered = statuses(await exchange(port, pipelined)).length;
  const [status = 0] = statuses(await exchange(port, "GET / HTTP/1.1\r\nX : y\r\n\r\n"));
  return `pipelined ${answered}, malformed ${status}`;
}
