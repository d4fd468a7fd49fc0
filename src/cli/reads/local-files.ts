import { existsSync } from "node:fs";
import { fileArrivals } from "../../core/stats/file-arrivals.ts";
import { explainAll } from "../../core/why/explain.ts";
import { fileVerdicts } from "../../core/why/file-verdicts.ts";
import type { FileRow, FileTotals } from "../../store/file-queries.ts";
import type { FileReads, ShownFile, ShownPhaseFiles } from "./file-reads.ts";
import type { LocalParts } from "./local-parts.ts";
import { localPhases } from "./local-workflows.ts";

/** Phases per query. */
const PAGE = 50;

export function localFiles(parts: LocalParts): FileReads {
  const { open, options, zone, now } = parts;
  async function shown(id: number): Promise<ShownFile | null> {
    const { files, notes } = await open();
    const found = await files.show(id);
    if (found === null) return null;
    const { decisions, ...history } = found;
    return {
      history,
      decisions: explainAll(decisions, history.event.task_zone ?? zone),
      notes: await notes.of("file", [id]),
    };
  }
  return {
    list: async (filter, number, first) => {
      const { files, notes } = await open();
      const rows: FileRow[] = [];
      let before = first;
      // A page ends after a number of scanned events, to keep HTTP answers quick; a command may scan on.
      do {
        const page = await files.list(filter, { limit: number - rows.length, before });
        rows.push(...page.events);
        before = page.next;
      } while (before !== null && rows.length < number);
      const ids = rows.map(({ id }) => id);
      return { rows, notes: await notes.of("file", ids), next: before };
    },
    shown,
    newest: async (path) => {
      // A path can be checked before there is a database.
      if (!existsSync(options.sqlite.localPath)) return null;
      const id = await (await open()).files.newestOf(path);
      return id === null ? null : await shown(id);
    },
    verdicts: async (path) => {
      const { waitingForFiles, rejected } = await localPhases(options.workflow, parts);
      return { ...fileVerdicts(path, waitingForFiles), phases: waitingForFiles.length, rejected };
    },
    stats: async (request) => {
      const { files } = await open();
      let all: FileTotals | null = null;
      const phases: ShownPhaseFiles[] = [];
      let after: number | null = null;
      do {
        const answer = await files.stats({ ...request, limit: PAGE, after });
        all ??= answer.all;
        phases.push(...answer.phases.map((phase) => fileArrivals(phase, now(), zone)));
        after = answer.next;
      } while (after !== null);
      return { all, phases };
    },
  };
}
