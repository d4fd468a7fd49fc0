import { z } from "zod";
import { docsPage, STYLE } from "../api/docs-page.ts";
import { openApi } from "../api/openapi.ts";
import { route } from "../api/route.ts";

export const ROUTES = [
  route({
    method: "GET",
    path: "/api/openapi.json",
    summary: "The OpenAPI document of these routes.",
    role: "known",
    unredacted: true,
    rarelyChanges: true,
    answer: z.record(z.string(), z.unknown()),
    handle: (_call, { version }) => openApi(version),
  }),
  route({
    method: "GET",
    path: "/api/docs",
    summary: "The same as a page for people: it needs no network and no script.",
    role: "known",
    rarelyChanges: true,
    answer: null,
    produces: "text/html",
    async handle({ reply }, { version }) {
      return reply.type("text/html; charset=utf-8").send(docsPage(await openApi(version)));
    },
  }),
  route({
    method: "GET",
    path: "/api/docs.css",
    summary: "The style of that page.",
    role: "anyone",
    rarelyChanges: true,
    answer: null,
    produces: "text/css",
    handle: ({ reply }) => reply.type("text/css; charset=utf-8").send(STYLE),
  }),
];
