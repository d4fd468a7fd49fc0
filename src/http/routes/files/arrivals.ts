import { arrivalsAnswer, arrivalsQuery } from "../../../contract/api/files/arrivals-api.ts";
import { parsePhaseKey } from "../../../contract/api/workflows/phase-key.ts";
import { route } from "../../api/route.ts";

export const ROUTES = [
  route({
    method: "GET",
    path: "/api/files/arrivals",
    summary:
      "When the files of a phase came, by task time: how late each was, which are missing and which are expected.",
    role: "viewer",
    records: true,
    query: arrivalsQuery,
    answer: arrivalsAnswer,
    handle({ query: { phase, workflow = null, from = null, to = null } }, { queries }) {
      const name = { type: "", job: null, workflow, ...parsePhaseKey(phase) };
      return queries.arrivals({ name, from, to });
    },
  }),
];
