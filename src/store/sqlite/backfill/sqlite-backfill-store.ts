import type { NewDecision } from "../../../core/decide/effects.ts";
import type { BackfillStore } from "../../backfill-store.ts";
import { ABOUT_NOTHING } from "../tasks/decisions.ts";
import type { EffectsWriter } from "../write/effects-writer.ts";
import type { Tables } from "../write/tables.ts";
import type { Writer } from "../write/writer.ts";

/** The SQLite adapter of backfills; each method that writes is one transaction. */
export class SqliteBackfillStore implements BackfillStore {
  readonly #tables: Pick<Tables, "acts" | "backfills" | "decisions" | "records">;
  readonly #writer: Writer;
  readonly #effects: EffectsWriter;

  constructor(tables: Tables, writer: Writer, effects: EffectsWriter) {
    this.#tables = tables;
    this.#writer = writer;
    this.#effects = effects;
  }

  async create(...[backfill, decision, now]: Parameters<BackfillStore["create"]>): Promise<number> {
    return this.#writer.transaction(() => {
      const id = this.#tables.backfills.insert(backfill, now);
      this.#decide({ ...decision, data: { backfill: id, ...decision.data } }, now);
      return id;
    });
  }

  async open(): ReturnType<BackfillStore["open"]> {
    return this.#tables.backfills.open();
  }

  async one(id: number): ReturnType<BackfillStore["one"]> {
    return this.#tables.backfills.one(id);
  }

  async addSlots(...args: Parameters<BackfillStore["addSlots"]>): Promise<void> {
    this.#writer.transaction(() => this.#tables.backfills.addSlots(...args));
  }

  async waiting(id: number, limit: number): ReturnType<BackfillStore["waiting"]> {
    return this.#tables.backfills.waiting(id, limit);
  }

  async makeTasks(
    ...[id, made, now, admit]: Parameters<BackfillStore["makeTasks"]>
  ): ReturnType<BackfillStore["makeTasks"]> {
    const { backfills, records } = this.#tables;
    return this.#writer.transaction((gathered) => {
      if (backfills.one(id)?.state !== "running") return { outbox: [], made: 0 };
      const tasks = made.map(({ task }) => task);
      const admitted = admit === null ? tasks : admit.decide(tasks, records.slots(admit.phaseId));
      admitted.forEach((task, index) => {
        const position = made[index]?.position ?? 0;
        // The slot first: one that has its task already makes none.
        if (!backfills.moveSlot(id, position, "waiting", "active", null)) return;
        const recordId = this.#effects.create(task, now, gathered);
        backfills.moveSlot(id, position, "active", "active", recordId);
      });
      return { outbox: gathered.outbox, made: admitted.length };
    });
  }

  async active(id: number, after: number, limit: number): ReturnType<BackfillStore["active"]> {
    return this.#tables.backfills.active(id, after, limit);
  }

  async settle(...[id, ended]: Parameters<BackfillStore["settle"]>): Promise<void> {
    if (ended.length === 0) return;
    const { backfills } = this.#tables;
    this.#writer.transaction(() => {
      for (const { position, state, recordId } of ended) backfills.moveSlot(id, position, "active", state, recordId);
    });
  }

  async moveSlots(...args: Parameters<BackfillStore["moveSlots"]>): Promise<number> {
    return this.#writer.transaction(() => this.#tables.backfills.moveSlots(...args));
  }

  async change(...[id, { from, to, note }, decision, now]: Parameters<BackfillStore["change"]>): Promise<boolean> {
    const { backfills } = this.#tables;
    return this.#writer.transaction(() => {
      const before = backfills.one(id);
      if (before === null || !from.includes(before.state)) return false;
      backfills.setState(id, to, note);
      if (to === "cancelled") backfills.cancelUnplanned(id);
      this.#decide(decision, now);
      return true;
    });
  }

  async cancelledBy(id: number, phaseId: number): ReturnType<BackfillStore["cancelledBy"]> {
    return this.#tables.acts.backfillCancelled(id, phaseId);
  }

  async end(id: number, now: number): Promise<void> {
    this.#writer.transaction(() => this.#tables.backfills.end(id, now));
  }

  async isBusBehind(topic: string, now: number): Promise<boolean> {
    return this.#tables.backfills.isBusBehind(topic, now);
  }

  #decide(decision: NewDecision, now: number): void {
    this.#tables.decisions.add(decision, ABOUT_NOTHING, now);
  }
}
