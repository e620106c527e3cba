/**
 * What one process of a throwaway server may have of private memory. A session that wants more gets an error
 * (53200) where it would otherwise take the machine's memory, and the server lives on.
 */
export const mostBackendBytes = 384 * 1024 ** 2;

/**
 * A command whose processes are limited in memory by the shell that starts it. The limit is on data
 * (RLIMIT_DATA): one on the whole address space counts the stack too, and a stack that can't grow ends the
 * process, and with it every session. Systems that don't enforce it (macOS, Windows) run it without.
 */
export function withMemoryLimit(
  command: readonly [string, ...string[]],
  mostBytes: number | undefined,
): [string, ...string[]] {
  if (mostBytes === undefined || process.platform === "win32") return [...command];
  const script = 'ulimit -d "$0" 2>/dev/null; exec "$@"';
  return ["/bin/sh", "-c", script, String(Math.floor(mostBytes / 1024)), ...command];
}
