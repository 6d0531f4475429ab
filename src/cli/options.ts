// The options that several commands share, and how numbers, times and sizes are written.

import { InvalidArgumentError, Option } from "commander";

/** `--queue`, which `THENCE_QUEUE` may stand for. */
export function queueOption(): Option {
  const option = new Option("-q, --queue <url>", "the queue, for instance sqlite:jobs.db");
  return option.env("THENCE_QUEUE").makeOptionMandatory();
}

/** `--dir`, which `THENCE_DIR` may stand for. */
export function dirOption(): Option {
  return new Option("-d, --dir <folder>", "where the processes are kept").env("THENCE_DIR").default(".thence");
}

/** `--json`, with what it writes. */
export function jsonOption(what: string): Option {
  return new Option("--json", `for programs: ${what}`);
}

/** A whole number from 1. */
export function countOf(text: string): number {
  const count = Number(text);
  if (/^\d+$/.test(text) && Number.isSafeInteger(count) && count >= 1) return count;
  throw new InvalidArgumentError("Expected a whole number of at least 1.");
}

const TIMES: Readonly<Record<string, number>> = { "": 1, ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** Milliseconds: `500`, `500ms`, `10s`, `5m`, `2h`, `7d`. */
export function durationOf(text: string): number {
  return amountOf(text, TIMES, "Expected a time like 500 (milliseconds), 10s, 5m, 2h or 7d.");
}

const SIZES: Readonly<Record<string, number>> = { "": 1, k: 2 ** 10, m: 2 ** 20, g: 2 ** 30 };

/** Bytes: `500000000`, `512M`, `2G`. */
export function bytesOf(text: string): number {
  return amountOf(text.replace(/i?b$/i, ""), SIZES, "Expected a size like 500000000 (bytes), 512M or 2G.");
}

function amountOf(text: string, units: Readonly<Record<string, number>>, expected: string): number {
  const [, digits = "", unit = ""] = /^(\d+(?:\.\d+)?)\s*([a-z]*)$/i.exec(text) ?? [];
  const size = Object.hasOwn(units, unit.toLowerCase()) ? units[unit.toLowerCase()] : undefined;
  if (digits === "" || size === undefined) throw new InvalidArgumentError(expected);
  return Number(digits) * size;
}
