import { figuresAnswer, figuresQuery } from "../../../contract/api/workflows/figures-api.ts";
import { route } from "../../api/route.ts";
import { timeText } from "../../request-time.ts";

export const ROUTES = [
  route({
    method: "GET",
    path: "/api/workflows/figures",
    summary: "How the workflow files do: their next ticks, and what became of the tasks of 14 days.",
    role: "viewer",
    scope: "rows",
    query: figuresQuery,
    answer: figuresAnswer,
    async handle({ scope }, { queries }) {
      const { workflows, readAt, nextReadAt } = await queries.figures(scope);
      return {
        read_at: timeText(readAt),
        next_read_at: timeText(nextReadAt),
        workflows: workflows.map(({ workflow, nextAt, day, days }) => ({
          path: workflow,
          next_at: timeText(nextAt),
          day,
          days: days?.map(({ at, ...counts }) => ({ day: timeText(at).slice(0, 10), ...counts })) ?? null,
        })),
      };
    },
  }),
];
