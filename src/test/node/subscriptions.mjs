// The graphql-ws client as applications use it. Usage: node client.mjs URL TOKEN ORGANIZATION
// Writes a line of JSON for whatever happens; GraphqlWsClientTest reads them and makes changes between.
import { createClient } from 'graphql-ws'
import WebSocket from 'ws'

const [url, token, organization] = process.argv.slice(2)
const say = (what, value) => console.log(JSON.stringify({ what, value }))
const tick = `subscription { tick(organization: "${organization}") { number } }`

function client(connectionParams) {
  return createClient({
    url,
    webSocketImpl: WebSocket,
    connectionParams,
    retryAttempts: 0,
    keepAlive: 500,
    on: {
      connected: () => say('connected'),
      pong: received => received && say('pong'),
      closed: event => say('closed', event.code),
    },
  })
}

function once(asking, query, variables) {
  return new Promise((resolve, reject) => {
    let result
    asking.subscribe(
      { query, variables },
      { next: value => (result = value), error: reject, complete: () => resolve(result) },
    )
  })
}

const refused = client({ Authorization: 'Bearer nonsense' })
await once(refused, '{ __typename }').catch(closed => say('refused', closed.code))

const good = client(async () => ({ Authorization: `Bearer ${token}` }))
say('query', await once(good, 'query ($n: Int) { __typename viewer { organizations(first: $n) { nodes { name } } } }', { n: 3 }))
await once(good, '{ nonsense }').catch(errors => say('invalid', errors[0].extensions.code))
await once(good, tick.replace(organization, 'nonsense')).catch(errors => say('refusedSubscription', errors[0].extensions.code))

const other = good.iterate({ query: tick })
say('other', (await other.next()).value.data.tick.number)
for await (const value of good.iterate({ query: tick })) {
  say('value', value.data.tick.number)
  if (value.data.tick.number >= 3) break
}
await other.return()
say('ended')
await good.dispose()
