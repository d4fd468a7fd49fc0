import { ROLES } from "../src/contract/api/access/role.ts";
import { allRoutes } from "../src/http/api/openapi.ts";
import { routeName } from "../src/http/api/route.ts";
import { type HoldsScope, reachOf } from "../src/http/auth/caller.ts";

const BEGIN = "<!-- routes: made by npm run schemas -->";
const END = "<!-- end of routes -->";

/** docs/security.md with its table of routes and roles, from the code that admits callers. */
export async function securityDocs(page: string): Promise<string> {
  const [before, rest] = split(page, BEGIN);
  const [, after] = split(rest, END);
  return `${before}${BEGIN}\n\n${(await table()).join("\n")}\n\n${END}${after}`;
}

const ANYONE = "| yes | yes | yes | yes | yes | yes |";
const READERS = "| | yes | yes | yes | | |";
const OPERATORS = "| | | yes | yes | | |";
/** What the last column says. */
const HELD: Readonly<Record<HoldsScope, string>> = { rows: "what is in it", named: "what it names", free: "yes" };
/** Outside of `/api/` there is nothing to read it from; the test of this page calls these routes too. */
const OTHERS: readonly (readonly [string, string])[] = [
  ["GET /", ANYONE],
  ["GET /tasks", ANYONE],
  ["GET /tasks/:id", ANYONE],
  ["GET /why-not", ANYONE],
  ["GET /alerts", ANYONE],
  ["GET /alerts/:id", ANYONE],
  ["GET /files", ANYONE],
  ["GET /files/:id", ANYONE],
  ["GET /workflows", ANYONE],
  ["GET /workflows/:part", ANYONE],
  ["GET /backfill", ANYONE],
  ["GET /backfill/:id", ANYONE],
  ["GET /system", ANYONE],
  ["GET /system/:part", ANYONE],
  ["GET /login", ANYONE],
  ["GET /assets/:name", ANYONE],
  ["GET /icon.svg", ANYONE],
  ["GET /status", ANYONE],
  ["GET /metrics", ANYONE],
  ["POST /backload", OPERATORS],
  ["GET /info", READERS],
  ["GET /recap", READERS],
  ["GET /task/*", READERS],
  ["GET /workflow", READERS],
  ["GET /workflow/*", READERS],
  ["GET /refresh", OPERATORS],
  ["POST /refresh", OPERATORS],
  ["GET /notify", OPERATORS],
  ["POST /notify", OPERATORS],
  ["GET /web/alert", ANYONE],
  ["GET /web/files", ANYONE],
  ["GET /web/task", ANYONE],
  ["GET /web/workflow", ANYONE],
  ["GET /web/backload", ANYONE],
  ["GET /web/about", ANYONE],
];

async function table(): Promise<readonly string[]> {
  const rows = (await allRoutes()).map((route) => {
    const cells = ROLES.map((role) => reachOf({ grants: [{ role, scope: null }] }, route) !== undefined);
    const marks = [route.role === "anyone", ...cells].map((may) => (may ? " yes " : " "));
    const needsNoRole = route.role === "anyone" || route.role === "known";
    const held = needsNoRole ? HELD.free : route.scope === undefined ? "" : HELD[route.scope];
    return `| \`${routeName(route)}\` |${marks.join("|")}|${held === "" ? " " : ` ${held} `}|`;
  });
  return [
    `| route | no login | ${ROLES.join(" | ")} | on a scope |`,
    `| --- | --- | ${ROLES.map(() => "---").join(" | ")} | --- |`,
    ...OTHERS.map(([name, cells]) => `| \`${name}\` ${cells}`),
    ...rows,
  ];
}

function split(text: string, mark: string): readonly [string, string] {
  const at = text.indexOf(mark);
  if (at === -1) throw new Error(`docs/security.md has no line ${mark}`);
  return [text.slice(0, at), text.slice(at + mark.length)];
}
