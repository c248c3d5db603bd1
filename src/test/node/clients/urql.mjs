// urql: variables, errors, a mutation, GET requests and a subscription over graphql-ws.
import { Client, cacheExchange, fetchExchange, subscriptionExchange, gql } from '@urql/core'
import { createClient } from 'graphql-ws'
import WebSocket from 'ws'
import assert from 'node:assert/strict'

export async function run({ url, headers, organization, token }) {
  const socket = createClient({
    url: `${url}/graphql`.replace('http', 'ws'),
    webSocketImpl: WebSocket,
    connectionParams: { Authorization: `Bearer ${token}` },
  })
  const client = new Client({
    url: `${url}/graphql`,
    fetchOptions: { headers },
    preferGetMethod: true,
    exchanges: [
      cacheExchange,
      fetchExchange,
      subscriptionExchange({
        forwardSubscription: request => ({
          subscribe: sink => ({ unsubscribe: socket.subscribe({ ...request, query: request.query ?? '' }, sink) }),
        }),
      }),
    ],
  })
  const query = gql`query Name($id: ID!) { node(id: $id) { id ... on Organization { name } } }`
  const answer = await client.query(query, { id: organization }).toPromise()
  assert.equal(answer.error, undefined)
  assert.equal(answer.data.node.id, organization)

  const create = gql`mutation Create($input: CreatePostInput!) { createPost(input: $input) { post { title } } }`
  const made = await client
    .mutation(create, { input: { organization, title: 'urql', content: 'By urql.', platforms: [] } })
    .toPromise()
  assert.equal(made.data.createPost.post.title, 'urql')
  const refused = await client
    .mutation(create, { input: { organization, title: 'x'.repeat(1000), content: 'By urql.', platforms: [] } })
    .toPromise()
  assert.equal(refused.error.graphQLErrors[0].extensions.code, 'BAD_USER_INPUT')

  const today = gql`subscription Today($id: ID!) { trafficUpdates(organization: $id) { sessions } }`
  const value = await new Promise((resolve, reject) => {
    const stop = client.subscription(today, { id: organization }).subscribe(result => {
      if (result.error) reject(result.error)
      else resolve(result)
      queueMicrotask(() => stop.unsubscribe())
    })
  })
  assert.equal(value.data.trafficUpdates.sessions, 0)
  await socket.dispose()
  return 'query by GET, mutation, error, subscription'
}
