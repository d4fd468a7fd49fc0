import { attemptsAnswer, outputAnswer } from "../../contract/api/tasks/task-detail-api.ts";
import type { LoggedRecord } from "../../store/log-queries.ts";
import type { LogReads, ReadableLog } from "../reads/log-reads.ts";
import { UsageError } from "../usage-error.ts";
import { type ApiClient, InstanceError, orNull } from "./api-client.ts";
import { recordIds } from "./record-ids.ts";
import { rowOf } from "./rows.ts";

/** Lines of `tail` that the instance counts back at most. */
const MAX_TAIL = 100_000;

export function remoteLogReads(client: ApiClient): LogReads {
  const outputOf = (id: number) => client.get(`/api/tasks/${id}/output`, outputAnswer);
  const recordsOf = async (ids: readonly number[]): Promise<readonly LoggedRecord[]> => {
    const records: LoggedRecord[] = [];
    for (const id of ids) {
      const found = await orNull("unknown_task", outputOf(id));
      if (found !== null) records.push(rowOf<LoggedRecord>(found.record));
    }
    return records;
  };
  return {
    records: async (id) => await recordsOf(await recordIds(id, client)),
    attempts: async ({ record_id: id }) => {
      const { attempts } = await client.get(`/api/tasks/${id}/attempts`, attemptsAnswer);
      return await recordsOf(attempts.map((attempt) => attempt.record_id));
    },
    open: async ({ record_id: id }, known) => {
      const { newest, earlier } = await outputOf(id);
      const isKnown = newest === null || (known !== null && finalName(known) === finalName(newest.path));
      return { log: isKnown ? null : new RemoteLog(client, id, newest), earlier };
    },
    whyNone: async ({ record_id: id }) => (await outputOf(id)).why_none,
  };
}

/** A log from another machine gets its final name when its end came. */
function finalName(path: string): string {
  return path.replace(/\.part\.log$/, ".log");
}

interface KnownLog {
  readonly path: string;
  readonly size: number;
  readonly complete: boolean;
}

/** The output of one delivery; after another one it stays as long as it was. */
class RemoteLog implements ReadableLog {
  readonly path: string;
  readonly #client: ApiClient;
  readonly #id: number;
  #known: KnownLog;

  constructor(client: ApiClient, id: number, known: KnownLog) {
    this.path = known.path;
    this.#client = client;
    this.#id = id;
    this.#known = known;
  }

  async size(): Promise<number> {
    return (await this.#refresh()).size;
  }

  async isPartial(): Promise<boolean> {
    return !(await this.#refresh()).complete;
  }

  async *range(from: number, to: number): AsyncGenerator<Buffer> {
    for (let at = from; at < to;) {
      const answer = await this.#client.open("GET", `/api/tasks/${this.#id}/log`, { from: at, until: to });
      // Another delivery: its bytes are not those of this one.
      if (!this.#isOwn(answer) || answer.body === null) return await answer.body?.cancel();
      const begin = at;
      for await (const piece of answer.body) {
        yield Buffer.from(piece);
        at += piece.length;
      }
      if (at === begin) return;
    }
  }

  async tailStart(lines: number, end: number): Promise<number> {
    if (lines === 0) return end;
    if (lines > MAX_TAIL)
      throw new UsageError(`--tail of an instance elsewhere takes at most ${MAX_TAIL.toLocaleString("en-US")} lines.`);
    const answer = await this.#client.open("HEAD", `/api/tasks/${this.#id}/log`, { tail: lines });
    return this.#isOwn(answer) ? Math.min(end, Number(answer.headers.get("flowlord-log-from"))) : end;
  }

  async close(): Promise<void> {}

  #isOwn({ headers }: Response): boolean {
    const path = headers.get("flowlord-log-path");
    if (path === null) throw new InstanceError("other_version", "The instance does not say which output it sends.");
    return finalName(decodeURIComponent(path)) === finalName(this.path);
  }

  async #refresh(): Promise<KnownLog> {
    const { newest } = await this.#client.get(`/api/tasks/${this.#id}/output`, outputAnswer);
    if (newest !== null && finalName(newest.path) === finalName(this.path)) this.#known = newest;
    return this.#known;
  }
}
