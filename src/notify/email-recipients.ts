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

/** The most mails that may wait for another attempt; the oldest then begins anew. */
const MAILS_MAX = 100;

/** The progress of each mail that waits for another attempt. A restart forgets it: then a recipient may get a mail twice. */
export class MailRecipients {
  readonly #to: readonly string[];
  readonly #mails = new Map<string, MailProgress>();

  constructor(to: readonly string[]) {
    this.#to = to;
  }

  of(deliveryId: string): MailProgress {
    let mail = this.#mails.get(deliveryId);
    if (mail === undefined) {
      const [oldest] = this.#mails.keys();
      if (this.#mails.size >= MAILS_MAX && oldest !== undefined) this.#mails.delete(oldest);
      this.#mails.set(deliveryId, (mail = new MailProgress(this.#to)));
    }
    return mail;
  }

  /** The mail needs no other attempt. */
  finish(deliveryId: string): void {
    this.#mails.delete(deliveryId);
  }
}

/** The address of `Name <address>`. */
function bare(address: string): string {
  return /<([^<>]+)>\s*$/.exec(address)?.[1] ?? address.trim();
}

function isSame(recipient: string, address: string): boolean {
  return recipient.toLowerCase() === bare(address).toLowerCase();
}
