import assert from "node:assert/strict";
import { mkdir, rm, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { legacyServer, phase, type ServedOptions } from "./served-legacy.ts";
import { rawRequest } from "./raw-request.ts";

const FLOW = phase("a", { cron: "@daily" });

async function serve(t: TestContext, options: Partial<ServedOptions> = {}) {
  const served = await legacyServer(t, { workflows: { "flow.toml": FLOW, "grp/flow.toml": FLOW }, ...options });
  await writeFile(join(served.rig.dir, "secret.txt"), "do not show");
  await mkdir(join(served.rig.dir, "workflows2"));
  await writeFile(join(served.rig.dir, "workflows2", "near.toml"), "do not show");
  const ask = (path: string) => rawRequest(served.port, { path: `/workflow${path}` });
  return { ...served, ask };
}

test("no way of writing a path leads out of the workflow folder", async (t) => {
  const { rig, ask } = await serve(t);
  const dots = ["..", "%2e%2e", ".%2e", "%2E%2E", "%252e%252e", "..%00", "..\\..", "....", "%c0%ae%c0%ae", "．．"];
  const slashes = ["/", "%2f", "%2F", "\\", "%5c", "//", "/./", "%252f", ";/"];
  const targets = ["secret.txt", "workflows2/near.toml"];
  for (const dot of dots) {
    for (const slash of slashes) {
      for (const target of targets) {
        for (const path of [`/${dot}${slash}${target}`, `/grp/${dot}${slash}${dot}${slash}${target}`]) {
          const { status, text } = await ask(path.replaceAll(/[^!-~]/g, encodeURIComponent));
          assert.ok(status === 404 || status === 400, `${status} ${path}`);
          assert.ok(!text.includes("do not show"), path);
        }
      }
    }
  }
  for (const path of [
    "/..",
    "/../",
    "/grp/..",
    `/${rig.dir}/secret.txt`,
    "/file:///etc/hostname",
    "/~root/x",
    "/C:%5Cx",
  ]) {
    const { status, text } = await ask(path);
    assert.deepEqual([status, text], [404, "404 page not found\n"], path);
  }
});

test("a link that leads out of the folder leads nowhere, one within it does", async (t) => {
  const { rig, ask } = await serve(t);
  const folder = join(rig.dir, "workflows");
  await symlink(join(rig.dir, "secret.txt"), join(folder, "out.toml"));
  await symlink(join(rig.dir, "workflows2"), join(folder, "near"));
  await symlink(join(folder, "grp"), join(folder, "again"));
  for (const path of ["/out.toml", "/near", "/near/near.toml"]) assert.equal((await ask(path)).status, 404, path);
  assert.equal((await ask("/again/flow.toml")).text, FLOW);
});

test("a link to a folder of meta_roots may be followed", async (t) => {
  const { rig, ask } = await serve(t, { readsMetaOf: "folder" });
  await symlink(join(rig.dir, "workflows2"), join(rig.dir, "workflows", "near"));
  assert.equal((await ask("/near/near.toml")).text, "do not show");
  assert.equal((await ask("/../secret.txt")).status, 404);
});

test("hidden files are neither listed nor read", async (t) => {
  const { rig, ask } = await serve(t);
  await rig.write(".git/config", "token");
  await rig.write(".env", "token");
  await rig.write("grp/.env", "token");
  assert.equal((await ask("")).text, "/flow.toml\n/grp\n");
  assert.equal((await ask("/grp")).text, "/grp/flow.toml\n");
  for (const path of ["/.git/config", "/.git", "/.env", "/grp/.env"]) assert.equal((await ask(path)).status, 404, path);
});

test("two files of one name are two files, and names may have any character", async (t) => {
  const { rig, ask } = await serve(t);
  await rig.write("grp/flow.toml", "# of grp\n");
  await rig.write("a b+c é%.json", "{}");
  assert.equal((await ask("/flow.toml")).text, FLOW);
  assert.equal((await ask("/grp/flow.toml")).text, "# of grp\n");
  const { status, headers, text } = await ask("/a%20b+c%20%C3%A9%25.json");
  assert.deepEqual([status, headers["content-type"], text], [200, "application/json", "{}"]);
  // Written in another way than the older program wrote it, it was another name there too.
  assert.equal((await ask("/flow%2Etoml")).status, 404);
  assert.equal((await ask("/grp%2Fflow.toml")).status, 404);
  for (const path of ["/./flow.toml", "//flow.toml", "/grp/.//flow.toml"])
    assert.equal((await ask(path)).status, 200, path);
  assert.equal((await ask("/flow.toml/")).status, 404);
});

test("without a folder there is nothing", async (t) => {
  const { rig, ask } = await serve(t);
  await rm(join(rig.dir, "workflows"), { recursive: true });
  for (const path of ["", "/", "/flow.toml"]) assert.equal((await ask(path)).status, 404, path);
});

test("no browser takes a file for a page", async (t) => {
  const { rig, ask } = await serve(t);
  await rig.write("page.html", "<script>alert(1)</script>");
  const { headers } = await ask("/page.html");
  assert.equal(headers["content-type"], "text/plain");
  assert.equal(headers["x-content-type-options"], "nosniff");
});

test("of one configured file only that one is shown", async (t) => {
  const { ask } = await serve(t, { workflowFile: "flow.toml" });
  for (const path of ["", "/", "/grp/flow.toml", "/%2e%2e%2fsecret.txt"]) {
    assert.equal((await ask(path)).text, FLOW, path);
  }
  assert.equal((await ask("/../secret.txt")).status, 404);
});

test("a file that cannot be read is a 404 that says why, without its path", async (t) => {
  const { rig, ask } = await serve(t);
  await rig.write("large.toml", "x".repeat(16 * 1024 * 1024 + 1));
  const { status, text } = await ask("/large.toml");
  assert.equal(status, 404);
  assert.match(text, /larger than 16 MiB/);
  assert.ok(!text.includes(rig.dir));
});
