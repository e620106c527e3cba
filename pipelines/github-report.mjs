// github-report.mjs FOLDER CODE: keeps the comment of a pull request up to date with check.md, and hands check.sarif
// to code scanning, as far as the inputs ask for it. What fails here is a warning: the verdict of the check stands.
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";

const [folder = "", code = "2"] = process.argv.slice(2);
const environment = process.env;
const api = (environment.GITHUB_API_URL ?? "https://api.github.com").replace(/\/+$/, "");
const repository = environment.GITHUB_REPOSITORY ?? "";
const name = environment.INPUT_NAME ?? "";
const marker = "<!-- interlock-check -->";
const ownMarker = name === "" ? marker : `<!-- interlock-check ${name} -->`;
/** Pages of 100 comments that are looked through for ours. */
const mostPages = 50;

if (environment.INPUT_COMMENT === "true") await attempt("comment", "pull-requests: write", comment);
if (environment.INPUT_UPLOAD_SARIF === "true") await attempt("SARIF", "security-events: write", upload);

async function attempt(what, permission, act) {
  try {
    if (!/^[\w.-]+\/[\w.-]+$/.test(repository)) throw new Error("GITHUB_REPOSITORY names no repository");
    await act();
  } catch (error) {
    const { message } = error;
    const why = /: 40[34]$/.test(message)
      ? ` The job needs the permission ${permission}; a pull request from a fork never gets it.`
      : "";
    warn(`Interlock could not hand over the ${what}: ${message}.${why}`);
  }
}

async function comment() {
  const number = pullRequest();
  if (number === undefined) {
    process.stdout.write("Interlock: this run belongs to no pull request, so there is no comment.\n");
    return;
  }
  const before = await findComment(number);
  const body = commentBody();
  // With nothing to check there is nothing to say, but an earlier report must not stand.
  if (body === undefined && before === undefined) return;
  const text =
    body ?? `${ownMarker}\n### ✅ Interlock: nothing to check\n\nThis pull request adds no migration now.`;
  const [method, path] =
    before === undefined
      ? ["POST", `/repos/${repository}/issues/${number}/comments`]
      : ["PATCH", `/repos/${repository}/issues/comments/${before}`];
  await request(method, path, { body: text });
}

function pullRequest() {
  const path = environment.GITHUB_EVENT_PATH ?? "";
  if (path === "") return undefined;
  const number = JSON.parse(readFileSync(path, "utf8")).pull_request?.number;
  return Number.isSafeInteger(number) ? number : undefined;
}

/** The comment of an earlier run: whoever copies the marker into a comment of their own does not become it. */
async function findComment(number) {
  for (let page = 1; page <= mostPages; page += 1) {
    const path = `/repos/${repository}/issues/${number}/comments?per_page=100&page=${page}`;
    const comments = await request("GET", path);
    const own = comments.find(({ body, user }) => user?.type === "Bot" && body?.startsWith(`${ownMarker}\n`));
    if (own !== undefined) return own.id;
    if (comments.length < 100) return undefined;
  }
  return undefined;
}

/** Undefined where there was nothing to check. */
function commentBody() {
  const file = join(folder, "check.md");
  if (existsSync(file)) return readFileSync(file, "utf8").replace(marker, ownMarker);
  if (code === "0") return undefined;
  // An earlier "safe" must not stand under a commit that could not be checked.
  const { GITHUB_SERVER_URL: server, GITHUB_RUN_ID: run } = environment;
  const log =
    server === undefined || run === undefined
      ? ""
      : ` [The job's log](${server}/${repository}/actions/runs/${run}) says why.`;
  return `${ownMarker}\n### ❔ Interlock: the check failed\n\nNothing is known about this commit.${log}`;
}

async function upload() {
  const file = join(folder, "check.sarif");
  if (!existsSync(file)) return;
  const log = JSON.parse(readFileSync(file, "utf8"));
  // Alerts of one category replace each other.
  if (name !== "") for (const run of log.runs) run.automationDetails = { id: `interlock-check/${name}/` };
  await request("POST", `/repos/${repository}/code-scanning/sarifs`, {
    commit_sha: environment.GITHUB_SHA,
    ref: environment.GITHUB_REF,
    sarif: gzipSync(JSON.stringify(log)).toString("base64"),
    tool_name: "Interlock",
  });
}

async function request(method, path, body) {
  const { protocol, hostname } = new URL(api);
  if (protocol !== "https:" && !["127.0.0.1", "localhost", "[::1]"].includes(hostname)) {
    throw new Error("GITHUB_API_URL is not https, and the token goes nowhere else");
  }
  const response = await fetch(`${api}${path}`, {
    method,
    headers: {
      accept: "application/vnd.github+json",
      authorization: `Bearer ${environment.INPUT_GITHUB_TOKEN ?? ""}`,
      "content-type": "application/json",
      "user-agent": "interlock",
      "x-github-api-version": "2022-11-28",
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    signal: AbortSignal.timeout(30_000),
  });
  if (!response.ok) {
    await response.body?.cancel();
    throw new Error(`${method} ${path.replace(/\?.*/, "")}: ${response.status}`);
  }
  return response.json();
}

function warn(text) {
  process.stdout.write(
    `::warning::${text.replace(/%/g, "%25").replace(/\r/g, "%0D").replace(/\n/g, "%0A")}\n`,
  );
}
