import type { Issue } from "../../core/workflow/issue.ts";

/** `file:line:column: error|warning code: sentence (what to do)`, one issue a line; `paint` colours a severity. */
export function issueLines(
  issues: readonly Issue[],
  paint: (severity: Issue["severity"], text: string) => string = (_, text) => text,
): readonly string[] {
  return issues.map(
    ({ file, line, column, severity, code, message, remedy }) =>
      `${file}:${line}:${column}: ${paint(severity, `${severity} ${code}`)}: ${message} (${withoutStop(remedy)})`,
  );
}

/** The last line of the report: how many files and issues there were. */
export function issueSummary(issues: readonly Pick<Issue, "severity">[], fileCount: number): string {
  const errors = issues.filter((one) => one.severity === "error").length;
  return `${count(fileCount, "file")}, ${count(errors, "error")}, ${count(issues.length - errors, "warning")}`;
}

/** Exit code of `flowlord check`: 1 when there is an error. */
export function checkExitCode(issues: readonly Pick<Issue, "severity">[]): number {
  return issues.some((one) => one.severity === "error") ? 1 : 0;
}

function count(number: number, what: string): string {
  return `${number} ${what}${number === 1 ? "" : "s"}`;
}

function withoutStop(text: string): string {
  return text.replace(/\.$/, "");
}
