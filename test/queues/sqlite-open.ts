// Opens a queue and says how that went: `sqlite-open.ts FILE`.

import { sqlite } from "thence/sqlite";

try {
  await sqlite(process.argv[2]!).close();
  console.log("opened");
} catch (error) {
  const { code, message } = error as Error & { code?: string };
  console.log(`${code} ${message}`);
}
