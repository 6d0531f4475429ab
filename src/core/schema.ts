// Standard Schema: validators of any library, asked on both sides of a boundary. What a schema turns a value into is used on the
// side that consumes the value, so that nothing is transformed twice.

import type { StandardSchemaV1 } from "@standard-schema/spec";
import { argumentError } from "./check.ts";
import { SchemaError } from "./job-errors.ts";

/** A validator by the Standard Schema: zod's, valibot's, arktype's and others. */
export type Schema<I = unknown, O = unknown> = StandardSchemaV1<I, O>;

/** Refuses whatever is not a Standard Schema. */
export function checkSchema(owner: string, schema: unknown): void {
  const isObject = (typeof schema === "object" || typeof schema === "function") && schema !== null;
  const standard = isObject ? (schema as { "~standard"?: { validate?: unknown } })["~standard"] : undefined;
  if (typeof standard?.validate !== "function") throw argumentError(TypeError, owner, "a Standard Schema", schema);
}

/** What a schema makes of a value. @throws SchemaError. */
export async function validate(owner: string, schema: Schema | undefined, value: unknown): Promise<unknown> {
  if (schema === undefined) return value;
  return accepted(owner, await schema["~standard"].validate(value));
}

/** Throws a SchemaError at once for a value that is wrong, unless the schema takes its time: then the other side will say so. */
export function validateNow(owner: string, schema: Schema | undefined, value: unknown): void {
  const found = schema?.["~standard"].validate(value);
  if (found === undefined) return;
  if (found instanceof Promise) found.catch(() => {});
  else accepted(owner, found);
}

function accepted(owner: string, found: StandardSchemaV1.Result<unknown>): unknown {
  if (found.issues === undefined) return found.value;
  throw new SchemaError(
    owner,
    found.issues.map(({ message, path = [] }) => ({ message, path: path.map(keyOf).join(".") })),
  );
}

function keyOf(segment: PropertyKey | StandardSchemaV1.PathSegment): string {
  return String(typeof segment === "object" ? segment.key : segment);
}
