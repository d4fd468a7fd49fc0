import { Readable } from "node:stream";
import { exportQuery } from "../../../contract/api/tasks/task-list-api.ts";
import { askedQuery } from "../../api/tasks/asked-query.ts";
import { exportTasks } from "../../api/tasks/export-tasks.ts";
import { route } from "../../api/route.ts";
import { encodedStream } from "../../content-coding.ts";

const TYPES = { csv: "text/csv; charset=utf-8", ndjson: "application/x-ndjson; charset=utf-8" } as const;

export const ROUTES = [
  route({
    method: "GET",
    path: "/api/tasks/export",
    summary: "Task records as a file, the newest first; what ends without an error is complete.",
    role: "viewer",
    records: true,
    scope: "rows",
    query: exportQuery,
    answer: null,
    async handle({ query: asked, scope, request, reply }, deps) {
      const { format, limit, before } = asked;
      const query = askedQuery(asked, "/query/query", scope, deps);
      reply
        .type(TYPES[format])
        .header("content-disposition", `attachment; filename="tasks.${format}"`)
        .header("cache-control", "no-store");
      // Whoever asks for the head alone reads nothing.
      if (request.method === "HEAD") return reply.send("");
      const gone = new AbortController();
      const end = deps.exports.begin();
      const leave = (): void => {
        gone.abort();
        end();
      };
      if (reply.raw.closed) leave();
      else reply.raw.once("close", leave);
      const text = exportTasks({ query, format, limit, before }, deps, gone.signal);
      // What fails at once is a refusal; later it can only cut the connection.
      const first = await text.next();
      return reply.send(encodedStream(request, reply, Readable.from(withFirst(first, text), { highWaterMark: 1 })));
    },
  }),
];

async function* withFirst(first: IteratorResult<string>, rest: AsyncGenerator<string>): AsyncGenerator<string> {
  if (first.done === true) return;
  yield first.value;
  yield* rest;
}
