import {
  TaskQueryError,
  QUERY_CAPS,
  type TextRange,
  type Range,
  type RangeField,
  type TaskQuery,
} from "./task-query.ts";
import {
  fieldOf,
  isDurationField,
  isFieldName,
  isTextField,
  isTimeField,
  isTermField,
  textValue,
} from "./task-query-fields.ts";
import {
  durationRange,
  numberRange,
  patternOf,
  phraseOf,
  isMoment,
  taskTimeRange,
  timeRange,
  type QueryClock,
  type Written,
} from "./task-query-values.ts";

const FIELD = /(meta\.[^\s:=<>"(),]+|[A-Za-z_]+)(:?>=|:?<=|:?>|:?<|:|=)/y;
/** Operators of other languages. */
const FOREIGN_OPERATOR = /(meta\.[^\s:=<>!~"(),]+|[A-Za-z_]+)(!=|!:|<>|==|!~|=~|~)/y;
const BARE_TERM = /[^\s"()]+/y;
const BARE_VALUE = /[^\s"(),]+/y;
const BLANKS = /\s+/y;
const QUOTED = /"((?:[^"\\]|\\[^])*)"/y;
const PUNCTUATION = /^[:=<>,]+$/;

/**
 * Reads a search for tasks. Throws TaskQueryError. The grammar, in EBNF (docs/query-language.md explains it):
 *
 *     query      = [ any ] ;
 *     any        = all , { "OR" , all } ;
 *     all        = term , { [ "AND" ] , term } ;
 *     term       = [ "-" | "NOT" ] , ( "(" , any , ")" | condition | text ) ;
 *     condition  = field , operator , value , { "," , value } ;
 *     field      = name | "meta." , key ;
 *     operator   = ":" | "=" | ( [ ":" ] , ( ">" | ">=" | "<" | "<=" ) ) ;
 *     value      = operand | operand , ".." , [ operand ] | ".." , operand ;
 *     operand    = quoted | bare ;
 *     text       = quoted | bare ;
 *     quoted     = '"' , { character | "\" , character } , '"' ;
 *     bare       = character , { character } ;              (no space, quote or parenthesis; in a value no comma)
 *
 * Terms are separated by spaces; `..` is for fields of times, durations and numbers; in a quoted or bare text `*`
 * matches anything, `\*` a star.
 */
export function parseTaskQuery(text: string, clock: QueryClock): TaskQuery {
  return new Parser(text, clock).query();
}

class Parser {
  readonly #text: string;
  readonly #clock: QueryClock;
  #at = 0;
  #terms = 0;
  #depth = 0;

  constructor(text: string, clock: QueryClock) {
    this.#text = text;
    this.#clock = clock;
  }

  query(): TaskQuery {
    const { characters } = QUERY_CAPS;
    if (this.#text.length > characters)
      throw new TaskQueryError(
        "query_too_long",
        { offset: characters, length: this.#text.length - characters },
        `The query has ${this.#text.length} characters; at most ${characters} are allowed.`,
      );
    this.#skipSpaces();
    if (this.#at === this.#text.length) return { kind: "and", terms: [] };
    const query = this.#any();
    if (this.#at < this.#text.length)
      throw new TaskQueryError(
        "query_unbalanced",
        { offset: this.#at, length: 1 },
        "This parenthesis closes nothing; remove it, or put it in quotes.",
      );
    return query;
  }

  #any(): TaskQuery {
    const terms = [this.#all()];
    while (this.#keyword("OR")) terms.push(this.#all());
    const [first] = terms;
    return first !== undefined && terms.length === 1 ? first : { kind: "or", terms };
  }

  #all(): TaskQuery {
    const terms = [this.#term()];
    while (this.#at < this.#text.length && this.#text[this.#at] !== ")" && !this.#isTerm("OR")) {
      this.#keyword("AND");
      terms.push(this.#term());
    }
    const [first] = terms;
    return first !== undefined && terms.length === 1 ? first : { kind: "and", terms };
  }

  #term(): TaskQuery {
    const negated = this.#negation();
    const term = this.#text[this.#at] === "(" ? this.#group() : this.#leaf();
    this.#skipSpaces();
    return negated ? { kind: "not", term } : term;
  }

  #negation(): boolean {
    if (this.#keyword("NOT")) return true;
    if (this.#text[this.#at] !== "-" || !/[^\s-]/.test(this.#text[this.#at + 1] ?? "")) return false;
    this.#at += 1;
    return true;
  }

  #group(): TaskQuery {
    const opened = { offset: this.#at, length: 1 };
    this.#depth += 1;
    if (this.#depth > QUERY_CAPS.depth)
      throw new TaskQueryError(
        "query_too_deep",
        opened,
        `Parentheses are nested ${this.#depth} deep; at most ${QUERY_CAPS.depth} are allowed.`,
      );
    this.#at += 1;
    this.#skipSpaces();
    const query = this.#any();
    if (this.#text[this.#at] !== ")")
      throw new TaskQueryError("query_unbalanced", opened, "This parenthesis is never closed; write ) where it ends.");
    this.#at += 1;
    this.#depth -= 1;
    return query;
  }

  #leaf(): TaskQuery {
    this.#terms += 1;
    if (this.#terms > QUERY_CAPS.terms)
      throw new TaskQueryError(
        "query_too_many_terms",
        this.#here(),
        `The query has too many conditions and words; at most ${QUERY_CAPS.terms} are allowed.`,
      );
    const start = this.#at;
    this.#refuseForeign();
    const match = this.#take(FIELD);
    if (match !== null) return this.#condition(match[1] ?? "", match[2] ?? "", start);
    const text = this.#quoted() ?? this.#bare(BARE_TERM);
    if (text === null || text.escaped === "OR" || text.escaped === "AND")
      throw new TaskQueryError(
        "query_unexpected",
        this.#here(start),
        start >= this.#text.length
          ? "The query ends where a condition or a word was expected."
          : "A condition or a word was expected here; text with such characters goes in quotes.",
      );
    return { kind: "words", field: "any", phrases: [phraseOf(text)] };
  }

  /** Otherwise `result!=complete` would be a search for words, which finds nothing. */
  #refuseForeign(): void {
    FOREIGN_OPERATOR.lastIndex = this.#at;
    const match = FOREIGN_OPERATOR.exec(this.#text);
    if (match === null) return;
    const [all, name = "", operator = ""] = match;
    const isField = name.startsWith("meta.") || isFieldName(name);
    if (!isField) return;
    const isNot = operator.startsWith("!") || operator === "<>";
    throw new TaskQueryError(
      "query_wrong_operator",
      { offset: this.#at, length: all.length },
      isNot
        ? `There is no operator "${operator}": "not" is a minus in front, as in -${name}:value.`
        : `There is no operator "${operator}": write ${name}:value, with * for any text.`,
    );
  }

  #condition(name: string, operator: string, start: number): TaskQuery {
    const range = { offset: start, length: name.length };
    // `:>` says the same as `>`.
    const comparison =
      operator.length > 1 && operator.startsWith(":") ? operator.slice(1) : operator.replace(/^=$/, ":");
    if (name.startsWith("meta.")) {
      this.#onlyEquals(name, comparison, start);
      return { kind: "meta", key: name.slice("meta.".length), values: this.#operands(name).map(patternOf) };
    }
    const field = fieldOf(name, range);
    if (isTextField(field)) {
      this.#onlyEquals(name, comparison, start);
      return { kind: "text", field, values: this.#operands(name).map((written) => textValue(field, written)) };
    }
    if (isTermField(field)) {
      this.#onlyEquals(name, comparison, start);
      // `note:*` asks for any note; every task has the other texts.
      const phrase = (written: Written) => (field === "note" && written.escaped === "*" ? [] : phraseOf(written));
      return { kind: "words", field, phrases: this.#operands(name).map(phrase) };
    }
    const ranges = this.#ranges(field, name, comparison, start);
    const moments = ranges.filter((one) => one.isMoment === true).map(({ from, until }) => ({ from, until }));
    if (moments.length === 0) return { kind: "range", field, ranges };
    const moment: TaskQuery = { kind: "moment", ranges: moments, zone: this.#clock.zone };
    if (moments.length === ranges.length) return moment;
    const others = ranges.filter((one) => one.isMoment !== true);
    return { kind: "or", terms: [{ kind: "range", field, ranges: others }, moment] };
  }

  #onlyEquals(name: string, comparison: string, start: number): void {
    if (comparison === ":") return;
    throw new TaskQueryError(
      "query_wrong_operator",
      { offset: start, length: this.#at - start },
      `"${comparison}" compares times, durations and numbers; ${name} takes ":".`,
    );
  }

  /** Values separated by commas. */
  #operands(name: string): readonly Written[] {
    const operands = [this.#operand(name)];
    while (this.#text[this.#at] === ",") {
      this.#at += 1;
      operands.push(this.#operand(name));
      this.#capValues(operands.length);
    }
    return operands;
  }

  #operand(name: string): Written {
    const found = this.#quoted() ?? this.#bare(BARE_VALUE);
    if (found !== null) return found;
    throw new TaskQueryError(
      "query_missing_value",
      this.#here(),
      `${name} needs a value here; an empty one is written "".`,
    );
  }

  #ranges(field: RangeField, name: string, comparison: string, start: number): readonly AskedRange[] {
    const ranges = [this.#range(field, name, comparison, start)];
    while (this.#text[this.#at] === ",") {
      this.#at += 1;
      if (comparison !== ":")
        throw new TaskQueryError(
          "query_wrong_operator",
          { offset: start, length: this.#at - start },
          `"${comparison}" takes one value; a list is written ${name}:a,b.`,
        );
      ranges.push(this.#range(field, name, comparison, start));
      this.#capValues(ranges.length);
    }
    return ranges;
  }

  #range(field: RangeField, name: string, comparison: string, start: number): AskedRange {
    const at = this.#at;
    const quoted = this.#quoted();
    const written = quoted ?? this.#bare(BARE_VALUE) ?? this.#operand(name);
    // A quoted end may follow, or be followed by, the dots.
    const dots = quoted === null ? written.escaped.indexOf("..") : this.#text.startsWith("..", this.#at) ? -2 : -1;
    if (dots === -1) {
      if (comparison !== ":") return compared(comparison, this.#covered(field, written));
      if (isDurationField(field))
        throw new TaskQueryError(
          "query_wrong_operator",
          { offset: start, length: this.#at - start },
          `No two tasks run equally long: write ${name}>${written.escaped}, ${name}<${written.escaped} or ${name}:1m..5m.`,
        );
      return this.#covered(field, written);
    }
    if (comparison !== ":")
      throw new TaskQueryError(
        "query_wrong_operator",
        { offset: start, length: this.#at - start },
        `A range is written ${name}:from..until.`,
      );
    const first = dots === -2 ? written : part(written, 0, dots);
    if (dots === -2) this.#at += 2;
    else this.#at = at + dots + 2;
    const last = this.#quoted() ?? this.#bare(BARE_VALUE);
    if (first.escaped === "" && last === null)
      throw new TaskQueryError(
        "query_missing_value",
        this.#here(at),
        `A range needs a beginning or an end: ${name}:from..until.`,
      );
    const begin = first.escaped === "" ? null : this.#covered(field, first);
    const end = last === null ? null : this.#covered(field, last);
    if (begin !== null && end !== null && begin.isMoment !== end.isMoment)
      throw new TaskQueryError(
        "query_bad_time",
        this.#here(at),
        "One end has an offset, the other is a time by the clock of the phase: write both with an offset, or none.",
      );
    const [from, until] = [begin?.from ?? null, end?.until ?? null];
    if (from !== null && until !== null && from >= until)
      throw new TaskQueryError(
        "query_empty_range",
        this.#here(at),
        `The range ends before it begins: write ${name}:${last?.escaped}..${first.escaped}.`,
      );
    return { ...begin, ...end, from, until };
  }

  #covered(field: RangeField, written: Written): AskedRange {
    if (isDurationField(field)) return durationRange(written);
    if (field === "task_time")
      return { ...taskTimeRange(written, this.#clock), ...(isMoment(written) ? { isMoment: true } : {}) };
    return isTimeField(field) ? timeRange(written, this.#clock) : numberRange(written);
  }

  #capValues(count: number): void {
    if (count <= QUERY_CAPS.values) return;
    throw new TaskQueryError(
      "query_too_many_values",
      this.#here(),
      `The list has too many values; at most ${QUERY_CAPS.values} are allowed.`,
    );
  }

  #quoted(): Written | null {
    if (this.#text[this.#at] !== '"') return null;
    const offset = this.#at;
    const match = this.#take(QUOTED);
    if (match === null)
      throw new TaskQueryError(
        "query_unclosed_quote",
        { offset, length: this.#text.length - offset },
        'This quotation mark is never closed; write \\" for a literal one.',
      );
    return { escaped: match[1] ?? "", offset, length: match[0].length };
  }

  #bare(pattern: RegExp): Written | null {
    const offset = this.#at;
    const match = this.#take(pattern);
    if (match === null) return null;
    if (PUNCTUATION.test(match[0])) {
      this.#at = offset;
      return null;
    }
    return { escaped: match[0], offset, length: match[0].length };
  }

  /** Skips the keyword, if it is next. */
  #keyword(term: string): boolean {
    if (!this.#isTerm(term)) return false;
    this.#at += term.length;
    this.#skipSpaces();
    return true;
  }

  #isTerm(term: string): boolean {
    return (
      this.#text.startsWith(term, this.#at) &&
      /^[\s("]|^$/.test(this.#text.slice(this.#at + term.length, this.#at + term.length + 1))
    );
  }

  #skipSpaces(): void {
    this.#take(BLANKS);
  }

  #take(pattern: RegExp): RegExpExecArray | null {
    pattern.lastIndex = this.#at;
    const match = pattern.exec(this.#text);
    if (match !== null) this.#at += match[0].length;
    return match;
  }

  #here(offset: number = this.#at): TextRange {
    return { offset, length: Math.max(this.#at - offset, offset < this.#text.length ? 1 : 0) };
  }
}

/** `>` begins where the written value ends, `<` ends where it begins. */
function compared(comparison: string, covered: AskedRange): AskedRange {
  if (comparison === ">") return { ...covered, from: covered.until, until: null };
  if (comparison === ">=") return { ...covered, until: null };
  if (comparison === "<") return { ...covered, from: null, until: covered.from };
  return { ...covered, from: null };
}

/** A task time may be asked for by its instant. */
interface AskedRange extends Range {
  readonly isMoment?: true;
}

function part({ escaped, offset }: Written, from: number, until: number): Written {
  return { escaped: escaped.slice(from, until), offset: offset + from, length: until - from };
}
