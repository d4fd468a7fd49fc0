import { LINK_TOKENS, parseLink, type LinkTemplate } from "../../core/task/task-links.ts";
import { nearName } from "../../core/text/near-name.ts";
import { isSecretName } from "../shown.ts";
import type { Building } from "./building.ts";

const MAX_LINKS = 50;
const MAX_NAME = 100;
const MAX_URL = 2000;
const EXAMPLE = 'write it as in "https://logs.example.com/?run={id}"';

/** Each `[[link]]`, whose keys begin with `prefixes`. */
export function buildLinks(build: Building, prefixes: readonly string[]): readonly LinkTemplate[] {
  if (prefixes.length > MAX_LINKS)
    build.fail("too_many", "link", `there are ${prefixes.length} \`[[link]]\`, at most ${MAX_LINKS}`, "remove some");
  const links: LinkTemplate[] = [];
  for (const prefix of prefixes) {
    const link = buildLink(build, prefix);
    if (link === null) continue;
    if (links.some(({ name }) => name === link.name))
      build.fail("name_twice", `${prefix}.name`, `${prefix}: there is another link of that name`, "rename one");
    links.push(link);
  }
  return links;
}

function buildLink(build: Building, prefix: string): LinkTemplate | null {
  const { settings } = build;
  const [name, url] = [settings.text(`${prefix}.name`), settings.text(`${prefix}.url`)];
  if (name === "") build.fail("missing", prefix, `${prefix}: \`name\` is missing`, 'write it as in name = "logs"');
  if (name.length > MAX_NAME || /[\u0000-\u001f\u007f]/.test(name))
    build.fail(
      "bad_value",
      `${prefix}.name`,
      `${prefix}: \`name\` is no short text`,
      `write at most ${MAX_NAME} characters`,
    );
  const at = `${prefix}.url`;
  const bad = (what: string, remedy: string): null => {
    build.fail("bad_value", at, `${prefix}: \`url\` ${what}`, remedy);
    return null;
  };
  if (url === "") {
    build.fail("missing", prefix, `${prefix}: \`url\` is missing`, EXAMPLE);
    return null;
  }
  if (url.length > MAX_URL) return bad(`has more than ${MAX_URL} characters`, "shorten it");
  const [, , authority = ""] = /^(https?):\/\/([^/?#]*)/i.exec(url) ?? [];
  if (authority === "") return bad("is not an http or https URL", EXAMPLE);
  if (authority.includes("@")) return bad("has a login, and everybody is shown it", "remove what is before the @");
  // A value of a task must not choose the host.
  if (/[{}]/.test(authority)) return bad("has a token in its host", "name the host, and put tokens behind it");
  if (!URL.canParse(url.replaceAll(/\{[^{}]*\}/g, "x")) || /[\u0000-\u0020\u007f]/.test(url))
    return bad("is not a valid URL", EXAMPLE);
  const secret = [...url.matchAll(/[?&#]([^=&#]+)=(?!\{)[^&#]/g)].find(([, key = ""]) => isSecretName(key));
  if (secret !== undefined) return bad(`has the secret \`${secret[1]}\`, and everybody is shown it`, "remove it");
  const parsed = parseLink(url);
  if ("parts" in parsed) return { name, parts: parsed.parts };
  const near = nearName(parsed.wrong.replaceAll(/[{}]/g, ""), LINK_TOKENS);
  const known = [...LINK_TOKENS, "meta:key"].map((token) => `{${token}}`).join(", ");
  return bad(
    parsed.wrong.startsWith("{") && parsed.wrong.endsWith("}")
      ? `has the unknown token ${parsed.wrong}`
      : "has a brace that is not part of a token",
    near === null ? `the tokens are ${known}` : `did you mean {${near}}?`,
  );
}
