import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { AnyObjects } from "../../src/objects/any.ts";
import { FileReaderProcess, type FileReaderOptions } from "../../src/objects/file-reader-process.ts";
import { ObjectError } from "../../src/objects/objects.ts";

async function reader(t: TestContext, options: FileReaderOptions = {}) {
  const path = await mkdtemp(join(tmpdir(), "flowlord-reader-"));
  await writeFile(join(path, "a.txt"), "alpha");
  const files = new FileReaderProcess(options);
  t.after(async () => {
    files.close();
    await rm(path, { recursive: true });
  });
  return { files, path };
}

function says(code: string, message: RegExp): (error: unknown) => boolean {
  return (error) => error instanceof ObjectError && error.code === code && message.test(error.message);
}

/** The reading processes that this one has started. */
async function children(): Promise<number[]> {
  const found: number[] = [];
  for (const name of await readdir("/proc")) {
    if (!/^\d+$/.test(name)) continue;
    const stat = await readFile(`/proc/${name}/stat`, "utf8").catch(() => "");
    const [state, parent] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    if (Number(parent) !== process.pid || state === "Z") continue;
    if ((await readFile(`/proc/${name}/cmdline`, "utf8").catch(() => "")).includes("file-reader."))
      found.push(Number(name));
  }
  return found;
}

test("a process of its own reads, lists and names files, and passes errors on", async (t) => {
  const { files, path } = await reader(t);
  const objects = new AnyObjects(undefined, files);
  assert.equal(await objects.kindOf(path), "folder");
  assert.equal(await objects.kindOf(join(path, "none")), null);
  assert.equal(await objects.read(join(path, "a.txt")), "alpha");
  assert.deepEqual(await objects.names(path), ["a.txt"]);
  assert.deepEqual(
    (await objects.list(path)).map(({ name, size }) => [name, size]),
    [["a.txt", 5]],
  );
  await assert.rejects(objects.read(join(path, "none")), says("not_found", /does not exist/));
  assert.equal((await children()).length, 1);
});

test("many requests at once share the process", async (t) => {
  const { files, path } = await reader(t);
  const texts = await Promise.all(Array.from({ length: 500 }, () => files.read(join(path, "a.txt"))));
  assert.ok(texts.every((text) => text === "alpha"));
  assert.equal((await children()).length, 1);
});

test("a pipe, a device and an endless file are no files to read", { skip: process.platform === "win32" }, async (t) => {
  const { files, path } = await reader(t);
  execFileSync("mkfifo", [join(path, "pipe")]);
  await assert.rejects(files.read(join(path, "pipe")), says("unreadable", /is a pipe, a device or a socket/));
  await assert.rejects(files.read("/dev/zero"), says("unreadable", /is a pipe, a device or a socket/));
  await writeFile(join(path, "large"), Buffer.alloc(16 * 1024 * 1024 + 1));
  await assert.rejects(files.read(join(path, "large")), says("unreadable", /larger than 16 MiB/));
  await writeFile(join(path, "large"), Buffer.alloc(16 * 1024 * 1024, "x"));
  assert.equal((await files.readBytes(join(path, "large"))).length, 16 * 1024 * 1024);
  assert.equal(await files.read("/proc/self/comm").then((text) => text.length > 0), true);
});

test(
  "a file that does not answer is given up; the next is read by another process",
  { skip: process.platform !== "linux" },
  async (t) => {
    const { files, path } = await reader(t, { timeoutMs: 2000, silenceMs: 60_000 });
    assert.equal(await files.read(join(path, "a.txt")), "alpha");
    const [frozen = 0] = await children();
    process.kill(frozen, "SIGSTOP");
    await assert.rejects(files.read(join(path, "a.txt")), says("unreadable", /did not answer within 2 seconds/));
    await writeFile(join(path, "b.txt"), "beta");
    assert.equal(await files.read(join(path, "b.txt")), "beta");
    assert.ok(!(await children()).includes(frozen), "the process that did not answer is killed");
    await assert.rejects(files.read(join(path, "a.txt")), says("unreadable", /tried again after 60/));
  },
);

test(
  "what is being read is interrupted when the process ends, and by a close",
  { skip: process.platform !== "linux" },
  async (t) => {
    const { files, path } = await reader(t);
    await files.read(join(path, "a.txt"));
    const [first = 0] = await children();
    process.kill(first, "SIGSTOP");
    const lost = assert.rejects(files.read(join(path, "a.txt")), says("interrupted", /ended/));
    process.kill(first, "SIGKILL");
    await lost;
    assert.equal(await files.read(join(path, "a.txt")), "alpha");
    const [second = 0] = await children();
    process.kill(second, "SIGSTOP");
    const stopped = assert.rejects(files.read(join(path, "a.txt")), says("interrupted", /ended/));
    files.close();
    await stopped;
    await assert.rejects(files.read(join(path, "a.txt")), says("interrupted", /stops/));
  },
);

test("an idle reader ends, and keeps no process alive", async (t) => {
  const { files, path } = await reader(t, { idleMs: 1 });
  await files.read(join(path, "a.txt"));
  const source = `
    import { FileReaderProcess } from ${JSON.stringify(new URL("../../src/objects/file-reader-process.ts", import.meta.url).href)};
    console.log(await new FileReaderProcess().read(${JSON.stringify(join(path, "a.txt"))}));`;
  const output = execFileSync(process.execPath, ["--input-type=module-typescript", "-e", source], {
    encoding: "utf8",
    timeout: 30_000,
  });
  assert.equal(output, "alpha\n");
});
