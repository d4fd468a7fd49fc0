import type { Statement, Statements } from "./connection.ts";

/** Set while no process has the file open; absent after a crash. */
const CLEAN_STOP = "store.clean_stop";

/** When the last check for damage ended well (ms since 1970), as of the last clean stop. */
const CHECKED = "store.checked_at";

/** Of the history in the file: made with it, and kept by a copy. */
const INSTANCE_ID = "instance.id";

/** The real path that the file was last opened by, for names that are hard links to it. */
export const OPENED_AS = "store.opened_as";

/** `instance_state`. */
export class InstanceState {
  readonly #get: Statement<{ value: string }>;
  readonly #put: Statement;
  readonly #delete: Statement;

  constructor(statements: Statements) {
    this.#get = statements.prepare("state.get", "SELECT value FROM instance_state WHERE key = ?");
    this.#put = statements.prepare(
      "state.put",
      "INSERT INTO instance_state (key, value) VALUES (?, ?) ON CONFLICT DO UPDATE SET value = excluded.value",
    );
    this.#delete = statements.prepare("state.delete", "DELETE FROM instance_state WHERE key = ?");
  }

  get(key: string): string | null {
    return this.#get.get(key)?.value ?? null;
  }

  put(key: string, value: string | null): void {
    if (value === null) this.#delete.run(key);
    else this.#put.run(key, value);
  }

  /** Keeps the id that the history has, and gives it this one when it has none. */
  nameInstance(id: string): void {
    if (this.get(INSTANCE_ID) === null) this.put(INSTANCE_ID, id);
  }

  stoppedCleanly(): boolean {
    return this.get(CLEAN_STOP) !== null;
  }

  markCleanStop(at: number | null): void {
    this.put(CLEAN_STOP, at === null ? null : String(at));
  }

  /** Null: never, or by an earlier version. */
  checkedAt(): number | null {
    const value = this.get(CHECKED);
    return value === null ? null : Number(value);
  }

  markChecked(at: number): void {
    this.put(CHECKED, String(at));
  }

  /** False when the file was opened by this path before. */
  openedAs(path: string): boolean {
    if (this.get(OPENED_AS) === path) return false;
    this.put(OPENED_AS, path);
    return true;
  }
}
