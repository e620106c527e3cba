import type { Socket } from "node:net";
import { bareSecurityHeaders } from "./security-headers.ts";

/** Answers what is no HTTP that can be read, before there is a request: unknown methods, headers that are too large. */
export function answerBadRequest(error: Error & { code?: string }, socket: Socket): void {
  // The client has gone, or was answered already.
  if (error.code === "ECONNRESET" || socket.destroyed || !socket.writable) return;
  const [status, text, code, message] = wordsFor(error.code);
  const body = JSON.stringify({ code, message, state: "Nothing was changed." });
  socket.end(
    [
      `HTTP/1.1 ${String(status)} ${text}`,
      "content-type: application/json; charset=utf-8",
      `content-length: ${String(Buffer.byteLength(body))}`,
      ...Object.entries(bareSecurityHeaders).map(([name, value]) => `${name}: ${value}`),
      "connection: close",
      "",
      body,
    ].join("\r\n"),
  );
}

function wordsFor(code: string | undefined): [number, string, string, string] {
  if (code === "HPE_HEADER_OVERFLOW") {
    return [431, "Request Header Fields Too Large", "too-large", "The request's headers are too large."];
  }
  if (code === "ERR_HTTP_REQUEST_TIMEOUT") {
    return [408, "Request Timeout", "request-too-slow", "The request took too long to arrive."];
  }
  return [400, "Bad Request", "request-not-valid", "This is no request that can be read."];
}
