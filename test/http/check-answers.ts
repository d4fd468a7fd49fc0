import assert from "node:assert/strict";
import type { FastifyInstance } from "fastify";
import { allRoutes } from "../../src/http/api/openapi.ts";
import { routeName, type Method } from "../../src/http/api/route.ts";

/** Lets a test fail when an answer of the API is off its schema: nothing checks that while an instance runs. */
export function checkAnswers(app: FastifyInstance): void {
  app.addHook("preSerialization", async (request, reply, payload) => {
    if (reply.statusCode >= 400) return payload;
    const path = (request.routeOptions.url ?? "").replaceAll(/:(\w+)/g, "{$1}");
    const name = routeName({ method: request.method as Method, path });
    const route = (await allRoutes()).find((one) => routeName(one) === name);
    if (route?.answer !== undefined && route.answer !== null) {
      const { error } = route.answer.safeParse(payload);
      assert.equal(error?.message, undefined, `${name} answers off its schema`);
    }
    return payload;
  });
}
