import { redactor, type Redact } from "./redact.ts";
import type { RedactRules } from "./rules.ts";

/** Of a server whose configuration may change while it runs: what was a secret stays one. */
export class ChangingRedact implements Redact {
  #rules: RedactRules;
  #redact: Redact;

  constructor(rules: RedactRules) {
    this.#rules = rules;
    this.#redact = redactor(rules);
  }

  get rules(): RedactRules {
    return this.#rules;
  }

  use({ keys, patterns, secrets }: RedactRules): void {
    this.#rules = { keys, patterns, secrets: [...new Set([...this.#rules.secrets, ...secrets])] };
    this.#redact = redactor(this.#rules);
  }

  text(text: string): string {
    return this.#redact.text(text);
  }

  isSecret(key: string): boolean {
    return this.#redact.isSecret(key);
  }

  all<T>(value: T): T {
    return this.#redact.all(value);
  }
}
