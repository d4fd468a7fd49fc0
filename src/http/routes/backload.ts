import type { FastifyInstance } from "fastify";
import type { BackloadAnswer } from "../../engine/backfill/backload.ts";
import { refuseForeign } from "../guard.ts";

export type Backload = (body: string) => Promise<BackloadAnswer>;

/** `POST /backload` of the older program: its body is JSON, whatever its content type says. */
export function backloadRoute(app: FastifyInstance, backload: Backload, allowedHosts: readonly string[]): void {
  app.register(async (scope) => {
    scope.addHook("onRequest", async (request) => refuseForeign(request, allowedHosts));
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser("*", { parseAs: "string" }, (_request, body, done) => done(null, body));
    scope.post("/backload", async ({ body }, reply) => {
      const { status, contentType, body: text } = await backload(typeof body === "string" ? body : "");
      return reply.code(status).type(contentType).header("cache-control", "no-store").send(text);
    });
  });
}
