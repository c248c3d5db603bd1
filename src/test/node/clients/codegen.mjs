// graphql-codegen over the introspected schema, and what it makes held to `tsc --strict`.
import { execFileSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { generate } from '@graphql-codegen/cli'

const OPERATIONS = `
query Dashboard($id: ID!, $range: DateRange!) {
  node(id: $id) {
    ... on Organization {
      name timeZone settings viewerRole
      posts(first: 3, filter: { status: [PUBLISHED] }) { totalCount nodes { id title publishedAt platforms } }
      dailyStats(range: $range) { totals { sessions bounceRate } days { date visitors } }
    }
  }
}
mutation Send($input: RecordMetricsInput!) { recordMetrics(input: $input) { written rejected { index code reason } } }
`

const USE = `
import { DashboardDocument, SendDocument } from './generated/graphql'
import type { ResultOf, VariablesOf } from '@graphql-typed-document-node/core'

type Data = ResultOf<typeof DashboardDocument>
export const variables: VariablesOf<typeof DashboardDocument> = { id: 'x', range: { from: '2026-01-01', to: '2026-02-01' } }
export const send: VariablesOf<typeof SendDocument> = {
  input: {
    organization: 'x',
    samples: [{ metric: 'likes', entityType: 'POST', entity: 'y', value: 1, recordedAt: '2026-01-01T00:00:00Z' }],
  },
}
export function sessions(data: Data): number {
  return data.node?.__typename === 'Organization' ? (data.node.dailyStats?.totals.sessions ?? 0) : 0
}
// @ts-expect-error the type must know what is not there
export const wrong: VariablesOf<typeof DashboardDocument> = { id: 1 }
`

export async function run({ url, headers, directory }) {
  const require = createRequire(import.meta.url)
  mkdirSync(join(directory, 'src'))
  writeFileSync(join(directory, 'src', 'operations.graphql'), OPERATIONS)
  writeFileSync(join(directory, 'src', 'use.ts'), USE)
  await generate(
    {
      cwd: directory,
      silent: true,
      schema: [{ [`${url}/graphql`]: { headers } }],
      documents: [join(directory, 'src', 'operations.graphql')],
      generates: {
        [join(directory, 'src', 'generated/')]: {
          preset: 'client',
          presetConfig: { fragmentMasking: false },
          config: {
            strictScalars: true,
            enumsAsTypes: true,
            nonOptionalTypename: true,
            scalars: { Date: 'string', DateTime: 'string', JSON: 'unknown', Long: 'number' },
          },
        },
      },
    },
    true,
  )
  const compiler = join(require.resolve('typescript/package.json'), '..', 'bin', 'tsc')
  const options = ['--strict', '--noEmit', '--exactOptionalPropertyTypes', '--noUncheckedIndexedAccess', '--target', 'es2022']
  try {
    execFileSync(
      process.execPath,
      [compiler, ...options, '--module', 'esnext', '--moduleResolution', 'bundler', join(directory, 'src', 'use.ts')],
      { cwd: directory, encoding: 'utf8' },
    )
  } catch (failure) {
    throw new Error(failure.stdout)
  }
  return 'generated from introspection, passes tsc --strict'
}
