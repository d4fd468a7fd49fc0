// Health check of the container: exit code 0 when /status answers 200. The image has neither curl nor wget.
import http from "node:http";
import https from "node:https";

const port = process.env.FLOWLORD_STATUS_PORT || "8080";
// With [tls] the server speaks nothing else. It is this container's own, whatever name its certificate has.
const asked = { host: "127.0.0.1", port, path: "/status", rejectUnauthorized: false, timeout: 4000 };

function ask({ get }) {
  return new Promise((resolve, reject) => {
    const request = get(asked, (answer) => resolve(answer.resume().statusCode));
    request.on("timeout", () => request.destroy(new Error("no answer")));
    request.on("error", reject);
  });
}

ask(http)
  .catch(() => ask(https))
  .then(
    (status) => {
      process.exitCode = status === 200 ? 0 : 1;
    },
    () => {
      process.exitCode = 1;
    },
  );
