/* Sends one call of each kind with RudderStack's library for Node and its defaults:
   rudderstack.mjs HOST KEY PREFIX. What is refused ends the process. */
import RudderAnalytics from '@rudderstack/rudder-sdk-node';

const [dataPlaneUrl, writeKey, prefix] = process.argv.slice(2);
const analytics = new RudderAnalytics(writeKey, { dataPlaneUrl });

const userId = `${prefix}-user`;
const id = (name) => `${prefix}-${name}`;
const properties = { userCode: 'olivia', shareCode: 'fair', contactId: 'c1', sessionId: id('session') };

analytics.page({ userId, messageId: id('page'), name: 'Home', properties: { ...properties, pageType: 'home' } });
analytics.screen({ userId, messageId: id('screen'), name: 'Settings', properties });
analytics.track({ userId, messageId: id('click'), event: 'Click', properties: { ...properties, clickTarget: 'socialChannels.mastodon' } });
analytics.track({ userId, messageId: id('track'), event: 'Signed Up', properties: { plan: 'pro' } });
analytics.identify({ userId, messageId: id('identify'), traits: { name: 'Olivia' } });
analytics.group({ userId, messageId: id('group'), groupId: 'acme', traits: { size: 4 } });
analytics.alias({ userId, messageId: id('alias'), previousId: `${prefix}-before` });

await analytics.flush();
