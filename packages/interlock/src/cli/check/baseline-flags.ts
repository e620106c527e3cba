import { Option, type Command } from "commander";
import { majors, type Major } from "../../shadow/major.ts";

export interface BaselineFlags {
  baseline?: string[];
  postgres?: string;
}

/** The flags that say what the database has, and which PostgreSQL it is. */
export function addBaselineFlags(command: Command): Command {
  return command
    .option(
      "--baseline <what...>",
      "what the database has already: migrations, a file of pg_dump -s, or the URL of a live database (default: what stands before the migration)",
    )
    .addOption(
      new Option(
        "--postgres <major>",
        "the version of the embedded PostgreSQL (default: 18; a check takes that of the live database or the dump)",
      ).choices(majors.map(String)),
    );
}

/** The version that was asked for. */
export function majorAsked({ postgres }: BaselineFlags): Major | undefined {
  return majors.find((major) => String(major) === postgres);
}
