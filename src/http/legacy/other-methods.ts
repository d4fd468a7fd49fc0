import type { FastifyInstance } from "fastify";
import { routedPath } from "./routed-path.ts";
import { PAGE_PATHS } from "./web-pages.ts";

const GET: ReadonlySet<string> = new Set(["/status", "/info", "/recap", "/workflow", ...PAGE_PATHS]);
const GET_AND_POST: ReadonlySet<string> = new Set(["/refresh", "/notify"]);

/** The methods of a path of the older program; null when it had no such path. */
function methodsOf(path: string): string | null {
  if (GET.has(path) || path.startsWith("/workflow/") || /^\/task\/[^/]+$/.test(path)) return "GET";
  if (GET_AND_POST.has(path)) return "GET, POST";
  return path === "/backload" ? "POST" : null;
}

/**
 * Answers a wrong method on a path of the older program as it did: with an empty body, without a content type. Before the
 * body is parsed: the answer is the same for any.
 */
export function refuseOtherMethods(app: FastifyInstance): void {
  app.addHook("onRequest", async (request, reply) => {
    if (!request.is404) return;
    const methods = methodsOf(routedPath(request.url));
    if (methods === null) return;
    const isKnown = methods.split(", ").includes(request.method);
    if (!isKnown) return reply.code(405).header("allow", methods).send();
  });
}
