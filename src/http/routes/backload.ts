import type { FastifyInstance } from "fastify";
import type { Redact } from "../../contract/redact/redact.ts";
import type { Audit } from "../../engine/access/audit.ts";
import type { BackloadAnswer } from "../../engine/backfill/backload.ts";
import type { Gate } from "../auth/identify.ts";
import { guardEffects } from "../auth/legacy-guard.ts";
import { compress } from "../legacy/compress.ts";

export type Backload = (body: string) => Promise<BackloadAnswer>;

interface BackloadDeps {
  readonly gate: Gate;
  readonly audit: Audit;
  /** Hides secrets in the answer. */
  readonly redact: Pick<Redact, "text">;
}

/** `POST /backload` of the older program: its body is JSON, whatever its content type says. */
export function backloadRoute(app: FastifyInstance, backload: Backload, { gate, audit, redact }: BackloadDeps): void {
  app.register(async (scope) => {
    scope.addHook("onSend", compress);
    guardEffects(scope, gate, audit);
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser("*", { parseAs: "string" }, (_request, body, done) => done(null, body));
    scope.post("/backload", async ({ body }, reply) => {
      // As bytes: to the type of a text Fastify adds a charset.
      const { status, contentType, body: text } = await backload(typeof body === "string" ? body : "");
      return reply
        .code(status)
        .type(contentType)
        .header("cache-control", "no-store")
        .send(Buffer.from(redact.text(text)));
    });
  });
}
