/* What the server of a shop tells with Segment's library for Node, of a user who is given: shop.mjs HOST KEY USER. */
import { Analytics } from '@segment/analytics-node';

const [host, writeKey, userId] = process.argv.slice(2);
const analytics = new Analytics({ host, writeKey, maxRetries: 3 });
const failures = [];
analytics.on('error', (error) => failures.push(error));

analytics.track({ userId, event: 'Order Completed', properties: { total: 30, items: [{ sku: 'a' }, { sku: 'b' }] } });

await analytics.closeAndFlush({ timeout: 10000 });
if (failures.length > 0) {
  console.error(failures);
  process.exit(1);
}
