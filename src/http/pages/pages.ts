import { createReadStream } from "node:fs";
import { fileURLToPath } from "node:url";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { acceptedCodings } from "../content-coding.ts";
import { refuseForeignHost } from "../guard.ts";
import { CODINGS, type PageFile, pageFiles } from "./page-files.ts";

/** The addresses of the dashboard: each is the same document, whose script reads the address. */
const PAGE_PATHS = [
  "/",
  "/login",
  "/tasks",
  "/tasks/:id",
  "/why-not",
  "/alerts",
  "/alerts/:id",
  "/files",
  "/files/:id",
  "/workflows",
  "/workflows/:part",
  "/backfill",
  "/backfill/:id",
  "/system",
  "/system/:part",
] as const;

const FILE_PATHS = ["/icon.svg", "/assets/:name"] as const;

/** Names of assets change with their content. */
const FOR_EVER = "public, max-age=31536000, immutable";
/** The same folder above the sources and above the built files. */
const BUILT = fileURLToPath(new URL("../../../dist/web", import.meta.url));
const NOT_BUILT =
  "The dashboard is not built here: run `npm ci` or `npm run build:web` in the folder of Flowlord. The API is at /api/docs.\n";

/** Serves the dashboard. Its files have no secrets and ask for no login: what it shows comes from the API. */
export function pageRoutes(app: FastifyInstance, allowedHosts: readonly string[], folder = BUILT): void {
  const files = pageFiles(folder);
  const page = files.get("/index.html");
  for (const path of PAGE_PATHS)
    app.get(path, (request, reply) => {
      refuseForeignHost(request, allowedHosts);
      reply.header("cache-control", "no-cache");
      if (page !== undefined) return send(request, reply, page);
      return reply.code(503).type("text/plain; charset=utf-8").send(NOT_BUILT);
    });
  for (const path of FILE_PATHS)
    app.get(path, (request, reply) => {
      refuseForeignHost(request, allowedHosts);
      const [name = ""] = request.url.split("?");
      const file = files.get(name);
      if (file === undefined) return reply.callNotFound();
      reply.header("cache-control", name.startsWith("/assets/") ? FOR_EVER : "no-cache");
      return send(request, reply, file);
    });
}

function send(request: FastifyRequest, reply: FastifyReply, { path, type, packed }: PageFile): FastifyReply {
  const accepted = acceptedCodings(request);
  const coding = CODINGS.find((each) => accepted.has(each) && packed.has(each));
  reply.type(type).header("vary", "accept-encoding");
  if (coding !== undefined) reply.header("content-encoding", coding);
  return reply.send(createReadStream((coding === undefined ? undefined : packed.get(coding)) ?? path));
}
