// The audit of GraphQL over HTTP by the authors of the specification: https://graphql-http.com
import { auditServer } from 'graphql-http'

// What the audit only recommends, and the specification has decided otherwise since the audit was written.
const KNOWN = [
]

export async function run({ url, headers }) {
  const results = await auditServer({
    url: `${url}/graphql`,
    fetchFn: (address, init) => fetch(address, { ...init, headers: { ...init?.headers, ...headers } }),
  })
  const unexpected = results.filter(result => result.status !== 'ok' && !KNOWN.includes(result.id))
  const gone = KNOWN.filter(id => results.some(result => result.id === id && result.status === 'ok'))
  if (unexpected.length > 0 || gone.length > 0) {
    throw new Error(
      unexpected.map(result => `${result.status} ${result.id} ${result.name}: ${result.reason}`).join('\n') +
        gone.map(id => `${id} is ok now; take it off the list`).join('\n'),
    )
  }
  return `${results.length - KNOWN.length} of ${results.length} audits are ok, no errors`
}
