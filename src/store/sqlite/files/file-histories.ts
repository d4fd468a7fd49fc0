import type { FileHistory, FileMatchRow, FileSibling, FileTaskRow, NearMissRow } from "../../file-queries.ts";
import type { Statement, Statements } from "../database/connection.ts";
import { DECISION_COLUMNS, DECISION_PHASE, decisionRow, type DecisionRaw } from "../tasks/decision-rows.ts";
import type { FileLists } from "./file-lists.ts";
import type { FileTasks } from "./file-tasks.ts";
import { pathHash } from "./path-hash.ts";

const MAX_DECISIONS = 1000;
const MAX_TASKS = 100;
const MAX_SIBLINGS = 20;

type NearMissRaw = Omit<NearMissRow, "tokens"> & { readonly tokens: string };

/** One file event with its matches, tasks, decisions and siblings. */
export class FileHistories {
  readonly #lists: FileLists;
  readonly #matches: Statement<FileMatchRow>;
  readonly #nearMisses: Statement<NearMissRaw>;
  readonly #decisions: Statement<DecisionRaw & { readonly record_id: number | null }>;
  readonly #tasks: FileTasks;
  readonly #writer: Statement<{ recordId: number }>;
  readonly #earlier: Statement<FileSibling>;
  readonly #later: Statement<FileSibling>;

  constructor(statements: Statements, lists: FileLists, tasks: FileTasks) {
    this.#lists = lists;
    this.#tasks = tasks;
    const phase = "ifnull(p.task, '') AS task, ifnull(f.name, '') AS workflow";
    const joins = (id: string): string =>
      `LEFT JOIN workflow_phases p ON p.id = ${id} LEFT JOIN workflow_files f ON f.id = p.file_id`;
    this.#matches = statements.prepare(
      "files.matches",
      `SELECT m.phase_id, ${phase}, m.gather_key, m.record_id FROM file_pattern_matches m ${joins("m.phase_id")}
       WHERE m.file_message_id = ? ORDER BY m.phase_id`,
    );
    this.#nearMisses = statements.prepare(
      "files.near_misses",
      `SELECT n.phase_id, ${phase}, n.language, n.pattern, n.tokens, n.reason, n.path_at, n.pattern_at, n.wanted, n.found
       FROM file_near_misses n ${joins("n.phase_id")} WHERE n.file_message_id = ? ORDER BY n.position`,
    );
    this.#decisions = statements.prepare(
      "files.decisions",
      `SELECT ${DECISION_COLUMNS}, d.record_id FROM decisions d ${DECISION_PHASE}
       WHERE d.file_message_id = ? AND d.file_message_id IS NOT NULL ORDER BY d.id LIMIT ${MAX_DECISIONS}`,
    );
    this.#writer = statements.prepare(
      "files.writer",
      "SELECT reported_by AS recordId FROM file_messages WHERE id = ? AND reported_by IS NOT NULL",
    );
    const sibling = "SELECT id, received_at, matched, tasks FROM file_messages WHERE path_hash = ? AND path = ?";
    this.#earlier = statements.prepare("files.earlier", `${sibling} AND id < ? ORDER BY id DESC LIMIT ?`);
    this.#later = statements.prepare("files.later", `${sibling} AND id > ? ORDER BY id LIMIT ?`);
  }

  show(id: number): FileHistory | null {
    const event = this.#lists.row(id);
    if (event === null) return null;
    const matches = this.#matches.all(id);
    const decisions = this.#decisions.all(id);
    const made = [...matches, ...decisions].flatMap(({ record_id: recordId }) => recordId ?? []);
    const hash = pathHash(event.path);
    return {
      event,
      matches,
      tasks: [...new Set(made)]
        .toSorted((a, b) => a - b)
        .slice(0, MAX_TASKS)
        .flatMap((recordId) => {
          const newest = this.#tasks.newest(recordId);
          return newest === null ? [] : [{ ...newest, record_id: recordId }];
        }),
      written_by: this.#writtenBy(id),
      near_misses: this.#nearMisses
        .all(id)
        .map((row) => ({ ...row, tokens: JSON.parse(row.tokens) as NearMissRow["tokens"] })),
      decisions: decisions.map(decisionRow),
      earlier: this.#earlier.all(hash, event.path, id, MAX_SIBLINGS).toReversed(),
      later: this.#later.all(hash, event.path, id, MAX_SIBLINGS),
    };
  }

  #writtenBy(id: number): FileTaskRow | null {
    const writer = this.#writer.get(id);
    return writer === undefined ? null : this.#tasks.record(writer.recordId);
  }
}
