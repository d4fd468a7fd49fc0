import assert from "node:assert/strict";
import { test } from "node:test";
import Fastify from "fastify";
import { handleErrors } from "../../../src/http/errors.ts";
import { DEFAULT_REDACT } from "../../support/default-redact.ts";
import { testGate } from "../test-gate.ts";
import { backloadRoute } from "../../../src/http/routes/backload.ts";

test("POST /backload takes a body of any content type, and none from other sites", async (t) => {
  const app = Fastify();
  handleErrors(app, { error: () => assert.fail() }, DEFAULT_REDACT);
  const bodies: string[] = [];
  const answer = async (body: string) => {
    bodies.push(body);
    return { status: 400, contentType: "text/plain; charset=utf-8", body: "no template found for \n" };
  };
  backloadRoute(app, answer, {
    gate: testGate("0123456789abcdef0123456789abcdef"),
    audit: async () => undefined,
    redact: DEFAULT_REDACT,
  });
  t.after(() => app.close());
  for (const type of ["application/json", "application/x-www-form-urlencoded", "text/plain"]) {
    const made = await app.inject({
      method: "POST",
      url: "/backload",
      payload: "{}",
      headers: { "content-type": type },
    });
    assert.equal(made.statusCode, 400);
    assert.equal(made.headers["content-type"], "text/plain; charset=utf-8");
    assert.equal(made.body, "no template found for \n");
  }
  assert.equal((await app.inject({ method: "POST", url: "/backload" })).statusCode, 400);
  assert.deepEqual(bodies, ["{}", "{}", "{}", ""]);
  const foreign = { "content-type": "text/plain", origin: "http://elsewhere.example" };
  const refused = await app.inject({ method: "POST", url: "/backload", payload: "{}", headers: foreign });
  assert.equal(refused.statusCode, 403);
});
