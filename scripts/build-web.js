/**
 * Builds the dashboard into dist/web/ with a Brotli and a gzip copy of each file that shrinks. Runs at the end of `npm ci`. JavaScript, so that
 * an installation without the development packages, whose Node may be too old for TypeScript, passes over it.
 */
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";

const root = join(import.meta.dirname, "..");
const vite = await import("vite").catch((error) => {
  if (error.code !== "ERR_MODULE_NOT_FOUND") throw error;
  return null;
});
if (vite === null) console.log("The dashboard is not built: its development packages are not installed.");
else {
  await vite.build({ configFile: join(root, "vite.config.ts"), logLevel: "warn" });
  const built = join(root, "dist/web");
  for (const name of readdirSync(built, { recursive: true })) {
    if (!/\.(?:html|js|css|svg)$/.test(name)) continue;
    const path = join(built, name);
    const content = readFileSync(path);
    const quality = { params: { [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY } };
    for (const [ending, packed] of [
      [".br", brotliCompressSync(content, quality)],
      [".gz", gzipSync(content, { level: 9 })],
    ])
      if (packed.length < content.length) writeFileSync(path + ending, packed);
  }
}
