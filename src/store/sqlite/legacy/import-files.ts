import { type WallMs, wallOf } from "../../../contract/time/wall-ms.ts";
import { HOUR } from "../../../contract/time/time-units.ts";
import type { Connection, Statement } from "../database/connection.ts";
import { pathHash } from "../files/path-hash.ts";
import type { RowReader } from "./legacy-row.ts";
import type { TaskFinder } from "./task-finder.ts";

/**
 * Imports `file_messages`. The legacy list of tasks names no phase, so there are no rows in `file_pattern_matches`: the
 * list becomes decisions about the event and about the tasks that exist.
 */
export class FileImport {
  readonly #now: number;
  readonly #tasks: TaskFinder;
  readonly #first: Statement<{ id: number }>;
  readonly #insert: Statement;
  readonly #decide: Statement;
  readonly #origin: Statement;
  readonly #count: Statement;

  constructor(db: Connection, now: number, tasks: TaskFinder) {
    this.#now = now;
    this.#tasks = tasks;
    this.#first = db.prepare(
      "SELECT id FROM file_messages INDEXED BY file_messages_path WHERE path_hash = ? AND path = ? LIMIT 1",
    );
    this.#insert = db.prepare(
      `INSERT INTO file_messages (id, topic, path, path_hash, bucket, size, created, received_at, task_time, matched, tasks, first_id)
       VALUES (?, '', ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    );
    this.#decide = db.prepare(
      `INSERT INTO decisions (at, record_id, file_message_id, phase_id, task_time, code, data) VALUES (?, ?, ?, 0, ?, 'imported', ?)`,
    );
    this.#origin = db.prepare("UPDATE task_records SET origin = 'file' WHERE id = ? AND origin = 'external'");
    this.#count = db.prepare(
      `INSERT INTO file_counts_hourly (hour, phase_id, events, bytes, matched, unmatched, tasks) VALUES (?, 0, 1, ?, ?, ?, ?)
       ON CONFLICT DO UPDATE SET events = events + 1, bytes = bytes + excluded.bytes, matched = matched + excluded.matched,
         unmatched = unmatched + excluded.unmatched, tasks = tasks + excluded.tasks`,
    );
  }

  /** Values in the order of FILE_COLUMNS. Throws RowError. */
  add(row: RowReader): "added" {
    const [path, size, modified, received, taskTime] = [
      row.text(1),
      row.integer(2),
      row.time(3),
      row.time(4),
      wallOrNull(row.time(5)),
    ];
    const [taskIds, taskNames] = [row.texts(6), row.texts(7)];
    const receivedAt = received ?? this.#now;
    const hash = pathHash(path);
    const id = Number(
      this.#insert.run(
        row.integer(0) || null,
        path,
        hash,
        /^gs:\/\/([^/]+)\//.exec(path)?.[1] ?? "",
        size,
        modified,
        receivedAt,
        taskTime,
        taskNames.length,
        taskIds.length,
        this.#first.get(hash, path)?.id ?? null,
      ).lastInsertRowid,
    );
    const isMatched = taskNames.length > 0;
    const hour = Math.floor(receivedAt / HOUR) * HOUR;
    this.#count.run(hour, size, isMatched ? 1 : 0, isMatched ? 0 : 1, taskIds.length);
    if (taskIds.length > 0) this.#keepTasks(id, path, taskTime, taskIds, taskNames);
    return "added";
  }

  #keepTasks(
    fileMessageId: number,
    path: string,
    taskTime: WallMs | null,
    ids: readonly string[],
    names: readonly string[],
  ): void {
    const all = JSON.stringify({ task_ids: ids, task_names: names });
    this.#decide.run(this.#now, null, fileMessageId, taskTime, all);
    ids.forEach((taskId, index) => {
      const [type = "", ...job] = (names[index] ?? "").split(":");
      const recordId = this.#tasks.first(taskId, type, job.join(":"));
      if (recordId === null) return;
      this.#origin.run(recordId);
      this.#decide.run(this.#now, recordId, fileMessageId, taskTime, JSON.stringify({ file: path }));
    });
  }
}

/** The older program kept task times as if they were in UTC. */
function wallOrNull(digits: number | null): WallMs | null {
  return digits === null ? null : wallOf(digits);
}
