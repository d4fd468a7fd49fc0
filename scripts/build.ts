/** Writes dist/: the JavaScript and type declarations of the published package, and the dashboard. */
import { spawnSync } from "node:child_process";
import { rmSync } from "node:fs";
import { join } from "node:path";

const root = join(import.meta.dirname, "..");
rmSync(join(root, "dist"), { recursive: true, force: true });
const tsc = spawnSync(process.execPath, [join(root, "node_modules/typescript/bin/tsc"), "-p", "tsconfig.build.json"], {
  cwd: root,
  stdio: "inherit",
});
const web =
  tsc.status === 0
    ? spawnSync(process.execPath, [join(root, "scripts/build-web.js")], { cwd: root, stdio: "inherit" })
    : tsc;
process.exitCode = web.status ?? 1;
