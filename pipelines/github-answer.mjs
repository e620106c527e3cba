// github-answer.mjs FOLDER CODE: makes outputs and a summary from what a command answered in JSON, in answer.json, and
// from the Markdown of a check. Runs on any Node.
import { appendFileSync, existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

const [folder = "", code = "2"] = process.argv.slice(2);
const verdict = { 0: "go", 1: "blocked", 3: "unknown" }[code] ?? "failed";
const answer = read(join(folder, "answer.json"));
const decision = answer.decision ?? answer;

// Only what has the shape of an output becomes one: a line break in a value would begin another.
output("verdict", verdict, /^[a-z]+$/);
output("decision", idOf(decision, "dec_"), /^dec_[0-9a-z]{16}$/);
output("order", decision.order, /^[a-z-]+$/);
const sarif = join(folder, "check.sarif");
if (existsSync(sarif)) output("sarif", sarif, /^[^\r\n]+$/);
output("change", decision.request?.change ?? answer.change, /^chg_[0-9a-z]{16}$/);

const markdown = join(folder, "check.md");
const report = existsSync(markdown) ? readFileSync(markdown, "utf8") : undefined;
const lines = [`## Interlock: ${verdict}`, "", ...subject(), ...reasons(), ...findings()];
summarise(report ?? lines.join("\n"));
// A check has said what there is to say.
if (report === undefined) for (const line of lines) if (line !== "") process.stdout.write(`| ${line}\n`);

function read(path) {
  try {
    const value = JSON.parse(readFileSync(path, "utf8"));
    return typeof value === "object" && value !== null ? value : {};
  } catch {
    // A command that failed says why on the error stream, and prints no JSON.
    return {};
  }
}

function idOf(value, prefix) {
  return [value.id, value.decision, answer.decision].find(
    (each) => typeof each === "string" && each.startsWith(prefix),
  );
}

function output(name, value, shape) {
  if (typeof value !== "string" || !shape.test(value)) return;
  append(process.env.GITHUB_OUTPUT, `${name}=${value}\n`);
}

function summarise(text) {
  append(process.env.GITHUB_STEP_SUMMARY, `${text}\n\n`);
}

function append(path, text) {
  if (path !== undefined && path !== "") appendFileSync(path, text);
}

function subject() {
  const { request, environment } = decision;
  if (typeof environment !== "string" || typeof request !== "object" || request === null) return [];
  const what =
    request.kind === "release"
      ? `release of ${request.app}@${request.version}`
      : `${request.to} of ${request.change}`;
  return [`${plain(what)} in ${plain(environment)}`, ""];
}

function reasons() {
  const given = Array.isArray(decision.reasons) ? decision.reasons : [];
  // A check gives its reasons in words, the gate with a code and what to do.
  return given.map((reason) =>
    typeof reason === "object" && reason !== null
      ? `- **${plain(reason.code)}** (${plain(reason.effect)}): ${plain(reason.message)} ${plain(reason.next)}`
      : `- ${plain(reason)}`,
  );
}

function findings() {
  const found = Array.isArray(answer.findings) ? answer.findings : [];
  const shown = found
    .slice(0, 50)
    .map(({ code: name, message }) => `- **${plain(name)}**: ${plain(message)}`);
  return found.length > shown.length ? [...shown, `- and ${found.length - shown.length} more`] : shown;
}

// Names come from migrations and sessions: they must not become Markdown, HTML, mentions or commands.
function plain(value) {
  return String(value ?? "")
    .replace(/[\\`*_[\]<>|#!]/g, "\\$&")
    .replace(/\s+/g, " ")
    .replace(/(^| )@/g, "$1@\u200B");
}
