import {
  changeBackfillAnswer,
  changeBackfillRequest,
  createBackfillAnswer,
  createBackfillRequest,
} from "../../contract/api/backfill-api.ts";
import { route } from "../api/route.ts";

export const ROUTES = [
  route({
    method: "POST",
    path: "/api/backfills",
    summary: "Begin a backfill.",
    role: "operator",
    body: createBackfillRequest,
    answer: createBackfillAnswer,
    handle: ({ body, caller }, { acts }) => acts.backfills.create({ ...body, by: caller.name }),
  }),
  route({
    method: "POST",
    path: "/api/backfills/change",
    summary: "Pause, resume or cancel a backfill, or try its failed slots again.",
    role: "operator",
    body: changeBackfillRequest,
    answer: changeBackfillAnswer,
    handle: ({ body, caller }, { acts }) => acts.backfills.change({ ...body, by: caller.name }),
  }),
];
