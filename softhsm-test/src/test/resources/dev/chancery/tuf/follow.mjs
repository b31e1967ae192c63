// Follows a TUF repository with tuf-js. Each line on the standard input makes it look again, with the
// state it had; each answer is a line of JSON: the versions it then trusts, or why it refused.
// Usage: node follow.mjs MODULES STATE URL     STATE holds root.json, the root trusted at first
import { createRequire } from 'node:module';
import path from 'node:path';
import readline from 'node:readline';

const [modules, state, url] = process.argv.slice(2);
const { Updater } = createRequire(path.join(modules, 'x.js'))('tuf-js');

async function look() {
  const updater = new Updater({
    metadataDir: state,
    metadataBaseUrl: url,
    config: { fetchTimeout: 10000, fetchRetries: 0, fetchRetry: 0 },
  });
  await updater.refresh();
  const trusted = updater.trustedSet;
  return Object.fromEntries(
    ['root', 'timestamp', 'snapshot', 'targets'].map((role) => [role, trusted[role].signed.version]),
  );
}

for await (const line of readline.createInterface({ input: process.stdin })) {
  if (line === 'end') break;
  let answer;
  try {
    answer = await look();
  } catch (e) {
    answer = { refused: `${e.name}: ${e.message}` };
  }
  console.log(JSON.stringify(answer));
}
