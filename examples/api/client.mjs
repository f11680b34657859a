// A system's way through the API, by Node alone (18 or later): send writs, run a batch, read assignments, take a webhook.
//
//   node client.mjs http://127.0.0.1:8211 TOKEN writs.ndjson [SECRET PORT]
//
// With a webhook's secret it listens on PORT of this machine, and waits until the batch is told there.
import { createHmac, randomUUID, timingSafeEqual } from "node:crypto";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";

const [address, token, file, secret, port] = process.argv.slice(2);

// Every write has a name of its own: asked again after a cut, it is done once.
async function asked(method, path, body, type = "application/json") {
  const headers = { authorization: `Bearer ${token}`, "accept-language": "ru" };
  if (method !== "GET") Object.assign(headers, { "idempotency-key": randomUUID(), "content-type": type });
  for (let tries = 0; ; tries += 1) {
    const answer = await fetch(`${address}/api/v1${path}`, { method, headers, body });
    const told = await answer.json();
    if (answer.ok) return told;
    // `busy` alone may be tried again as it is; what else is refused has a code that stays the same.
    if (told.code !== "busy" || tries === 5) throw new Error(`${told.code}: ${told.detail ?? told.title}`);
    await new Promise((done) => setTimeout(done, 1000));
  }
}

// As Standard Webhooks say: base64 of HMAC-SHA256 over id, time and body.
function genuine(headers, body) {
  const key = Buffer.from(secret.replace("whsec_", ""), "base64");
  const signed = `${headers["webhook-id"]}.${headers["webhook-timestamp"]}.${body}`;
  const due = createHmac("sha256", key).update(signed).digest();
  const late = Math.abs(Date.now() / 1000 - Number(headers["webhook-timestamp"])) > 300;
  return !late && headers["webhook-signature"].split(" ").some((one) => {
    const given = Buffer.from(one.replace("v1,", ""), "base64");
    return given.length === due.length && timingSafeEqual(given, due);
  });
}

let hooked = Promise.resolve(null);
if (secret) {
  hooked = new Promise((done) => {
    const server = createServer((request, response) => {
      let body = "";
      request.on("data", (part) => { body += part; });
      request.on("end", () => {
        const right = genuine(request.headers, body);
        response.writeHead(right ? 204 : 401).end();
        const told = JSON.parse(body);
        if (right && told.type === "book.batch") { server.close(); server.closeAllConnections(); done(told.data); }
      });
    }).listen(Number(port), "127.0.0.1");
  });
}

const taken = await asked("POST", "/intake?table=writs", readFileSync(file), "application/x-ndjson");
let job = await asked("POST", "/batches", "{}");
while (["queued", "running"].includes(job.state)) {
  await new Promise((done) => setTimeout(done, 300));
  job = await asked("GET", `/jobs/${job.job_id}`);
}
if (job.state !== "done") throw new Error(`${job.state}: ${JSON.stringify(job.told)}`);
const assignments = [];
// Where nothing waited, there is no batch.
let cursor = job.batch_id === null ? null : "";
while (cursor !== null) {
  const page = await asked("GET", `/batches/${job.batch_id}/assignments?limit=1000${cursor}`);
  assignments.push(...page.items);
  cursor = page.next === null ? null : `&cursor=${encodeURIComponent(page.next)}`;
}
const hook = job.batch_id === null ? null : await hooked;
console.log(JSON.stringify({ taken: taken.counts.writs.new, assigned: assignments.length, hook: hook && hook.subject }));
process.exit();
