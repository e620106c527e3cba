import { listPending } from "../../recovery/statements.ts";
import { approveTransaction, beginTransaction, declineTransaction, findTransaction } from "./payment.ts";
import { approveReversal, beginReversal, declineReversal, findOriginal, findReversal } from "./reversal.ts";
import { findTerminal, logIn, logOut } from "./terminal.ts";

/** Everything that the terminal service sends to the database. */
export const terminalStatements = {
  findTerminal,
  logIn,
  logOut,
  beginTransaction,
  approveTransaction,
  declineTransaction,
  findTransaction,
  findOriginal,
  beginReversal,
  approveReversal,
  declineReversal,
  findReversal,
  listPending,
};
