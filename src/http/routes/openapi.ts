import { z } from "zod";
import { openApi } from "../api/openapi.ts";
import { route } from "../api/route.ts";

export const ROUTES = [
  route({
    method: "GET",
    path: "/api/openapi.json",
    summary: "The OpenAPI document of these routes.",
    role: "viewer",
    unredacted: true,
    rarelyChanges: true,
    answer: z.record(z.string(), z.unknown()),
    handle: (_call, { version }) => openApi(version),
  }),
];
