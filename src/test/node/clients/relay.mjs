// relay-compiler over the served schema, and what it makes run by relay-runtime: nodes, fragments, a connection of two pages.
import { execFileSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import assert from 'node:assert/strict'

const { Environment, Network, RecordSource, Store, commitMutation, fetchQuery, createOperationDescriptor, getSingularSelector } = createRequire(
  import.meta.url,
)('relay-runtime')

const SOURCE = `
graphql\`
  query AppQuery($id: ID!, $count: Int!, $cursor: String) {
    node(id: $id) { ...App_organization @alias(as: "organization") }
  }
\`
graphql\`
  fragment App_organization on Organization {
    name
    posts(first: $count, after: $cursor, orderBy: { field: TITLE, direction: ASC })
      @connection(key: "App_posts", filters: []) {
      edges { node { id title } }
    }
  }
\`
graphql\`
  mutation AppMutation($input: CreatePostInput!) { createPost(input: $input) { post { id title } } }
\`
`

export async function run({ url, headers, organization, directory }) {
  const schema = await (await fetch(`${url}/schema.graphqls`, { headers })).text()
  mkdirSync(join(directory, 'src'))
  writeFileSync(join(directory, 'package.json'), '{"type":"module"}')
  writeFileSync(join(directory, 'schema.graphql'), schema)
  writeFileSync(join(directory, 'src', 'app.js'), SOURCE)
  const config = { src: './src', schema: './schema.graphql', language: 'javascript', eagerEsModules: true, excludes: [] }
  writeFileSync(join(directory, 'relay.config.json'), JSON.stringify(config))
  const compiler = createRequire(import.meta.url).resolve('relay-compiler/cli.js')
  execFileSync(process.execPath, [compiler, 'relay.config.json'], { cwd: directory, stdio: 'pipe' })
  const artifact = async name =>
    (await import(pathToFileURL(join(directory, 'src', '__generated__', `${name}.graphql.js`)))).default

  const environment = new Environment({
    store: new Store(new RecordSource()),
    network: Network.create(async (request, variables) => {
      const response = await fetch(`${url}/graphql`, {
        method: 'POST',
        headers: { ...headers, 'content-type': 'application/json', accept: 'application/graphql-response+json' },
        body: JSON.stringify({ query: request.text, variables }),
      })
      return response.json()
    }),
  })
  const create = await artifact('AppMutation')
  for (const title of ['0 Relay', '1 Relay', '2 Relay']) {
    const input = { organization, title, content: 'By Relay.', platforms: [] }
    const made = await new Promise((onCompleted, onError) =>
      commitMutation(environment, { mutation: create, variables: { input }, onCompleted, onError }),
    )
    assert.equal(made.createPost.post.title, title)
  }
  const query = await artifact('AppQuery')
  const fragment = await artifact('App_organization')
  const variables = { id: organization, count: 2, cursor: null }
  const root = await fetchOnce(environment, query, variables)
  const selector = getSingularSelector(fragment, root.node.organization)
  const page = environment.lookup(selector).data.posts
  assert.deepEqual(page.edges.map(edge => edge.node.title), ['0 Relay', '1 Relay'])
  assert.equal(page.pageInfo.hasNextPage, true)

  const next = { id: organization, count: 1, cursor: page.pageInfo.endCursor }
  await fetchOnce(environment, query, next)
  const both = environment.lookup(selector).data.posts
  assert.deepEqual(both.edges.map(edge => edge.node.title), ['0 Relay', '1 Relay', '2 Relay'])
  return 'compiled, mutation, a connection of two pages in the store'
}

/** Keeps what a query brought in the store. */
async function fetchOnce(environment, request, variables) {
  const data = await fetchQuery(environment, request, variables).toPromise()
  environment.retain(createOperationDescriptor(request, variables))
  return data
}
