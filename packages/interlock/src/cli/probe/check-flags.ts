import { readFile } from "node:fs/promises";
import type { Command } from "commander";
import { checkSchema, type Check } from "../../api/probes.ts";
import { Failure, messageOf } from "../../std/failure.ts";

export interface CheckFlags {
  http?: string;
  tcp?: string;
  postgres?: string;
  check?: string;
  expectStatus?: string[];
  header?: string[];
  secretFromEnv?: string[];
}

/** The flags that say what is checked. */
export function addCheckFlags(command: Command): Command {
  return command
    .option("--http <url>", "check an address over HTTP(S)")
    .option("--expect-status <code...>", "statuses that are right (default: 200)")
    .option("--header <name: value...>", "headers of the request; {{secret.NAME}} stands for a secret")
    .option("--tcp <host:port>", "check that a connection can be made")
    .option("--postgres <database>", "check a database of the environment")
    .option("--check <file>", "a check as JSON: business checks in several steps, and everything else")
    .option("--secret-from-env <NAME...>", "secrets, each from an environment variable of this name");
}

/** Reads what is checked, and its secrets. Throws `Failure` "input-not-valid" or "file-not-readable". */
export async function readCheck(
  flags: CheckFlags,
): Promise<{ check: Check; secrets: Record<string, string> }> {
  const given = [flags.http, flags.tcp, flags.postgres, flags.check].filter((one) => one !== undefined);
  if (given.length !== 1) {
    throw notValid("A probe checks one thing.", "Give one of --http, --tcp, --postgres and --check.");
  }
  const parsed = checkSchema.safeParse(await written(flags));
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw notValid("The check is not valid.", `${issue?.path.join(".") ?? ""}: ${issue?.message ?? ""}`);
  }
  return { check: parsed.data, secrets: readSecrets(flags.secretFromEnv ?? []) };
}

async function written(flags: CheckFlags): Promise<unknown> {
  const { http, tcp, postgres, check = "", expectStatus, header = [] } = flags;
  if (http !== undefined) {
    const headers = Object.fromEntries(
      header.map((line) => {
        const [name = "", value = ""] = line.split(/:\s*(.*)/s);
        return [name, value];
      }),
    );
    const expect = expectStatus === undefined ? {} : { status: expectStatus.map(Number) };
    return { kind: "http", url: http, headers, expect };
  }
  if (tcp !== undefined) {
    const [, host = "", port = ""] = /^\[?(.*?)\]?:(\d+)$/.exec(tcp) ?? [];
    return { kind: "tcp", host, port: Number(port) };
  }
  if (postgres !== undefined) return { kind: "postgres", database: postgres };
  return readJson(check);
}

async function readJson(path: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(path, "utf8")) as unknown;
  } catch (error) {
    throw new Failure({
      code: "file-not-readable",
      message: `The check in ${path} can't be read.`,
      why: messageOf(error),
      state: "Nothing was changed.",
    });
  }
}

function readSecrets(names: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    names.map((name) => {
      const value = process.env[name];
      if (value === undefined || value === "") {
        throw notValid(`There is no environment variable ${name}.`, "It is to hold a secret of the probe.");
      }
      return [name, value];
    }),
  );
}

function notValid(message: string, why: string): Failure {
  return new Failure({
    code: "input-not-valid",
    message,
    why,
    state: "Nothing was changed.",
    next: "See docs/guide/detection.md for what a check looks like.",
  });
}
