import type { FastifyInstance } from "fastify";
import type { ZodTypeProvider } from "fastify-type-provider-zod";
import {
  changeBackfillAnswer,
  changeBackfillRequest,
  createBackfillAnswer,
  createBackfillRequest,
} from "../../contract/api/backfill-api.ts";
import type { BackfillControl } from "../../engine/backfill/backfill-control.ts";

/** Routes that begin and change backfills, for the command line on the same machine; the scope has the guard. */
export function backfillControlRoutes(scope: FastifyInstance, backfills: BackfillControl): void {
  const api = scope.withTypeProvider<ZodTypeProvider>();

  const create = { body: createBackfillRequest, response: { 200: createBackfillAnswer } };
  api.post("/api/backfills", { schema: create }, ({ body }) => backfills.create(body));

  const change = { body: changeBackfillRequest, response: { 200: changeBackfillAnswer } };
  api.post("/api/backfills/change", { schema: change }, ({ body }) => backfills.change(body));
}
