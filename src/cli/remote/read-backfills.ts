import {
  backfillAnswer,
  backfillsAnswer,
  backfillSlotsAnswer,
  previewBackfillAnswer,
} from "../../contract/api/workflows/backfill-api.ts";
import type { BackfillSlotRow } from "../../store/backfill-store.ts";
import type { z } from "zod";
import { MAX_PAGE } from "../../contract/api/list.ts";
import { wallOfText } from "../output/times.ts";
import type { BackfillReads, ShownBackfill } from "../reads/backfill-reads.ts";
import { type ApiClient, orNull } from "./api-client.ts";
import { pagesOf } from "./pages.ts";
import { msOf, rowOf, rowsOf } from "./rows.ts";

export function remoteBackfillReads(client: ApiClient): BackfillReads {
  return {
    list: async (number, before) => {
      const asked = { query: { before }, number };
      const page = await pagesOf(client, "/api/backfills", backfillsAnswer, asked, ({ backfills }) => backfills);
      return page.rows.map(shown);
    },
    one: async (id) => {
      const found = await orNull("unknown_backfill", client.get(`/api/backfills/${id}`, backfillAnswer));
      return found === null ? null : shown(found);
    },
    failedSlots: async (id, limit) => {
      const query = { state: "failed", limit };
      const { slots } = await client.get(`/api/backfills/${id}/slots`, backfillSlotsAnswer, query);
      return rowsOf<BackfillSlotRow>(slots);
    },
    preview: async function* (request) {
      const { total, children, max_active: most, stop_on_failure: stops, reason, by, ...asked } = request;
      void [total, children, most, stops, reason, by];
      let cursor: string | undefined;
      do {
        const body = { ...asked, limit: MAX_PAGE, ...(cursor === undefined ? {} : { cursor }) };
        const answer: z.output<typeof previewBackfillAnswer> = await client.post(
          "/api/backfills/preview",
          previewBackfillAnswer,
          body,
        );
        yield {
          zone: answer.zone,
          slots: answer.slots.map(({ selected: isSelected, task_time: time, about_at: at, ...slot }) => {
            return { ...slot, isSelected, at: msOf(at), taskTime: time === null ? null : wallOfText(time) };
          }),
        };
        cursor = answer.pagination.next_cursor ?? undefined;
      } while (cursor !== undefined);
    },
  };
}

function shown(answer: z.output<typeof backfillAnswer>): ShownBackfill {
  return { ...rowOf<ShownBackfill>(answer), from: msOf(answer.from), to: msOf(answer.to) };
}
