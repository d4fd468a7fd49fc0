import { setTimeout } from "node:timers/promises";
import { toError } from "../../../contract/to-error.ts";
import { StoreError, type StoreHealth } from "../../store.ts";
import type { Writer } from "../write/writer.ts";
import type { Connection } from "./connection.ts";
import type { CheckEnd, IntegrityCheck, StartCheck } from "./integrity.ts";
import type { OpenFiles } from "./open-files.ts";
import { rescue } from "./rescue.ts";

/** A lock for less than this is not worth a word: readers of the file and backups have it for moments. */
const LOCKED_MS = 300;
/** How long a stop waits for a rescue in progress. */
const RESCUE_WITHIN = 5000;

export interface ConditionParts {
  readonly path: string;
  readonly db: Connection;
  readonly writer: Writer;
  readonly files: OpenFiles;
  readonly startCheck: StartCheck;
  /** Begin with a check. */
  readonly isCheckDue: boolean;
  /** A check has ended; the writer is stopped before where it found damage. */
  readonly onChecked: (end: CheckEnd) => void;
  /** One sentence when rows were read that are damaged. */
  readonly damagedRows: () => string | null;
}

/** Whether the database can be written, is still at its path, and is sound. What is not stops the writing. */
export class Condition {
  readonly #parts: ConditionParts;
  #integrity: IntegrityCheck | null = null;
  #moved: { readonly file: string; saved: string } | null = null;
  #rescuing: Promise<void> = Promise.resolve();

  constructor(parts: ConditionParts) {
    this.#parts = parts;
    if (parts.isCheckDue) this.check();
  }

  get integrity(): StoreHealth["integrity"] {
    return this.#integrity?.state ?? "clean";
  }

  /** Begins a check for damage, unless one runs, or has found some. */
  check(): void {
    if (this.integrity === "checking" || this.integrity === "broken") return;
    const { startCheck, writer, onChecked } = this.#parts;
    this.#integrity = startCheck((end) => {
      if (end.error !== null && end.state === "broken") writer.stop(end.error);
      onChecked(end);
    });
  }

  health(): StoreHealth {
    const { path, writer, damagedRows } = this.#parts;
    const locked = writer.lockedFor ?? 0;
    const reason =
      writer.error?.message ??
      (locked > LOCKED_MS
        ? `Database ${path}: another program has had it locked for ${seconds(locked)}: end that program, or wait until it is done; what is to be written waits, and nothing is lost.`
        : (this.#integrity?.reason ?? damagedRows()));
    return { ok: reason === null, reason, integrity: this.integrity };
  }

  /** Compares the names of the files with the open ones. */
  async watch(): Promise<void> {
    const { files, writer } = this.#parts;
    const file = await files.missing();
    if (file === null) {
      if (this.#moved !== null) writer.stop(null);
      this.#moved = null;
      return;
    }
    if (this.#moved !== null || writer.isStopped) return;
    const moved = { file, saved: "What was decided is being saved now" };
    this.#moved = moved;
    writer.tryFlush();
    writer.stop(this.#movedError());
    this.#rescuing = this.#rescue(moved);
  }

  async stop(): Promise<void> {
    this.#integrity?.stop();
    await Promise.race([this.#rescuing, setTimeout(RESCUE_WITHIN, undefined, { ref: false })]);
  }

  async #rescue(moved: { saved: string }): Promise<void> {
    const { db, path, writer } = this.#parts;
    try {
      moved.saved = `What was decided is saved in ${await rescue(db, path)}`;
    } catch (error) {
      moved.saved = `What was decided could not be saved (${toError(error).message})`;
    }
    if (this.#moved === moved) writer.stop(this.#movedError());
  }

  #movedError(): StoreError {
    const { path } = this.#parts;
    const { file, saved } = this.#moved ?? { file: path, saved: "" };
    return new StoreError(
      "moved",
      `Database ${path}: ${file} was removed, moved or replaced while Flowlord runs, so nothing is written or acknowledged any more. ${saved}. Stop Flowlord, put the database back to ${path} (the moved file with its -wal, or the saved one), and start it again (docs/database.md, Moved or removed).`,
    );
  }
}

function seconds(ms: number): string {
  return ms < 1000 ? "less than a second" : `${Math.floor(ms / 1000)} s`;
}
