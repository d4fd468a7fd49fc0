import assert from "node:assert/strict";
import type { Page } from "playwright-core";

export const PASSWORD = "correct horse battery";
const JSON_HEADERS = { "content-type": "application/json" };

/** Makes users of a new instance, the first an admin. Returns the headers of that one's session. */
export async function addPeople(
  url: string,
  people: readonly { readonly name: string; readonly role: string }[],
): Promise<Record<string, string>> {
  let headers: Record<string, string> = JSON_HEADERS;
  for (const [at, { name, role }] of people.entries()) {
    const body = JSON.stringify({ name, role, password: PASSWORD });
    const { status } = await fetch(`${url}/api/users`, { method: "POST", headers, body });
    assert.equal(status, 201, name);
    if (at === 0) headers = await sessionOf(url, name);
  }
  return headers;
}

async function sessionOf(url: string, name: string): Promise<Record<string, string>> {
  const body = JSON.stringify({ name, password: PASSWORD });
  const answer = await fetch(`${url}/api/login`, { method: "POST", headers: JSON_HEADERS, body });
  return { ...JSON_HEADERS, cookie: answer.headers.getSetCookie()[0]?.split(";")[0] ?? "" };
}

/** Types name and password into the form that is shown. */
export async function logIn(page: Page, name: string, password = PASSWORD): Promise<void> {
  await page.getByLabel("Name", { exact: true }).fill(name);
  await page.getByLabel("Password", { exact: true }).fill(password);
  await page.getByRole("button", { name: "Log in", exact: true }).click();
}
