/** How far what is stored between two backups is. Times in milliseconds. */
export interface ContinuousStatus {
  /** Everything that was committed until then can be restored; null: not yet. */
  readonly coveredUntil: number | null;
  /** How far behind that is, since the start when nothing is covered yet. */
  readonly lagMs: number;
  /** The unbroken row of segments; null: none has begun. */
  readonly epoch: string | null;
  /** Its last segment. */
  readonly segment: number;
  /** What is not in the bucket yet. */
  readonly waiting: { readonly segments: number; readonly bytes: number };
  /** Why it is behind; null: it is not, or it is not known. */
  readonly problem: string | null;
}
