import { linksOf } from "../../core/task/task-links.ts";
import type { AlertPage, AlertRow } from "../../store/alert-store.ts";
import type { AlertReads } from "./alert-reads.ts";
import { logsOf } from "./local-logs.ts";
import type { LocalParts } from "./local-parts.ts";

const MAX_SILENCES = 1000;

export function localAlerts(parts: LocalParts): AlertReads {
  const { open, options, zone } = parts;
  return {
    list: async (filter) => {
      const { alerts, notes } = await open();
      const rows: AlertRow[] = [];
      let { before } = filter;
      // Page after page, because one reads only so many alerts that do not match.
      do {
        const page: AlertPage = await alerts.list({ ...filter, limit: filter.limit - rows.length, before });
        rows.push(...page.alerts);
        before = page.next;
      } while (before !== null && rows.length < filter.limit);
      const ids = rows.map(({ id }) => id);
      return { rows, notes: await notes.of("alert", ids) };
    },
    shown: async (id) => {
      const { alerts, notes, phases } = await open();
      const history = await alerts.one(id);
      if (history === null) return null;
      const { alert } = history;
      const { record_id: record } = alert;
      const [phase = null] = await phases.ofAlerts([id]);
      const logs = record === null ? null : await logsOf(String(record), parts);
      const linked = { ...alert, id: alert.task_id, record, type: alert.task_type, meta: alert.labels };
      return {
        history,
        notes: await notes.of("alert", [id]),
        phase,
        links: linksOf(options.links, linked),
        log: logs?.get(record ?? 0) ?? null,
        zone: alert.task_zone ?? zone,
      };
    },
    silences: async (includeEnded) =>
      await (await open()).alerts.silences({ limit: MAX_SILENCES, before: null, includeEnded }),
    channels: async () => options.channels,
  };
}
