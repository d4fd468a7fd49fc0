import { canonicalPath, spellings } from "../../../contract/file-path.ts";
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

  /**
   * A record reported these canonical paths: events about them that came while it ran are linked now, later ones when
   * they come. `isNew`: it became known with this report.
   */
  report(recordId: number, isNew: boolean, paths: readonly string[], now: number): void {
    const { records, reportedPaths } = this.#tables;
    const reporter = records.byId(recordId);
    if (reporter === null) return;
    const inputs = reportedPaths.inputsOf(recordId);
    for (const path of paths) {
      if (inputs.has(path)) continue;
      reportedPaths.add(path, recordId, now);
      for (const event of reportedPaths.eventsSince(spellings(path), reporter.created ?? reporter.decidedAt)) {
        if (event.reportedBy === recordId) continue;
        const tasks = reportedPaths.tasksOf(event.id);
        // Times are of seconds: a record that was made after the file's task did not write the file.
        if (!isNew && tasks.some((task) => task.recordId < recordId)) continue;
        const before = event.reportedBy === null ? null : records.byId(event.reportedBy);
        reportedPaths.markEvent(event.id, recordId);
        for (const task of tasks) {
          if (before !== null && !this.#isOf(before.recordId, task.recordId))
            this.#unlink(before, task.phaseId, task.recordId);
          this.#link(reporter, task.phaseId, task.recordId);
        }
      }
    }
  }

  /** The record that reported the path of an event; null when none is known. */
  reporterOf(path: string): number | null {
    return this.#tables.reportedPaths.reporterOf(canonicalPath(path));
  }

  /** A task was made of a file that this record reported. */
  made(recordId: number, phaseId: number, reporterId: number): void {
    const reporter = this.#tables.records.byId(reporterId);
    if (reporter !== null) this.#link(reporter, phaseId, recordId);
  }

  /** Whether the record is still the one that reported a file of the task: of gathered ones another may be its own. */
  #isOf(reporterId: number, taskId: number): boolean {
    const { reportedPaths } = this.#tables;
    return reportedPaths
      .filesOf(taskId)
      .flatMap((path) => reportedPaths.eventsSince(spellings(path), 0))
      .some(
        (event) =>
          event.reportedBy === reporterId && reportedPaths.tasksOf(event.id).some((task) => task.recordId === taskId),
      );
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
