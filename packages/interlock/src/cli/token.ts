import { writeFile } from "node:fs/promises";
import { Command } from "commander";
import { madeTokenSchema, tokenSchema, tokensSchema, type Token } from "../api/tokens.ts";
import { Failure, messageOf } from "../std/failure.ts";
import { addServerFlags, openServerClient, type ServerFlags } from "./server-client.ts";

interface MakeFlags extends ServerFlags {
  name: string;
  role: string;
  owner?: string;
  scope?: string[];
  env?: string[];
  days: string;
  out?: string;
}

/** `interlock token make|list|revoke`: who may ask the server what. */
export function tokenCommand(): Command {
  return new Command("token")
    .description("Make, list and revoke the API tokens of a server.")
    .addCommand(makeCommand())
    .addCommand(listCommand())
    .addCommand(revokeCommand());
}

function makeCommand(): Command {
  const command = new Command("make")
    .description("Make a token. It is shown once, or written to a file that only you can read.")
    .requiredOption("--name <text>", "what it is for")
    .requiredOption("--role <role>", "viewer, responder, releaser or admin")
    .option("--owner <name>", "whose it is: what is done with it is put down to them (default: you)")
    .option("--scope <scope...>", "only these of what the role allows")
    .option("--env <environment...>", "only for these environments (default: every one)")
    .option("--days <number>", "how long it works, at most 366", "90")
    .option("--out <file>", "write it to this new file instead of standard output")
    .addHelpText(
      "after",
      `
Example:
  interlock token make --name 'deploys of payments' --role releaser --env production --out token
`,
    );
  return addServerFlags(command).action(async (flags: MakeFlags) => {
    const client = await openServerClient(flags);
    const made = madeTokenSchema.parse(
      await client.request("POST", "/tokens", {
        name: flags.name,
        role: flags.role,
        days: Number(flags.days),
        ...(flags.owner === undefined ? {} : { owner: flags.owner }),
        ...(flags.scope === undefined ? {} : { scopes: flags.scope }),
        ...(flags.env === undefined ? {} : { environments: flags.env }),
      }),
    );
    const { secret, ...token } = made;
    if (flags.out !== undefined) await write(flags.out, { secret, id: token.id });
    const shown = flags.out === undefined ? made : token;
    process.stderr.write(`${renderToken(token)}\n`);
    if (flags.json) process.stdout.write(`${JSON.stringify(shown)}\n`);
    else if (flags.out === undefined) process.stdout.write(`${secret}\n`);
  });
}

function listCommand(): Command {
  const command = new Command("list")
    .description("List every token, the newest first; of the tokens themselves nothing is kept.")
    .addHelpText("after", "\nExample:\n  interlock token list\n");
  return addServerFlags(command).action(async (flags: ServerFlags) => {
    const client = await openServerClient(flags);
    const answer = tokensSchema.parse(await client.request("GET", "/tokens"));
    const text = answer.tokens.map((token) => `${renderToken(token)}\n`).join("");
    process.stdout.write(flags.json ? `${JSON.stringify(answer)}\n` : text);
  });
}

function revokeCommand(): Command {
  const command = new Command("revoke")
    .description("Revoke a token: every server refuses it within two seconds.")
    .argument("<token>", "its id, tok_…")
    .addHelpText("after", "\nExample:\n  interlock token revoke tok_4x0k9d2m7q1tzc8v\n");
  return addServerFlags(command).action(async (id: string, flags: ServerFlags) => {
    const client = await openServerClient(flags);
    const token = tokenSchema.parse(await client.request("DELETE", `/tokens/${encodeURIComponent(id)}`));
    process.stdout.write(flags.json ? `${JSON.stringify(token)}\n` : `${renderToken(token)}\n`);
  });
}

/** A token in one line: `tok_…  releaser  ada  "deploys of payments"  until 2026-02-22  never used`. */
export function renderToken(token: Token): string {
  const { id, role, owner, name, scopes, environments, expiresAt, lastUsedAt, revokedAt, revokedBy } = token;
  const state =
    revokedAt === null
      ? `until ${day(expiresAt)}`
      : `revoked ${day(revokedAt)} by ${revokedBy ?? "somebody"}`;
  return [
    id,
    role.padEnd(9),
    owner,
    JSON.stringify(name),
    state,
    lastUsedAt === null ? "never used" : `last used ${day(lastUsedAt)}`,
    ...(environments === null ? [] : [`only ${environments.join(", ")}`]),
    ...(scopes === null ? [] : [`only ${scopes.join(", ")}`]),
  ].join("  ");
}

function day(moment: string): string {
  return moment.slice(0, 10);
}

async function write(path: string, { secret, id }: { secret: string; id: string }): Promise<void> {
  try {
    await writeFile(path, `${secret}\n`, { mode: 0o600, flag: "wx" });
  } catch (error) {
    throw new Failure({
      code: "token-not-written",
      message: `The token can't be written to ${path}.`,
      why: messageOf(error),
      state: `The token ${id} was made, and nobody has it.`,
      next: `Revoke it with \`interlock token revoke ${id}\`, and give the path of a file that is not there yet.`,
      cause: error,
    });
  }
}
