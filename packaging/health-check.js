// Health check of the container: exit code 0 when /status answers 200. The image has neither curl nor wget.
const port = process.env.FLOWLORD_STATUS_PORT || "8080";

fetch(`http://127.0.0.1:${port}/status`, { signal: AbortSignal.timeout(4000) }).then(
  (answer) => {
    process.exitCode = answer.ok ? 0 : 1;
  },
  () => {
    process.exitCode = 1;
  },
);
