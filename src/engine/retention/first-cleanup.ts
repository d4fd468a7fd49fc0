import { newAlert } from "../../core/decide/new-alert.ts";
import type { Cleanup } from "../../store/retention/retention-store.ts";
import type { Store } from "../../store/store.ts";

export interface FirstCleanupParts {
  readonly store: Pick<Store, "record" | "getState" | "putState">;
  /** What the first cleanup will delete, one sentence; told once. */
  readonly onAnnounced: (sentence: string) => void;
}

/** In `instance_state`: when it was announced (ms), or `done`. */
const KEY = "retention.announced";
const DONE = "done";

/**
 * History that nobody was told would go must not be gone one morning: the first daily cleanup that would delete anything only counts, and
 * is announced, and the next one deletes. What people ask for themselves needs no announcement.
 */
export class FirstCleanup {
  readonly #parts: FirstCleanupParts;

  constructor(parts: FirstCleanupParts) {
    this.#parts = parts;
  }

  async isAnnounced(): Promise<boolean> {
    return (await this.#parts.store.getState(KEY)) !== null;
  }

  /** A daily cleanup, or its count, has ended. */
  async ended(cleanup: Cleanup, now: number): Promise<void> {
    if (cleanup.cause !== "daily") return;
    const { store } = this.#parts;
    if (!cleanup.dryRun) {
      if ((await store.getState(KEY)) === DONE) return;
      await store.putState(new Map([[KEY, DONE]]));
      const note = "the first cleanup has ended";
      const cause = {
        type: "retention_begins",
        taskType: "",
        job: "",
        taskTime: null,
        cause: "",
        workflow: "",
        note,
      } as const;
      await store.record({ alerts: [], decisions: [], resolves: [cause] }, now);
      return;
    }
    const counts = Object.entries(cleanup.deleted).map(([table, rows]) => [table, rows[table] ?? 0] as const);
    const named = counts.filter(([, rows]) => rows > 0).map(([table, rows]) => `${rows} of ${table}`);
    if (named.length === 0 || (await this.isAnnounced())) return;
    const sentence = `the first cleanup by retention deletes tomorrow what is older than its policy: ${named.join(", ")}, and what belongs to them; keep more with sqlite.retention, [retention] or flowlord retention set, or switch it off with retention.enabled = false`;
    // The alert first: killed between the two it is raised once more, and no cleanup begins without it.
    await store.record({ alerts: [newAlert("retention_begins", sentence)], decisions: [] }, now);
    await store.putState(new Map([[KEY, String(now)]]));
    this.#parts.onAnnounced(sentence);
  }
}
