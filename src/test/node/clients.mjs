// Real clients, as their makers publish them, against a running server: node clients.mjs URL TOKEN ORGANIZATION [CLIENT ...]
// A client is a file of clients/: it throws when it does not get what it needs, and returns what it has seen. Prints a line for each.
import { readdirSync } from 'node:fs'
import { mkdtempSync, rmSync } from 'node:fs'
import { join } from 'node:path'

const [url, token, organization, ...wanted] = process.argv.slice(2)
const names = readdirSync(new URL('clients', import.meta.url))
  .filter(file => file.endsWith('.mjs'))
  .map(file => file.replace('.mjs', ''))
  .filter(name => wanted.length === 0 || wanted.includes(name))

let failed = false
for (const name of names) {
  // Beside node_modules, since what is generated imports from there.
  const directory = mkdtempSync(join(import.meta.dirname, 'node_modules', `.${name}-`))
  try {
    const { run } = await import(`./clients/${name}.mjs`)
    const seen = await run({ url, token, organization, directory, headers: { authorization: `Bearer ${token}` } })
    console.log(`ok      ${name}: ${seen}`)
  } catch (error) {
    failed = true
    console.log(`FAILED  ${name}: ${error.stack ?? error}`)
  } finally {
    rmSync(directory, { recursive: true, force: true })
  }
}
process.exit(failed || names.length === 0 ? 1 : 0)
