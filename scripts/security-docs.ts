import { ROLES } from "../src/contract/api/access/role.ts";
import { allRoutes } from "../src/http/api/openapi.ts";
import { isRead, routeName } from "../src/http/api/route.ts";
import { mayCall } from "../src/http/auth/caller.ts";

const BEGIN = "<!-- routes: made by npm run schemas -->";
const END = "<!-- end of routes -->";

/** docs/security.md with its table of routes and roles, from the code that admits callers. */
export async function securityDocs(page: string): Promise<string> {
  const [before, rest] = split(page, BEGIN);
  const [, after] = split(rest, END);
  return `${before}${BEGIN}\n\n${(await table()).join("\n")}\n\n${END}${after}`;
}

const ANYONE = "| yes | yes | yes | yes | yes |";
const READERS = "| | yes | yes | yes | yes |";
const OPERATORS = "| | | yes | yes | |";
/** Outside of `/api/` there is nothing to read it from; the test of this page calls these routes too. */
const OTHERS: readonly (readonly [string, string])[] = [
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
    const cells = ROLES.map((role) => mayCall({ name: "", role, via: "session" }, route.role, isRead(route)));
    const marks = [route.role === "anyone", ...cells].map((may) => (may ? " yes " : " "));
    return `| \`${routeName(route)}\` |${marks.join("|")}|`;
  });
  return [
    `| route | no login | ${ROLES.join(" | ")} |`,
    `| --- | --- | ${ROLES.map(() => "---").join(" | ")} |`,
    ...OTHERS.map(([name, cells]) => `| \`${name}\` ${cells}`),
    ...rows,
  ];
}

function split(text: string, mark: string): readonly [string, string] {
  const at = text.indexOf(mark);
  if (at === -1) throw new Error(`docs/security.md has no line ${mark}`);
  return [text.slice(0, at), text.slice(at + mark.length)];
}
