import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { Redact } from "../../contract/redact/redact.ts";
import type { LegacyAnswer } from "../../engine/legacy/legacy-answer.ts";
import type { LegacyControl } from "../../engine/legacy/legacy-control.ts";
import type { Audit } from "../../engine/access/audit.ts";
import type { Gate } from "../auth/identify.ts";
import { guardEffects, legacyGuard } from "../auth/legacy-guard.ts";
import { refuseForeignHost } from "../guard.ts";
import { compress } from "./compress.ts";
import { routedPath } from "./routed-path.ts";
import { PAGE_PATHS, pageTarget } from "./web-pages.ts";

export interface LegacyDeps {
  readonly legacy: LegacyControl;
  readonly now: () => number;
  readonly gate: Gate;
  readonly audit: Audit;
  /** Hides secrets in the answers. */
  readonly redact: Pick<Redact, "text">;
  readonly allowedHosts: readonly string[];
}

/** What the older program answered besides `/status` and `/backload`, for its callers. */
export function legacyRoutes(app: FastifyInstance, deps: LegacyDeps): void {
  app.addHook("onSend", async (request, reply, payload) =>
    reply.statusCode === 404 ? await compress(request, reply, payload) : payload,
  );
  app.register(async (scope) => {
    scope.addHook("onSend", compress);
    // A body says nothing here, whatever its type.
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser("*", { parseAs: "string" }, (_request, _body, done) => done(null, null));
    scope.register(async (answers) => answerRoutes(answers, deps));
    scope.register(async (effects) => effectRoutes(effects, deps));
    scope.register(async (pages) => pageRoutes(pages, deps));
  });
}

function answerRoutes(app: FastifyInstance, { legacy, gate, redact }: LegacyDeps): void {
  const send = sendHidden(redact);
  app.addHook("onRequest", legacyGuard(gate, "viewer"));
  app.get("/info", async (_request, reply) => send(reply, legacy.info()));
  app.get("/recap", async (request, reply) => {
    // Anything else than exactly this was text.
    return send(reply, await legacy.recap(request.headers.accept === "application/json"));
  });
  app.get("/task/*", async (request, reply) => {
    const id = routedPath(request.url).slice("/task/".length);
    return send(reply, id === "" || id.includes("/") ? null : await legacy.run(id));
  });
  const file = async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> =>
    send(reply, await legacy.workflow(routedPath(request.url).slice("/workflow/".length)));
  app.get("/workflow", file);
  app.get("/workflow/*", file);
}

function effectRoutes(app: FastifyInstance, { legacy, gate, audit, redact }: LegacyDeps): void {
  const send = sendHidden(redact);
  guardEffects(app, gate, audit);
  // A HEAD has no effect, so it is not one of these.
  for (const method of ["GET", "POST"]) {
    const effect = { method, exposeHeadRoute: false };
    app.route({ ...effect, url: "/refresh", handler: async (_, reply) => send(reply, await legacy.refresh()) });
    app.route({ ...effect, url: "/notify", handler: async (_, reply) => send(reply, await legacy.notify()) });
  }
}

/** A link in an alert that somebody follows from another site leads on: it has no effect, and says nothing. */
function pageRoutes(app: FastifyInstance, { now, allowedHosts }: LegacyDeps): void {
  app.addHook("onRequest", async (request) => refuseForeignHost(request, allowedHosts));
  for (const path of PAGE_PATHS) {
    app.get(path, (request, reply) => {
      const { searchParams } = new URL(request.url, "http://localhost");
      const target = pageTarget(path, searchParams, now(), app);
      return target === null ? reply.callNotFound() : reply.header("cache-control", "no-store").redirect(target, 302);
    });
  }
}

/** Null: nothing is there. */
function sendHidden(redact: LegacyDeps["redact"]): (reply: FastifyReply, answer: LegacyAnswer | null) => FastifyReply {
  return (reply, answer) => {
    if (answer === null) {
      reply.callNotFound();
      return reply;
    }
    reply.code(answer.status).header("cache-control", "no-store").header("x-content-type-options", "nosniff");
    // To the type of a text Fastify adds a charset, and gives one that has none a type.
    return answer.contentType === null
      ? reply.send()
      : reply.type(answer.contentType).send(hidden(answer.body, redact));
  };
}

/** Bytes without a secret stay as they are, whatever they are. */
function hidden(body: LegacyAnswer["body"], redact: LegacyDeps["redact"]): Buffer {
  const bytes = Buffer.from(body);
  const text = bytes.toString("utf8");
  const shown = redact.text(text);
  return shown === text ? bytes : Buffer.from(shown);
}
