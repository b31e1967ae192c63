// Follows a TUF repository with tuf-js and prints the versions it then trusts, or why it refused.
// Usage: node judge.mjs MODULES STATE URL     STATE holds root.json, the root trusted at first
import { createRequire } from 'node:module';
import path from 'node:path';

const [modules, state, url] = process.argv.slice(2);
const { Updater } = createRequire(path.join(modules, 'x.js'))('tuf-js');
try {
  const updater = new Updater({
    metadataDir: state,
    metadataBaseUrl: url,
    config: { fetchTimeout: 10000, fetchRetries: 0, fetchRetry: 0 },
  });
  await updater.refresh();
  const roles = ['root', 'timestamp', 'snapshot', 'targets'];
  console.log(roles.map((role) => `${role} ${updater.trustedSet[role].signed.version}`).join(', '));
} catch (e) {
  console.log(`refused: ${e.name}: ${e.message}`);
}
