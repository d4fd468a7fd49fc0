/**
 * A task as it travels on the bus: one JSON object a message. Empty strings are omitted on the wire except `type` and
 * `info`. Times stay the text that was read, so a message passed on is what it was; `instantOf` (instant.ts) reads them.
 */
export interface TaskMessage {
  type: string;
  job: string;
  info: string;
  created: string;
  id: string;
  meta: string;
  result: string;
  msg: string;
  started: string;
  ended: string;
}
