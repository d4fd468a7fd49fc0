#!/usr/bin/env node
// Plain JavaScript that an old Node can parse, with built-in modules only: it must get far enough to print what is
// wrong. better-sqlite3 crashes a Node before 22 without a message when a database is opened.
import { existsSync } from "fs";
import module from "module";
import { dirname, join, sep } from "path";
import { fileURLToPath, pathToFileURL } from "url";

const NEEDED = [22, 18];

const root = dirname(dirname(fileURLToPath(import.meta.url)));
// An installed package may carry a src/ folder of its own one day; Node strips no types below node_modules.
const isClone = existsSync(join(root, "src")) && root.split(sep).indexOf("node_modules") < 0;

const [major, minor] = process.versions.node.split(".").map(Number);
if (major < NEEDED[0] || (major === NEEDED[0] && minor < NEEDED[1])) {
  process.stderr.write(
    "flowlord needs Node " + NEEDED.join(".") + " or newer; this is " + process.versions.node + ": ",
  );
  process.stderr.write(howToGetNode() + "\n");
  process.exitCode = 1;
} else {
  start();
}

function howToGetNode() {
  if (!isClone) {
    return "install a newer one (https://nodejs.org/en/download, or `nvm install 24`) and start again.";
  }
  if (!existsSync(join(root, "node_modules", "node", "bin", process.platform === "win32" ? "node.exe" : "node"))) {
    return "run `npm ci` in " + root + ", which brings one, and then `npm start`.";
  }
  return "`npm start` uses the one that `npm ci` brought, and so does `npx node bin/flowlord.js COMMAND`.";
}

/**
 * Caches compiled code (in a clone with the types stripped): the next start takes half the time and 25 MB less.
 * The cache is beside the package, not in a temporary folder where others could place their code.
 */
function cacheCompiled() {
  module.enableCompileCache(join(isClone ? join(root, "node_modules") : dirname(root), ".cache", "flowlord"));
  // Node writes the cache at exit; a service that is killed would lose it.
  setTimeout(function () {
    module.flushCompileCache();
  }, 5000).unref();
}

function start() {
  cacheCompiled();
  // Without a listener Node opens its inspector, through which anyone on this machine could run code.
  process.on("SIGUSR1", function () {});
  const entry = isClone ? join(root, "src", "cli", "main.ts") : join(root, "dist", "cli", "main.js");
  import(pathToFileURL(entry).href)
    .then(function (cli) {
      return cli.run(process.argv.slice(2));
    })
    .then(
      function (code) {
        process.exitCode = code;
      },
      function (error) {
        process.stderr.write("flowlord: " + ((error && error.stack) || error) + "\n");
        process.exitCode = 1;
      },
    );
}
