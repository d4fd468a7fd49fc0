import { expect, test } from "vitest";
import { parseGrants } from "../../src/contract/api/access/grants.ts";
import { may } from "../../web/services/may.ts";

test("each role may do what those before it may", () => {
  const operator = parseGrants("operator");
  expect(may(operator, "viewer")).toBe(true);
  expect(may(operator, "operator")).toBe(true);
  expect(may(operator, "admin")).toBe(false);
  expect(may(parseGrants("auditor"), "operator")).toBe(false);
});

test("who may act on a part may act on that alone, and on nothing of the instance", () => {
  const grants = parseGrants("viewer; operator on workflow:sales/*");
  expect(may(grants, "operator")).toBe(true);
  expect(may(grants, "operator", { type: "load", workflow: "sales/daily.toml" })).toBe(true);
  expect(may(grants, "operator", { type: "load", workflow: "stock.toml" })).toBe(false);
  expect(may(grants, "operator", "everything")).toBe(false);
  expect(may(grants, "viewer", "everything")).toBe(true);
});
