/** A recipient that the mail server refused; `code` is that of its reply. */
export interface RefusedRecipient {
  readonly recipient?: string | undefined;
  readonly response?: string | undefined;
  readonly responseCode?: number | undefined;
}

/** Where one mail stands: a mail server answers for each recipient. */
export class MailProgress {
  /** Addresses that have neither got it nor been refused for good. */
  waiting: readonly string[];
  /** Of those in `waiting`, what the server said last. */
  deferred: readonly string[] = [];
  /** `address (reply)`. */
  readonly refused: string[] = [];
  /** Somebody has got it. */
  isDelivered = false;

  constructor(to: readonly string[]) {
    this.waiting = to;
  }

  /** After an attempt; `isAccepted`: the server took the mail for all that it did not refuse. Of these, those that the server put off (4xx) wait on, those that it refused (5xx) do not. */
  attempted(isAccepted: boolean, refusals: readonly RefusedRecipient[]): void {
    const deferred: string[] = [];
    const waiting: string[] = [];
    for (const address of this.waiting) {
      const refusal = refusals.find(({ recipient = "" }) => isSame(recipient, address));
      if (refusal === undefined) {
        if (isAccepted) this.isDelivered = true;
        else waiting.push(address);
      } else {
        const said = `${bare(address)} (${refusal.response ?? "no reply"})`;
        if ((refusal.responseCode ?? 0) >= 500) this.refused.push(said);
        else {
          waiting.push(address);
          deferred.push(said);
        }
      }
    }
    this.waiting = waiting;
    this.deferred = deferred;
  }
}

/** The address of `Name <address>`. */
function bare(address: string): string {
  return /<([^<>]+)>\s*$/.exec(address)?.[1] ?? address.trim();
}

function isSame(recipient: string, address: string): boolean {
  return recipient.toLowerCase() === bare(address).toLowerCase();
}
