import type { Pattern, Phrase, Range, TaskQuery, TextField } from "../../../contract/query/task-query.ts";
import { matchesTermPattern } from "../../../contract/query/task-query-match.ts";
import type { TaskRange } from "./search-statements.ts";

/** One type and job that has records. */
export interface TaskKind {
  readonly type: string;
  readonly job: string;
}

/** Conditions that every match fulfils. */
export class Demands {
  readonly #terms: readonly TaskQuery[];

  constructor(query: TaskQuery) {
    this.#terms = conjuncts(query);
  }

  /** The runs it may belong to; null for any. */
  runs(): readonly string[] | null {
    for (const values of this.#values("id")) {
      const runs = values.map((pattern) => (pattern.length === 1 ? (pattern[0] ?? "") : null));
      if (runs.every((run) => run !== null)) return [...new Set(runs)];
    }
    return null;
  }

  /** Of which some note must have one; null: it needs no note. */
  notes(): readonly Phrase[] | null {
    for (const term of this.#terms) if (term.kind === "words" && term.field === "note") return term.phrases;
    return null;
  }

  /** Range of record ids: from (inclusive) until (exclusive). */
  records(): { readonly from: number; readonly until: number } {
    let [from, until] = [1, Number.MAX_SAFE_INTEGER];
    for (const term of this.#terms) {
      if (term.kind !== "range" || term.field !== "record") continue;
      from = Math.max(from, Math.min(...term.ranges.map((range: Range) => range.from ?? 1)));
      until = Math.min(until, Math.max(...term.ranges.map((range) => range.until ?? Number.MAX_SAFE_INTEGER)));
    }
    return { from, until };
  }

  /** The only type it can have, if there is just one. */
  type(): string | null {
    for (const [pattern, second] of this.#values("type")) {
      if (second === undefined && pattern?.length === 1) return pattern[0] ?? null;
    }
    return null;
  }

  /** Null when any type and job may match. */
  ranges(kinds: () => readonly TaskKind[]): readonly TaskRange[] | null {
    const failures = this.#failures();
    if (failures !== null) return failures;
    const results = this.#rare("result", (value) => value !== "" && value !== "complete");
    const states = this.#rare("state", (value) => value !== "finished");
    const isNarrow = this.#values("type").length > 0 || this.#values("job").length > 0;
    if (results === null && states === null && !isNarrow) return null;
    if (results !== null && !isNarrow) return results.map((value): TaskRange => ({ index: "results", key: [value] }));
    const fitting = kinds().filter((kind) => this.#allows("type", kind.type) && this.#allows("job", kind.job));
    const of = (index: TaskRange["index"], values: readonly string[]): readonly TaskRange[] =>
      fitting.flatMap(({ type, job }) => values.map((value): TaskRange => ({ index, key: [type, job, value] })));
    if (results !== null) return of("trouble", results);
    if (states !== null) return of("open", states);
    return fitting.map(({ type, job }): TaskRange => ({ index: "list", key: [type, job] }));
  }

  /** Whether the query tests more than type, job and id. */
  filtersText(): boolean {
    return this.#terms.some(
      (term) =>
        !(term.kind === "text" && (term.field === "type" || term.field === "job")) &&
        !(term.kind === "range" && term.field === "record"),
    );
  }

  /** Records that failed; null when others may match. Of those with a fingerprint there are the fewest, then of those that are unresolved. */
  #failures(): readonly TaskRange[] | null {
    const [fingerprints] = this.#values("fingerprint");
    const unresolved = this.#values("unresolved");
    const isUnresolved = unresolved.some((values) =>
      values.every(([value, second]) => value === "true" && second === undefined),
    );
    const exact = fingerprints?.map(([value = "", ...others]) => (others.length === 0 ? value : null)) ?? [null];
    if (exact.every((value) => value !== null))
      return [...new Set(exact)].flatMap((value) =>
        (isUnresolved ? ["1"] : ["0", "1"]).map((flag): TaskRange => ({ index: "fingerprint", key: [value, flag] })),
      );
    if (isUnresolved) return [{ index: "unresolved", key: [] }];
    return fingerprints === undefined && unresolved.length === 0 ? null : [{ index: "failed", key: [] }];
  }

  #allows(field: TextField, value: string): boolean {
    return this.#values(field).every((patterns) => patterns.some((pattern) => matchesTermPattern(pattern, value)));
  }

  /** The values, when few records have each of them. */
  #rare(field: TextField, isRare: (value: string) => boolean): readonly string[] | null {
    for (const patterns of this.#values(field)) {
      const values = patterns.map(([value = "", ...others]) => (others.length === 0 && isRare(value) ? value : null));
      if (values.every((value) => value !== null)) return [...new Set(values)];
    }
    return null;
  }

  #values(field: TextField): readonly (readonly Pattern[])[] {
    return this.#terms.flatMap((term) => (term.kind === "text" && term.field === field ? [term.values] : []));
  }
}

function conjuncts(query: TaskQuery): readonly TaskQuery[] {
  if (query.kind === "and") return query.terms.flatMap(conjuncts);
  return [query.kind === "or" ? (oneList(query.terms) ?? query) : query];
}

/** `result:alert OR result:warn` is the same as `result:alert,warn`. */
function oneList(terms: readonly TaskQuery[]): TaskQuery | null {
  const [first] = terms;
  if (first?.kind !== "text") return null;
  const values = terms.map((term) => (term.kind === "text" && term.field === first.field ? term.values : null));
  return values.includes(null) ? null : { ...first, values: values.flatMap((list) => list ?? []) };
}
