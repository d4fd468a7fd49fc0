import { statsAnswer, statsQuery } from "../../../contract/api/tasks/stats-api.ts";
import { dayText } from "../../../contract/note-target.ts";
import { statsWithNotes } from "../../../engine/tasks/stats-with-notes.ts";
import { route } from "../../api/route.ts";
import { requestTime, timeText } from "../../request-time.ts";

export const ROUTES = [
  route({
    method: "GET",
    path: "/api/stats",
    summary: "How many tasks of a span there were by type and job, how they ended, and how long they ran and waited.",
    role: "viewer",
    records: true,
    query: statsQuery,
    answer: statsAnswer,
    async handle({ query }, { reads, runtime }) {
      const span = {
        from: requestTime("from", query.from, "/query"),
        until: requestTime("until", query.until, "/query"),
      };
      const { summary, notes } = await statsWithNotes(span, reads, runtime.zone);
      return {
        ...summary,
        from: timeText(summary.from),
        until: timeText(summary.until),
        notes: notes.map(({ target_id: day, id, text, author, at }) => ({
          day: dayText(day),
          id,
          text,
          author,
          at: timeText(at),
        })),
      };
    },
  }),
];
