import type { FastifyInstance } from "fastify";
import type { BackloadAnswer } from "../../engine/backfill/backload.ts";
import { DomainError } from "../../contract/domain-error.ts";
import { mayCall } from "../auth/caller.ts";
import type { Gate } from "../auth/identify.ts";

export type Backload = (body: string) => Promise<BackloadAnswer>;

/** `POST /backload` of the older program: its body is JSON, whatever its content type says. */
export function backloadRoute(app: FastifyInstance, backload: Backload, gate: Gate): void {
  app.register(async (scope) => {
    scope.addHook("onRequest", async (request) => {
      gate.admit(request);
      const caller = await gate.identifyLegacy(request);
      if (caller !== null && !mayCall(caller, "operator", false))
        throw new DomainError(
          "forbidden",
          "role",
          `POST /backload needs the role operator; ${caller.name} is ${caller.role}.`,
        );
    });
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser("*", { parseAs: "string" }, (_request, body, done) => done(null, body));
    scope.post("/backload", async ({ body }, reply) => {
      const { status, contentType, body: text } = await backload(typeof body === "string" ? body : "");
      return reply.code(status).type(contentType).header("cache-control", "no-store").send(text);
    });
  });
}
