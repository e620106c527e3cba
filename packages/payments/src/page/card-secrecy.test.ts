import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { testCards } from "../acquirer/test-cards.ts";
import { startProcess, type RunningProcess } from "../platform/supervisor.ts";
import { approvedCard, startPlatform, type Platform } from "../testing/platform.ts";

describe("a card number", () => {
  let platform: Platform;
  let directory: string;
  const started: RunningProcess[] = [];
  const said: string[] = [];
  const listen = (line: string): void => void said.push(line);
  const start = async (options: Parameters<typeof startProcess>[0]): Promise<RunningProcess> => {
    const process = await startProcess({ ...options, onLine: listen, onDiagnostic: listen });
    started.push(process);
    return process;
  };
  beforeAll(async () => {
    platform = await startPlatform({ version: "2.3.0", migrated: true });
    directory = await mkdtemp(join(tmpdir(), "card-secrecy-"));
  });
  afterAll(async () => {
    await Promise.all(started.map(async (process) => process.stop()));
    await platform.stop();
    await rm(directory, { recursive: true, force: true });
  });

  test("is in no answer, no line that a process writes, no table, and no file of the acquirer", async () => {
    const { databaseUrl, sql } = platform;
    const journal = join(directory, "journal.sqlite");
    const acquirer = await start({ name: "acquirer", flags: { journal, "latency-ms": 1 } });
    const flags = { version: "2.3.0", acquirer: acquirer.url };
    const api = await start({ name: "api", databaseUrl, flags });
    const numbers = [testCards.approved, testCards.declined, testCards.challenge, "4242424242424241"];
    const key = platform.access.keys[0] ?? "";
    const answers: string[] = [];
    for (const card_number of numbers) {
      for (const asForm of [true, false]) {
        const made = await fetch(`${api.url}/v1/payments`, {
          method: "POST",
          headers: { authorization: `Bearer ${key}`, "content-type": "application/json" },
          body: JSON.stringify({ amount: 500, currency: "EUR", allow_save_card: true }),
        });
        const { id } = (await made.json()) as { id: string };
        const fields = { ...approvedCard, card_number };
        // The number in every field that takes text, too: people paste into the wrong one.
        for (const sent of [{ ...fields, expiry: card_number, cvv: card_number }, fields]) {
          const body = asForm ? new URLSearchParams({ ...sent, save_card: "yes" }) : JSON.stringify(sent);
          const headers = { accept: "text/html", ...(asForm ? {} : { "content-type": "application/json" }) };
          const answer = await fetch(`${api.url}/pay/${id}`, { method: "POST", headers, body });
          answers.push(JSON.stringify([...answer.headers]), await answer.text());
        }
      }
    }
    // Something goes wrong on our side while a card is being charged.
    await sql.query("alter table acquirer_operations rename to acquirer_operations_away");
    const id = (await sql.query<{ id: string }>("select id from payments limit 1")).rows[0]?.id ?? "";
    const body = new URLSearchParams(approvedCard);
    const broken = await fetch(`${api.url}/pay/${id}`, {
      method: "POST",
      headers: { accept: "text/html" },
      body,
    });
    await sql.query("alter table acquirer_operations_away rename to acquirer_operations");
    expect(broken.status).toBe(500);
    answers.push(await broken.text());
    await Promise.all(started.map(async (process) => process.stop()));

    expect(said.some((line) => line.includes("request-failed"))).toBe(true);
    for (const text of [...answers, ...said, ...(await everyRow()), ...(await everyFile())]) {
      for (const number of numbers) expect(text.includes(number)).toBe(false);
    }
  });

  /** Every file of the acquirer, byte by byte. */
  async function everyFile(): Promise<string[]> {
    const names = await readdir(directory);
    expect(names).toContain("journal.sqlite");
    return Promise.all(names.map(async (name) => readFile(join(directory, name), "latin1")));
  }

  /** Every row of every table as text. */
  async function everyRow(): Promise<string[]> {
    const { sql } = platform;
    const tables = await sql.query<{ name: string }>(
      "select quote_ident(table_name) as name from information_schema.tables where table_schema = 'public' and table_type = 'BASE TABLE'",
    );
    const rows: string[] = [];
    for (const { name } of tables.rows) {
      const { rows: found } = await sql.query<{ text: string }>(`select ${name}::text as text from ${name}`);
      rows.push(...found.map(({ text }) => text));
    }
    expect(rows.length).toBeGreaterThan(20);
    return rows;
  }
});
