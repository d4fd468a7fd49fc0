import type { FastifyInstance } from "fastify";
import type { ZodTypeProvider } from "fastify-type-provider-zod";
import {
  finishFilesAnswer,
  finishFilesRequest,
  redriveFilesAnswer,
  redriveFilesRequest,
  type FinishFilesRequest,
  type RedriveFilesRequest,
} from "../../contract/api/file-api.ts";
import type { FilesFinished } from "../../engine/files/finish-gathered.ts";
import type { FilesRedriven } from "../../engine/files/redrive-files.ts";
import { requestTime } from "../request-time.ts";

/** One turn, committed when it resolves. */
export type RedriveFiles = (request: RedriveFilesRequest) => Promise<FilesRedriven>;

export type FinishFiles = (request: FinishFilesRequest) => Promise<FilesFinished>;

/** The routes that redrive file events and finish gathered ones, for the command line on the same machine; the scope has the guard. */
export function fileControlRoutes(scope: FastifyInstance, redriveFiles: RedriveFiles, finishFiles: FinishFiles): void {
  const api = scope.withTypeProvider<ZodTypeProvider>();
  const redrive = { body: redriveFilesRequest, response: { 200: redriveFilesAnswer } };
  api.post("/api/files/redrive", { schema: redrive }, async ({ body }) => {
    requestTime("since", body.since);
    requestTime("until", body.until);
    const { results, next, up_to } = await redriveFiles(body);
    return { results: results.map((one) => ({ ...one, tasks: [...one.tasks] })), next, up_to };
  });
  const finish = { body: finishFilesRequest, response: { 200: finishFilesAnswer } };
  api.post("/api/files/finish", { schema: finish }, async ({ body }) => {
    const { finished, waiting } = await finishFiles(body);
    return { finished: [...finished], waiting: [...waiting] };
  });
}
