/**
 * Builds the servers that the bus tests run against, at the versions that test/servers/go.mod pins, into a cache folder.
 * Nothing to do when they are there.
 */
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { serverFolder, SERVERS } from "../test/servers/find.ts";

const module = join(import.meta.dirname, "..", "test", "servers");
const folder = serverFolder();
const absent = SERVERS.filter((name) => !existsSync(join(folder, name)));

if (absent.length === 0) {
  console.log(`test servers: all there, in ${folder}`);
} else if (spawnSync("go", ["version"]).status !== 0) {
  console.error("test servers: Go 1.26 or newer is needed to build them, and `go` is not on the PATH");
  process.exitCode = 1;
} else {
  console.log(`test servers: building ${absent.join(", ")} into ${folder}; the first time this takes some minutes`);
  mkdirSync(folder, { recursive: true });
  const build = spawnSync("go", ["install", "tool", "./pst"], {
    cwd: module,
    env: { ...process.env, GOBIN: folder, GOFLAGS: "-mod=readonly" },
    stdio: ["ignore", "inherit", "inherit"],
  });
  process.exitCode = build.status ?? 1;
  if (process.exitCode === 0) console.log("test servers: built");
}
