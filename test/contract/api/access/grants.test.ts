import assert from "node:assert/strict";
import { describe, it } from "node:test";
import {
  areWithin,
  grantsText,
  GrantsError,
  parseGrants,
  scopeOf,
} from "../../../../src/contract/api/access/grants.ts";
import { isInScope, type Scope, scopeQuery, within } from "../../../../src/contract/api/access/scope.ts";
import { EVERY_TASK } from "../../../../src/contract/query/task-query.ts";
import { fc } from "../../../support/seed.ts";

/** What an operator of these grants reaches. */
function reach(text: string): Scope | null | undefined {
  return scopeOf(parseGrants(text), (role) => role === "operator");
}

function isIn(text: string, row: { readonly type?: string; readonly workflow?: string | null }): boolean {
  return isInScope(reach(text) ?? null, row);
}

describe("the text of grants", () => {
  it("is a role, or a role on workflows and types", () => {
    assert.deepEqual(parseGrants("operator"), [{ role: "operator", scope: null }]);
    assert.deepEqual(parseGrants("operator on workflow:sales/*, type:load"), [
      {
        role: "operator",
        scope: [
          { field: "workflow", pattern: ["sales/", ""] },
          { field: "type", pattern: ["load"] },
        ],
      },
    ]);
    assert.deepEqual(
      parseGrants(" viewer ;operator on type:load ").map(({ role }) => role),
      ["viewer", "operator"],
    );
  });

  it("is printed as it is read, without what it says twice", () => {
    const texts: readonly (readonly [string, string])[] = [
      ["operator", "operator"],
      ["  operator   on  type:load,type:copy ", "operator on type:load, type:copy"],
      ["operator on type:a; operator on type:b", "operator on type:a, type:b"],
      ["operator on type:a, type:a, type:*a", "operator on type:*a"],
      ["operator on workflow:sales/*, workflow:sales/eu/*", "operator on workflow:sales/*"],
      ["viewer; admin", "admin"],
      ["viewer on type:load; operator on type:l*", "operator on type:l*"],
      ["viewer; operator on type:l*", "viewer; operator on type:l*"],
      ["auditor; viewer on type:load", "auditor; viewer on type:load"],
      ['viewer on workflow:"a b, c;d/*"', 'viewer on workflow:"a b, c;d/*"'],
      [String.raw`viewer on type:a\*b`, String.raw`viewer on type:a\*b`],
      [String.raw`viewer on type:"a\"b"`, String.raw`viewer on type:"a\"b"`],
    ];
    for (const [text, printed] of texts) {
      assert.equal(grantsText(parseGrants(text)), printed);
      assert.equal(grantsText(parseGrants(printed)), printed);
    }
  });

  it("is refused with what would be right", () => {
    const refused: readonly (readonly [string, RegExp])[] = [
      ["", /"" is not a role: it is one of viewer, operator, admin, auditor/],
      ["root", /"root" is not a role/],
      ["Operator", /"Operator" is not a role/],
      ["operator on", /there should be/],
      ["operator in type:load", /Before "in type:load"/],
      ["operator on job:eu", /there should be workflow: or type:/],
      ["operator on load", /there should be workflow: or type:/],
      ["operator on type:", /nothing or everything/],
      ["operator on type:*", /nothing or everything: for everything leave "on …" out/],
      ['operator on workflow:"**"', /nothing or everything/],
      ["operator on workflow:../hr/*", /no path that a workflow file has/],
      ["operator on workflow:sales/../hr/*", /no path/],
      ["operator on workflow:./sales/*", /no path/],
      ["operator on workflow:/etc/*", /no path/],
      ["operator on type:load,", /workflow: or type:/],
      ["operator;", /"" is not a role/],
      ["operator viewer", /Before "viewer"/],
      ['operator on type:"load', /nothing or everything|there should be/],
      ["operator on type:a\u0000b", /control character/],
      [`operator on type:${"a".repeat(1000)}`, /at most 1000/],
      [`operator on ${Array.from({ length: 21 }, (_, at) => `type:t${at}`).join(",")}`, /names 21 .* at most 20/],
    ];
    for (const [text, message] of refused) {
      assert.throws(
        () => parseGrants(text),
        (error) => error instanceof GrantsError && message.test(error.message),
        text,
      );
    }
  });
});

describe("a scope", () => {
  it("takes a folder with all below it, in its own case, and no other file of the same name", () => {
    const sales = "operator on workflow:sales/*";
    assert.equal(isIn(sales, { workflow: "sales/a.toml" }), true);
    assert.equal(isIn(sales, { workflow: "sales/a/b.toml" }), true);
    assert.equal(isIn(sales, { workflow: "Sales/a.toml" }), false);
    assert.equal(isIn(sales, { workflow: "hr/a.toml" }), false);
    assert.equal(isIn(sales, { workflow: "old/sales/a.toml" }), false);
    assert.equal(isIn(sales, { workflow: "sales" }), false);
    assert.equal(isIn(sales, { workflow: "salesforce.toml" }), false);
    assert.equal(isIn("operator on workflow:a.toml", { workflow: "aXtoml" }), false);
  });

  it("has nothing in it that has neither type nor workflow", () => {
    assert.equal(isIn("operator on workflow:*.toml, type:l*", { type: "", workflow: null }), false);
    assert.equal(isIn("operator on workflow:*.toml, type:l*", {}), false);
  });

  it("is the union of the grants that suffice", () => {
    assert.equal(isIn("operator on type:a; operator on workflow:b", { type: "a", workflow: "c" }), true);
    assert.equal(reach("operator; viewer on type:a"), null);
    assert.equal(reach("viewer"), undefined);
  });

  it("is one more condition of a query", () => {
    const scope = reach("operator on workflow:a/*, workflow:b, type:c") ?? null;
    assert.deepEqual(within(scope, EVERY_TASK), {
      kind: "and",
      terms: [
        {
          kind: "or",
          terms: [
            { kind: "text", field: "workflow", values: [["a/", ""], ["b"]] },
            { kind: "text", field: "type", values: [["c"]] },
          ],
        },
      ],
    });
    assert.deepEqual(scopeQuery(reach("operator on type:c") ?? []), { kind: "text", field: "type", values: [["c"]] });
    assert.equal(within(null, EVERY_TASK), EVERY_TASK);
    const either = { kind: "or", terms: [] } as const;
    assert.deepEqual(within(reach("operator on type:c") ?? null, either), {
      kind: "and",
      terms: [either, { kind: "text", field: "type", values: [["c"]] }],
    });
  });
});

describe("grants within others", () => {
  const isWithin = (text: string, other: string): boolean => areWithin(parseGrants(text), parseGrants(other));

  it("have no greater role and reach no further", () => {
    assert.equal(isWithin("viewer on type:load", "operator on type:l*"), true);
    assert.equal(isWithin("operator on workflow:sales/eu/*", "admin on workflow:sales/*"), true);
    assert.equal(isWithin("operator on workflow:sales/*", "admin on workflow:sales/eu/*"), false);
    assert.equal(isWithin("operator on workflow:*les/*", "admin on workflow:sales/*"), false);
    assert.equal(isWithin("operator on type:load", "admin on workflow:load"), false);
    assert.equal(isWithin("admin on type:load", "operator"), false);
    assert.equal(isWithin("operator", "admin on type:*a, workflow:*.toml"), false);
    assert.equal(isWithin("operator on type:a, type:b", "viewer; operator on type:a; admin on type:b"), true);
    assert.equal(isWithin("viewer", "auditor"), false);
    assert.equal(isWithin("auditor", "operator"), false);
    assert.equal(isWithin("auditor", "admin"), true);
  });

  it("allow nothing more, whatever the row", () => {
    const value = fc
      .array(fc.constantFrom("a", "b", "/", "*"), { minLength: 1, maxLength: 5 })
      .map((chars) => chars.join(""))
      .filter((text) => /[ab]/.test(text) && !text.startsWith("/"));
    const name = fc.array(fc.constantFrom("a", "b", "/"), { maxLength: 6 }).map((chars) => chars.join(""));
    const grant = fc
      .array(fc.tuple(fc.constantFrom("type", "workflow"), value), { minLength: 1, maxLength: 3 })
      .map((terms) => `operator on ${terms.map(([field, text]) => `${field}:${text}`).join(",")}`);
    fc.assert(
      fc.property(grant, grant, name, name, (narrow, wide, type, workflow) => {
        if (!isWithin(narrow, wide)) return;
        assert.ok(!isIn(narrow, { type, workflow }) || isIn(wide, { type, workflow }));
      }),
      { numRuns: 5000 },
    );
  });
});
