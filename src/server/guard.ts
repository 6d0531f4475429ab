// Who may talk to a server. It listens on this machine only, yet any page that is open in a browser here can send it requests:
// so the token, the Host (a name that an attacker makes point here), and the Origin are checked before anything else.

import { createHash, randomBytes, timingSafeEqual } from "node:crypto";
import { isIP } from "node:net";
import type { Exchange, Gate } from "./http.ts";

/** 192 random bits, in letters that need no escape in a URL. */
export function newToken(): string {
  return randomBytes(24).toString("base64url");
}

// Takes the same time wherever the two differ.
function isSameToken(given: string, expected: string): boolean {
  return timingSafeEqual(digest(given), digest(expected));
}

function digest(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}

const HEADERS: readonly (readonly [string, string])[] = [
  [
    "Content-Security-Policy",
    [
      "default-src 'none'",
      "script-src 'self'",
      "style-src 'self'",
      "connect-src 'self'",
      "img-src 'self' data:",
      "base-uri 'none'",
      "form-action 'none'",
      "frame-ancestors 'none'",
      "require-trusted-types-for 'script'",
      "trusted-types 'none'",
    ].join("; "),
  ],
  ["X-Content-Type-Options", "nosniff"],
  ["X-Frame-Options", "DENY"],
  ["Referrer-Policy", "no-referrer"],
  ["Cross-Origin-Opener-Policy", "same-origin"],
  ["Cross-Origin-Resource-Policy", "same-origin"],
  ["Cache-Control", "no-store"],
];

/** What a guard lets pass. */
export interface GuardOptions {
  readonly token: string;
  /** The address that the server listens on. */
  readonly host: string;
  /** Further names by which it may be called. */
  readonly allowedHosts: readonly string[];
}

/**
 * Lets a request pass whose Host is this server, whose Origin (if it has one; a POST must) is the same, and whose path begins with
 * the token. Others get 403 in plain text. Every answer carries the headers that keep a page to itself.
 */
export function guard({ token, host, allowedHosts }: GuardOptions): Gate {
  const names = new Set([host, ...allowedHosts].map((name) => name.toLowerCase()));
  return async (exchange, next) => {
    for (const [name, value] of HEADERS) exchange.header(name, value);
    const fault = faultOf(exchange, names) ?? tokenFault(exchange, token);
    if (fault !== undefined) return exchange.text(`${fault}\n`, 403);
    return next();
  };
}

function faultOf({ req }: Exchange, names: ReadonlySet<string>): string | undefined {
  const host = req.header("host") ?? "";
  if (!isKnown(hostName(host), names))
    return "This server is not known by that name: the program can name it in allowedHosts.";
  const origin = req.header("origin");
  const isRead = req.method === "GET" || req.method === "HEAD";
  if (origin === undefined) return isRead ? undefined : "A request that changes something must tell its Origin.";
  return /^https?:\/\//.test(origin) && origin.replace(/^https?:\/\//, "") === host
    ? undefined
    : "Requests of other sites are refused.";
}

function tokenFault({ req }: Exchange, token: string): string | undefined {
  const [, given = ""] = new URL(req.url).pathname.split("/", 2);
  return isSameToken(given, token) ? undefined : "Open the URL that the program has printed: it ends with a token.";
}

function hostName(host: string): string {
  const bare = host.replace(/:\d+$/, "").toLowerCase();
  return bare.startsWith("[") ? bare.slice(1, -1) : bare;
}

// No attacker can make a number point elsewhere, only a name. Ports may differ: they are forwarded.
function isKnown(name: string, names: ReadonlySet<string>): boolean {
  return name === "localhost" || isIP(name) !== 0 || names.has(name);
}
