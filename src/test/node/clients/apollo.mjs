// Apollo Client 4: variables, errors, a normalized cache, Relay-style pages, persisted queries and subscriptions.
import { createHash } from 'node:crypto'
import { ApolloClient, ApolloLink, CombinedGraphQLErrors, HttpLink, InMemoryCache, gql } from '@apollo/client'
import { PersistedQueryLink } from '@apollo/client/link/persisted-queries'
import { GraphQLWsLink } from '@apollo/client/link/subscriptions'
import { relayStylePagination } from '@apollo/client/utilities'
import { createClient } from 'graphql-ws'
import WebSocket from 'ws'
import assert from 'node:assert/strict'

const POSTS = gql`
  query Posts($id: ID!, $after: String) {
    node(id: $id) {
      ... on Organization {
        id
        name
        posts(first: 2, after: $after, orderBy: { field: TITLE, direction: ASC }) {
          edges { cursor node { id title } }
          pageInfo { hasNextPage endCursor }
        }
      }
    }
  }
`

export async function run({ url, headers, organization, token }) {
  const bodies = []
  const http = new HttpLink({
    uri: `${url}/graphql`,
    headers,
    fetch: (address, init) => (bodies.push(init?.body ?? ''), fetch(address, init)),
  })
  const client = new ApolloClient({
    cache: new InMemoryCache({
      possibleTypes: { Node: ['Organization', 'Post'] },
      typePolicies: { Organization: { fields: { posts: relayStylePagination(['orderBy']) } } },
    }),
    link: ApolloLink.from([
      new PersistedQueryLink({ sha256: text => createHash('sha256').update(text).digest('hex') }),
      http,
    ]),
  })
  const create = gql`
    mutation Create($input: CreatePostInput!) { createPost(input: $input) { post { id title } } }
  `
  for (const title of ['Apollo 1', 'Apollo 2', 'Apollo 3']) {
    const input = { organization, title, content: 'By Apollo Client.', platforms: ['instagram'] }
    const { data } = await client.mutate({ mutation: create, variables: { input } })
    assert.equal(data.createPost.post.title, title)
  }
  const watched = client.watchQuery({ query: POSTS, variables: { id: organization } })
  const first = await new Promise((resolve, reject) =>
    watched.subscribe({ next: result => !result.loading && resolve(result), error: reject }),
  )
  assert.equal(first.data.node.posts.edges.length, 2)
  await watched.fetchMore({ variables: { after: first.data.node.posts.pageInfo.endCursor } })
  const cached = client.readQuery({ query: POSTS, variables: { id: organization } })
  const titles = cached.node.posts.edges.map(edge => edge.node.title)
  assert.deepEqual(titles.slice(0, 3), ['Apollo 1', 'Apollo 2', 'Apollo 3'])

  const sent = bodies.length
  await client.query({ query: POSTS, variables: { id: organization }, fetchPolicy: 'network-only' })
  assert.equal(bodies.length, sent + 1, 'a known persisted query is one request')
  assert(!JSON.parse(bodies.at(-1)).query, 'and sends no text')

  const wrong = gql`query Wrong($id: ID!) { node(id: $id) { id } }`
  const failure = await client.query({ query: wrong, variables: { id: 'nonsense' } }).catch(error => error)
  assert(CombinedGraphQLErrors.is(failure))
  assert.equal(failure.errors[0].extensions.code, 'BAD_USER_INPUT')

  const socket = createClient({
    url: `${url}/graphql`.replace('http', 'ws'),
    webSocketImpl: WebSocket,
    connectionParams: { Authorization: `Bearer ${token}` },
  })
  const live = new ApolloClient({ cache: new InMemoryCache(), link: new GraphQLWsLink(socket) })
  const today = gql`subscription Today($id: ID!) { trafficUpdates(organization: $id) { visitors } }`
  const value = await new Promise((resolve, reject) => {
    const subscription = live
      .subscribe({ query: today, variables: { id: organization } })
      .subscribe({ next: result => (subscription.unsubscribe(), resolve(result)), error: reject })
  })
  assert.equal(value.data.trafficUpdates.visitors, 0)
  await socket.dispose()
  return 'mutation, cached pages, persisted query, error, subscription'
}
