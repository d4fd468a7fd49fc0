import type { FastifyInstance } from "fastify";
import type { ZodTypeProvider } from "fastify-type-provider-zod";
import { redriveFilesAnswer, redriveFilesRequest, type RedriveFilesRequest } from "../../contract/api/file-api.ts";
import type { FilesRedriven } from "../../engine/redrive-files.ts";
import { requestTime } from "../request-time.ts";

/** One turn, committed when it resolves. */
export type RedriveFiles = (request: RedriveFilesRequest) => Promise<FilesRedriven>;

/** The route that redrives file events, for the command line on the same machine; the scope has the guard. */
export function fileControlRoutes(scope: FastifyInstance, redriveFiles: RedriveFiles): void {
  const api = scope.withTypeProvider<ZodTypeProvider>();
  const redrive = { body: redriveFilesRequest, response: { 200: redriveFilesAnswer } };
  api.post("/api/files/redrive", { schema: redrive }, async ({ body }) => {
    requestTime("since", body.since);
    requestTime("until", body.until);
    const { results, next, up_to } = await redriveFiles(body);
    return { results: results.map((one) => ({ ...one, tasks: [...one.tasks] })), next, up_to };
  });
}
