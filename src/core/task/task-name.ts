/** `type:job`, or the type alone when there is no job. */
export function taskName({ type, job }: { readonly type: string; readonly job: string | null }): string {
  return job === null || job === "" ? type : `${type}:${job}`;
}
