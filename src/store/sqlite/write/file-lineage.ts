import type { ReportedPaths } from "../files/reported-paths.ts";
import type { Relationships } from "../tasks/relationships.ts";
import type { TaskRecords } from "../tasks/task-records.ts";

export interface FileLineageTables {
  readonly records: TaskRecords;
  readonly relationships: Relationships;
  readonly reportedPaths: ReportedPaths;
}

interface Reporter {
  readonly recordId: number;
  readonly firstAttemptId: number;
}

/** Links tasks made of files to the records that reported these files, whichever comes first. */
export class FileLineage {
  readonly #tables: FileLineageTables;

  constructor(tables: FileLineageTables) {
    this.#tables = tables;
  }

  /** A record reported these paths: events about them that came while it ran are linked now, later ones when they come. */
  report(recordId: number, paths: readonly string[], now: number): void {
    const { records, reportedPaths } = this.#tables;
    const reporter = records.byId(recordId);
    if (reporter === null) return;
    for (const path of paths) {
      reportedPaths.add(path, recordId, now);
      const event = reportedPaths.eventSince(path, reporter.created ?? reporter.decidedAt);
      if (event === null || event.reportedBy === recordId || reportedPaths.isMadeOf(recordId, path)) continue;
      const before = event.reportedBy === null ? null : records.byId(event.reportedBy);
      reportedPaths.markEvent(event.id, recordId);
      for (const task of reportedPaths.tasksOf(event.id)) {
        if (before !== null) this.#unlink(before, task.phaseId, task.recordId);
        this.#link(reporter, task.phaseId, task.recordId);
      }
    }
  }

  /** The record that reported the path of an event; null when none is known. */
  reporterOf(path: string): number | null {
    return this.#tables.reportedPaths.reporterOf(path);
  }

  /** A task was made of these files. */
  made(recordId: number, phaseId: number, paths: readonly string[]): void {
    const linked = new Set<number>();
    for (const path of paths) {
      const by = this.reporterOf(path);
      const reporter = by === null || linked.has(by) ? null : this.#tables.records.byId(by);
      if (reporter === null) continue;
      linked.add(reporter.recordId);
      this.#link(reporter, phaseId, recordId);
    }
  }

  /** A record may report many files of one phase: the child sets its links apart. */
  #link(reporter: Reporter, phaseId: number, childId: number): void {
    const { recordId: parentId, firstAttemptId: originId } = reporter;
    this.#tables.relationships.link({ originId, kind: "file", phaseId, position: childId, parentId, childId });
  }

  #unlink({ recordId: parentId, firstAttemptId: originId }: Reporter, phaseId: number, childId: number): void {
    this.#tables.relationships.unlink({ originId, kind: "file", phaseId, position: childId, parentId, childId });
  }
}
