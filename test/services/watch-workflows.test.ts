import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { mkdir, mkdtemp, rename, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { setImmediate, setTimeout } from "node:timers/promises";
import { WatchWorkflows, type WatchWorkflowsOptions } from "../../src/services/watch-workflows.ts";

interface Watched {
  readonly service: WatchWorkflows;
  readonly problems: string[];
  /** Resolves at the nth call of `reload`, counted from 1. */
  readonly called: (nth: number) => Promise<void>;
}

function watching(t: TestContext, options: Partial<WatchWorkflowsOptions>): Watched {
  const problems: string[] = [];
  let calls = 0;
  const waiting: { readonly nth: number; readonly resolve: () => void }[] = [];
  const reload = options.reload ?? (async (): Promise<void> => {});
  const service = new WatchWorkflows({
    path: null,
    refresh: 0,
    quiet: 20,
    now: () => Date.now(),
    onProblem: (_, error) => problems.push(error.message),
    ...options,
    reload: async () => {
      calls += 1;
      for (const { nth, resolve } of waiting) if (calls >= nth) resolve();
      await reload();
    },
  });
  t.after(() => service.stop());
  return {
    service,
    problems,
    called: (nth) =>
      new Promise((resolve) => {
        if (calls >= nth) resolve();
        else waiting.push({ nth, resolve });
      }),
  };
}

test("a changed file leads to a reload", async (t) => {
  const path = await mkdtemp(join(tmpdir(), "flowlord-watch-"));
  t.after(() => rm(path, { recursive: true }));
  const { service, called, problems } = watching(t, { path });
  service.start();
  await called(1);
  // The watcher may still be looking around: keep writing until it notices.
  let writes = 0;
  const writing = setInterval(() => void writeFile(join(path, "a.toml"), `# ${++writes}`), 50);
  try {
    await called(2);
  } finally {
    clearInterval(writing);
  }
  assert.deepEqual(problems, []);
  await service.stop();
});

test("every change behind links leads to a reload: of the folder, of a file, of the link itself", async (t) => {
  const dir = await mkdtemp(join(tmpdir(), "flowlord-watch-"));
  t.after(() => rm(dir, { recursive: true }));
  await mkdir(join(dir, "one"));
  await mkdir(join(dir, "two"));
  await writeFile(join(dir, "elsewhere.toml"), "# 1");
  await symlink("../elsewhere.toml", join(dir, "one/linked.toml"));
  await symlink("one", join(dir, "workflows"));
  let calls = 0;
  const { service, called, problems } = watching(t, {
    path: join(dir, "workflows"),
    reload: async () => {
      calls += 1;
    },
  });
  service.start();
  await called(1);
  let writes = 0;
  const reloadedBy = async (change: (nth: number) => Promise<void>): Promise<void> => {
    const before = calls;
    const changing = setInterval(() => void change(++writes), 300);
    await called(before + 1);
    clearInterval(changing);
    // Late notices of the same change belong to it.
    await setTimeout(100);
  };
  await reloadedBy((nth) => writeFile(join(dir, "one/a.toml"), `# ${nth}`));
  await reloadedBy((nth) => writeFile(join(dir, "elsewhere.toml"), `# ${"x".repeat(nth)}`));
  let isSwapped = false;
  await reloadedBy(async () => {
    if (isSwapped) return;
    isSwapped = true;
    await symlink("two", join(dir, "next"));
    await rename(join(dir, "next"), join(dir, "workflows"));
  });
  await reloadedBy((nth) => writeFile(join(dir, "two/b.toml"), `# ${nth}`));
  assert.deepEqual(problems, []);
});

test("what changed between the first look and the begin of the watching leads to a reload, also between polls that are far apart", async (t) => {
  const path = await mkdtemp(join(tmpdir(), "flowlord-watch-"));
  t.after(() => rm(path, { recursive: true }));
  const file = join(path, "a.toml");
  await writeFile(file, "# 1");
  const seen: string[] = [];
  const { service, called } = watching(t, {
    path,
    refresh: 900_000,
    reload: async () => {
      seen.push(readFileSync(file, "utf8"));
      // Before any other turn of the event loop: the watcher is not there yet.
      if (seen.length === 1) writeFileSync(file, "# 2");
    },
  });
  service.start();
  await called(2);
  assert.deepEqual(seen, ["# 1", "# 2"]);
});

test("without a change it looks every refresh", async (t) => {
  const { service, called } = watching(t, { refresh: 10 });
  service.start();
  await called(3);
  await service.stop();
  assert.notEqual(service.lastRunAt, null);
});

test("a reload that fails is reported and the next look comes", async (t) => {
  let fails = true;
  const { service, called, problems } = watching(t, {
    refresh: 10,
    reload: async () => {
      if (!fails) return;
      fails = false;
      throw new Error("folder is gone");
    },
  });
  service.start();
  await called(2);
  assert.deepEqual(problems, ["folder is gone"]);
  await service.stop();
  assert.equal(service.currentError, null);
});

test("never two reloads at once", async (t) => {
  let active = 0;
  let max = 0;
  let calls = 0;
  const { service } = watching(t, {
    reload: async () => {
      max = Math.max(max, ++active);
      calls += 1;
      await setImmediate();
      active -= 1;
    },
  });
  await Promise.all([service.runOnce(), service.runOnce(), service.runOnce()]);
  assert.equal(calls, 1);
  await service.runOnce();
  assert.deepEqual([calls, max], [2, 1]);
});

test("what changes in a folder behind a link leads to a reload, at any depth", async (t) => {
  const dir = await mkdtemp(join(tmpdir(), "flowlord-watch-"));
  t.after(() => rm(dir, { recursive: true }));
  await mkdir(join(dir, "elsewhere/deep"), { recursive: true });
  await writeFile(join(dir, "elsewhere/deep/a.toml"), "# 1");
  await mkdir(join(dir, "workflows"));
  await symlink("../elsewhere", join(dir, "workflows/linked"));
  await symlink("../..", join(dir, "elsewhere/deep/loop"));
  const seen = { reloads: 0 };
  const reload = async (): Promise<void> => void (seen.reloads += 1);
  const { service, called, problems } = watching(t, { path: join(dir, "workflows"), reload });
  service.start();
  await called(1);
  for (const change of ["deep/a.toml", "deep/new.toml", "deep/a.toml"]) {
    const before = seen.reloads;
    // The watcher may still be looking around: keep writing until it notices.
    for (let writes = 0; seen.reloads === before; writes += 1) {
      await writeFile(join(dir, "elsewhere", change), "#".repeat(writes % 50));
      await setTimeout(100);
    }
  }
  assert.deepEqual(problems, []);
});
