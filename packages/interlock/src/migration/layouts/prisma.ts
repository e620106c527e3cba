import { prismaHistory } from "../history/prisma.ts";
import { whole, type Layout } from "./layout.ts";

/** `20240102000000_create/migration.sql`, in the order of the folders' names. Prisma puts no begin around it. */
export const prisma: Layout = {
  name: "Prisma",
  owns: ({ name }) => name === "migration.sql",
  ownsDirectory: (directory, namesIn) => namesIn(directory).includes("migration_lock.toml"),
  goesUp: (name) => name === "migration.sql",
  isFolder: true,
  version: (folder) => [folder],
  upPart: whole("one-query"),
  history: prismaHistory,
  outsideTransaction:
    "Put it into a migration of its own: Prisma before 7.4 sends a migration as one query. From 7.4 on, say so in the file: -- interlock: no transaction",
};
