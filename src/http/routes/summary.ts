import { summaryAnswer, summaryQuery } from "../../contract/api/instance/summary-api.ts";
import { route } from "../api/route.ts";
import { requestTime } from "../request-time.ts";

export const ROUTES = [
  route({
    method: "GET",
    path: "/api/summary",
    summary: "What an hour, day, week or month was like, and what needs somebody now.",
    role: "viewer",
    query: summaryQuery,
    answer: summaryAnswer,
    handle({ query: { period, at, tz } }, { acts, runtime }) {
      const moment = at === undefined ? runtime.now() : requestTime("at", at, "/query");
      return acts.summarize({ period, at: moment, zone: tz ?? runtime.zone });
    },
  }),
];
