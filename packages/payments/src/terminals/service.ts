import type { Terminal, TerminalContext } from "./context.ts";
import type { EventNotification, MessageHeader, ServiceResponse } from "./nexo/message.ts";

/** A message that a service answers. */
export interface Message<Request> {
  terminal: Terminal;
  header: MessageHeader;
  request: Request;
}

/** One of the services that a message can ask for. */
export interface Service<Request> {
  /** JSON schema of its request. */
  schema: object;
  /** True: only for a terminal that has logged in, and only for the cash register that it did so for. */
  needsLogin: boolean;
  serve(context: TerminalContext, message: Message<Request>): Promise<ServiceResponse | EventNotification>;
}
